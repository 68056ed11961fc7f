"""A person corrects the address or a SKU of one order, and it is sent with that."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.hub import Hub
from tranter.engine.operator import GONE, NotPossible, Outcome, decided
from tranter.ledger import operator, orders
from tranter.ledger.book import Book
from tranter.ledger.corrections import Corrections
from tranter.ledger.lists import OrderView
from tranter.model import Address
from tranter.routing.address_parts import missing_parts
from tranter.routing.countries import country_code


class Wanted(Struct, frozen=True, kw_only=True):
    """`skus` are line id → SKU; an empty SKU takes the correction back. `ship_to` None: the address stays."""

    ship_to: Address | None = None
    skus: Mapping[str, str] = {}
    by: str = operator.ACTOR


class BadCorrection(ValueError):
    """`parts` are names of the address's fields, or line ids."""

    def __init__(self, says: str, parts: tuple[str, ...]) -> None:
        super().__init__(says)
        self.parts = parts


def correct(hub: Hub, book: Book, order: OrderView, wanted: Wanted) -> Outcome:
    """Raises `BadCorrection`, and `NotPossible` when the warehouse has it, or may have it."""
    _check_standing(order, operator.standing(book, order.id))
    made = _made(book, order, wanted)
    if not operator.correct(book, order.id, made, wanted.by, hub.ports.clock.now()):
        raise NotPossible(f"{order.number}: its delivery has just left; see what becomes of it")
    return decided(hub, book, order, "corrected")


def _check_standing(order: OrderView, stands: operator.Standing) -> None:
    number = order.number
    if stands.erased:
        raise NotPossible(f"{number}: its buyer's data has been erased")
    if stands.status in GONE:
        raise NotPossible(f"{number} has left ({', '.join(order.tracking)})")
    if stands.sent:
        raise NotPossible(
            f"{number}: the warehouse has it already as {order.warehouse_number}",
            remedy=f"stop it there (tranter cancel {number}), correct it, then: tranter resend {number}",
        )
    if stands.under_way or stands.doubtful:
        raise NotPossible(
            f"{number}: its delivery may have arrived; that is looked up first",
            remedy=f"tranter retry {number}, and correct it when it is not there",
        )
    if stands.cart_state in ("canceled", "shipped"):
        raise NotPossible(f"{number}: {order.connection} counts it as {stands.cart_state}")


def _made(book: Book, order: OrderView, wanted: Wanted) -> Corrections:
    before = operator.corrections(book, order.id)
    lines = {line.line_id for line in orders.to_decide(book, order.id).order.lines}
    strangers = tuple(sorted(set(wanted.skus) - lines))
    if strangers:
        raise BadCorrection(f"{order.number} has no line {', '.join(strangers)}", strangers)
    skus = {**dict(before.skus), **{line: sku.strip() for line, sku in wanted.skus.items()}}
    kept = tuple(sorted((line, sku) for line, sku in skus.items() if sku))
    return Corrections(ship_to=_checked(wanted.ship_to) or before.ship_to, skus=kept)


def _checked(address: Address | None) -> Address | None:
    if address is None:
        return None
    missing = missing_parts(address)
    if missing:
        raise BadCorrection(f"the address lacks: {', '.join(part.replace('_', ' ') for part in missing)}", missing)
    return replace(address, country=country_code(address.country))
