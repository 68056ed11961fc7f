"""What clients of the CartRover API read, with words that carts understand."""

from msgspec.structs import replace

from tranter.engine.hub import Hub
from tranter.ledger import api_orders, connections, mappings, seen_words
from tranter.ledger.api_cards import OrderCard
from tranter.ledger.api_orders import Asked
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.mappings import SHIP_METHOD
from tranter.routing.shipping_methods import Direction, MethodRow, MethodTable, method_table
from tranter.sdk.verbs import PushesFulfillments

FACT = "ship_methods"


def listed(book: Book, asked: Asked) -> tuple[list[OrderCard], int]:
    found, count = api_orders.listed(book, asked)
    words = _words(book)
    return [_spoken(card, words) for card in found], count


def named(book: Book, reference: str, connection_id: int | None) -> OrderCard | None:
    found = api_orders.named(book, reference, connection_id)
    return _spoken(found, _words(book)) if found is not None else None


def numbered(book: Book, order_id: int) -> OrderCard | None:
    found = api_orders.numbered(book, order_id)
    return _spoken(found, _words(book)) if found is not None else None


def _words(book: Book) -> MethodTable:
    return method_table([MethodRow(Direction.INWARD, c, word, to) for c, word, to in mappings.carriers(book)])


def _spoken(card: OrderCard, words: MethodTable) -> OrderCard:
    parcels = tuple(replace(one, carrier=words.to_cart(one.warehouse, one.carrier)) for one in card.parcels)
    return replace(card, parcels=parcels)


def warehouse_methods(hub: Hub, book: Book) -> list[str]:
    """Those that the warehouses told of, and those that somebody mapped to."""
    told = {word.strip() for words in _told_methods(hub, book) for word in words.split(",")}
    mapped = {method for _, code, method in mappings.ship_methods(book) if method != code}
    return sorted((told | mapped) - {""})


def knows_all_methods(hub: Hub, book: Book) -> bool:
    """Every warehouse has told which it takes; else any word may be one."""
    told = _told_methods(hub, book)
    return bool(told) and all(told)


def _told_methods(hub: Hub, book: Book) -> list[str]:
    warehouses = [info for info in connections.all_of(book) if isinstance(hub.plug(info).connector, PushesFulfillments)]
    return [info.facts.get(FACT, "") for info in warehouses]


def cart_methods(book: Book, cart: ConnectionRecord) -> dict[str, str | None]:
    """Every code that this cart used or that is mapped → the warehouse's method; None passes as it is."""
    mapped = {code: method for name, code, method in mappings.ship_methods(book) if name == cart.name}
    codes = sorted({*seen_words.ship_methods(book, cart.id), *mapped})
    return {code: None if mapped.get(code) in (None, code) else mapped[code] for code in codes}


def edits(cart: ConnectionRecord, wanted: dict[str, str | None]) -> dict[str, dict[tuple[str, str], str | None]]:
    """For `mapping.save`: a code without a method passes as it is."""
    return {SHIP_METHOD: {(cart.name, code): method or code for code, method in wanted.items()}}
