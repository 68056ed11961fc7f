"""What a person corrected of one order: it goes before what the cart says, whatever the cart says later."""

import msgspec
from msgspec.structs import replace

from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow
from tranter.ledger.vault import Vault
from tranter.model import Address, Order


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """`skus` are (line id, SKU), for those lines only. Empty: the cart's word counts."""

    ship_to: Address | None = None
    skus: tuple[tuple[str, str], ...] = ()


NONE = Corrections()


def corrected(order: Order, made: Corrections) -> Order:
    if made == NONE:
        return order
    skus = dict(made.skus)
    lines = tuple(replace(line, sku=skus.get(line.line_id, line.sku)) for line in order.lines)
    return replace(order, ship_to=made.ship_to or order.ship_to, lines=lines)


def corrections_place(order_id: int) -> str:
    return f"order.corrections:{order_id}"


def corrections_of(book: Book, row: OrderRow) -> Corrections:
    if not row.corrections or row.merchant_id != book.merchant_id:
        return NONE
    return opened(book.vault, row.pk, row.corrections)


def opened(vault: Vault, order_id: int, sealed: bytes | memoryview | None) -> Corrections:
    if not sealed:
        return NONE
    return msgspec.msgpack.decode(vault.open(sealed, corrections_place(order_id)), type=Corrections)


def sealed_corrections(book: Book, order_id: int, made: Corrections) -> bytes | None:
    if made == NONE:
        return None
    return book.vault.seal(msgspec.msgpack.encode(made), corrections_place(order_id))
