"""What deciding sees of orders: the order as it is sent, where it stands, and the mark of its state."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tranter.ledger.book import Book
from tranter.ledger.corrections import corrected, opened
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, OrderRow
from tranter.ledger.order_columns import before_place, digest_of, order_place
from tranter.ledger.questions import Question, Rows, each, given, is_set
from tranter.ledger.vault import Vault
from tranter.model import Order


class OrderToDecide(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`mark` names this state of the order: what is decided of it counts only while it is in it.

    `before`: as it was when it was planned or sent, where the cart has touched it since. `number` is that of its next
    fulfillment.
    """

    id: int
    mark: str
    order: Order
    account: str
    released: frozenset[str]
    backlog: bool
    planned: bool
    held_kind: str
    wish: str = ""
    cust_ref: str = ""
    before: Order | None = None
    number: int = 1


class Standing(msgspec.Struct, array_like=True):
    """Where an order stands at this moment: `STANDS` is the same as columns, but for the corrections themselves."""

    id: int
    connection_id: int
    number: str
    status: str
    reason: str
    held_kind: str
    held_value: str
    waits_until: datetime | None
    tags: list[str]
    ruled: list[list[str]]
    digest: str
    wish: str
    released: list[str]
    before: bool
    is_corrected: bool
    corrections: bytes | None = None

    @property
    def mark(self) -> str:
        return mark(self.digest, self.wish, self.released, self.corrections)


def mark(digest: str, wish: str, released: Sequence[str], corrections: bytes | memoryview | None) -> str:
    made = digest_of(bytes(corrections)) if corrections else ""
    return f"{digest}/{wish}/{sorted(released)}/{made}"


STANDS = Question(
    lambda: (
        OrderRow.objects.select_for_update()
        .filter(merchant_id=given("merchant"), pk__in=each("ids"))
        .values_list(*Standing.__struct_fields__[:-3], is_set("before"), is_set("corrections"))
    ),
    Standing,
)


def standing(book: Book, order_ids: Iterable[int]) -> list[Standing]:
    """Inside the caller's transaction, locked."""
    rows = STANDS.ask(merchant=book.merchant_id, ids=order_ids)
    if corrected_ones := {row.id: row for row in rows if row.is_corrected}:
        made = OrderRow.objects.filter(pk__in=many(corrected_ones)).values_list("pk", "corrections")
        for pk, corrections in made:
            corrected_ones[pk].corrections = bytes(corrections or b"")
    return rows


def open_sealed(vault: Vault, place: str, sealed: bytes | memoryview) -> Order:
    return msgspec.msgpack.decode(vault.open(sealed, place), type=Order)


class _Stored(msgspec.Struct, frozen=True, gc=False):
    """What deciding needs of an order, without the rest of its row."""

    id: int
    digest: str
    wish: str
    released: list[str]
    corrections: bytes | None
    account: str
    remote_id: str
    sealed: bytes
    before: bytes | None
    cust_ref: str | None
    ordered_at: datetime
    held_kind: str
    live_at: datetime | None


STORED = Rows(
    lambda: OrderRow.objects.filter(merchant_id=given("merchant"), pk__in=each("ids")).values_list(
        *_Stored.__struct_fields__[:-1], "connection__live_at"
    ),
    _Stored,
)
ASKED = Question(
    lambda: FulfillmentRow.objects.filter(order_id__in=each("orders")).values_list("order_id", "state"), tuple[int, str]
)


def to_decide_rows(book: Book, order_ids: Sequence[int]) -> list[OrderToDecide]:
    """In their sequence; without those that are not this merchant's."""
    found = {row.id: row for row in STORED.ask(merchant=book.merchant_id, ids=order_ids)}
    rows = [found[order_id] for order_id in order_ids if order_id in found]
    asked = ASKED.ask(orders=found)
    numbers = Counter(order_id for order_id, _ in asked)
    planned = {order_id for order_id, state in asked if state != "canceled"}
    return [_to_decide(book, row, row.id in planned, numbers[row.id] + 1) for row in rows]


def _to_decide(book: Book, row: _Stored, planned: bool, number: int) -> OrderToDecide:
    vault, made = book.vault, opened(book.vault, row.id, row.corrections)
    order = open_sealed(vault, order_place(book.merchant_id, row.account, row.remote_id), row.sealed)
    before = open_sealed(vault, before_place(row.id), row.before) if planned and row.before is not None else None
    return OrderToDecide(
        id=row.id,
        mark=mark(row.digest, row.wish, row.released, row.corrections),
        order=corrected(order, made),
        account=row.account,
        released=frozenset(row.released),
        backlog=row.live_at is not None and row.ordered_at < row.live_at,
        planned=planned,
        held_kind=row.held_kind,
        wish=row.wish,
        cust_ref=row.cust_ref or "",
        before=None if before is None else corrected(before, made),
        number=number,
    )
