"""What routing decided, made into rows: an order's fulfillment, its lines and its intent in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from tranter.ledger import exceptions, journal, order_lines, orders, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.models import FulfillmentLineRow, FulfillmentRow, Intent, OrderRow
from tranter.ledger.writing import writing
from tranter.model import Fulfillment, FulfillmentLine


class Ruling(msgspec.Struct, frozen=True):
    """What rules made of an order: tags, and (rule, what it did)."""

    tags: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()


class PlannedFulfillment(msgspec.Struct, frozen=True, kw_only=True):
    """`lane` groups pushes that must not run at the same time: one unknown buyer, one new company.

    An order that goes in several shares has several of them.
    `members` are those of other orders that go in the same `delivery`, which is what the warehouse is told then.
    """

    order_id: int
    connection_id: int
    number: int
    fulfillment: Fulfillment
    lane: str
    look_first: bool
    notes: tuple[str, ...] = ()
    ruling: Ruling = Ruling()
    members: "tuple[PlannedFulfillment, ...]" = ()
    delivery: Fulfillment | None = None

    @property
    def order_ids(self) -> tuple[int, ...]:
        return (self.order_id, *(one.order_id for one in self.members))


class Held(msgspec.Struct, frozen=True, kw_only=True):
    order_id: int
    kind: str
    cause: str
    remedy: str
    value: str = ""
    ruling: Ruling = Ruling()


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing to send: `status` is skipped, canceled or new (it waits for the cart, or until a time)."""

    order_id: int
    status: str
    reason: str
    until: datetime | None = None
    ruling: Ruling = Ruling()


Outcome = PlannedFulfillment | Held | Settled


def fulfillment_place(order_id: int, number: int) -> str:
    return f"fulfillment.sealed:{order_id}:{number}"


def intent_key(verb: str, connection_id: int, subject: str, number: int) -> str:
    return f"{verb}/{connection_id}/{subject}/{number}"


def apply(book: Book, decided: Sequence[Outcome], marks: Mapping[int, str], now: datetime) -> int:
    """Every decision with all that follows from it. How many fulfillments were planned.

    An order that the cart or a person changed since it was looked at (`marks`) stays undecided.
    """
    fresh: list[int] = []
    with writing(book):
        rows = orders.unchanged(book, marks)
        outcomes = [outcome for outcome in decided if rows.keys() >= set(_order_ids(outcome))]
        ids = [order_id for outcome in outcomes for order_id in _order_ids(outcome)]
        entries: list[journal.Entry] = []
        has_one = set(_living(ids))
        for outcome in outcomes:
            row = rows[outcome.order_id]
            _ruled(row, outcome.ruling, entries)
            match outcome:
                case PlannedFulfillment() if has_one & set(outcome.order_ids):
                    _keep(rows[order_id] for order_id in outcome.order_ids)
                case PlannedFulfillment():
                    _plan(book, rows, outcome, entries, now)
                    fresh += outcome.order_ids
                case Held():
                    _hold(book, row, outcome, entries, now)
                case Settled():
                    _settle(row, outcome, entries, now)
        cured = [pk for outcome in outcomes if not isinstance(outcome, Held) for pk in _order_ids(outcome)]
        exceptions.resolve(book, now, order_ids=cured, kinds=HOLD_KINDS)
        settled = [outcome.order_id for outcome in outcomes if isinstance(outcome, Settled)]
        exceptions.resolve(book, now, order_ids=[*fresh, *settled])  # what was refused before is asked no more
        journal.append(book, entries, now)
        status.refresh(book, ids, now)
    return len(fresh)


HOLD_KINDS = (
    "cancel_requested",
    "line_trouble",
    "empty_sku",
    "unknown_sku",
    "unmapped_ship_method",
    "duplicate_sku",
    "zero_quantity",
    "no_address",
    "country_unknown",
    "address_doubtful",
    "no_warehouse",
    "too_many_lines",
    "rule_hold",
    "no_stock",
    "no_single_warehouse",
    "operator",
)


def _keep(rows: Iterable[OrderRow]) -> None:
    """What was planned of them stands."""
    for row in rows:
        _clear(row)
        row.save(update_fields=DECIDED_FIELDS)


def _living(order_ids: Sequence[int]) -> list[int]:
    rows = FulfillmentRow.objects.filter(order_id__in=order_ids).exclude(state="canceled")
    return list(rows.values_list("order_id", flat=True))


def _ruled(row: OrderRow, ruling: Ruling, entries: list[journal.Entry]) -> None:
    tags, rules = list(ruling.tags), [list(one) for one in ruling.rules]
    if (row.tags, row.ruled) == (tags, rules):
        return
    if row.ruled != rules:
        said = "; ".join(f"{rule}: {did}" for rule, did in ruling.rules)
        detail: journal.Detail = {"rules": said[:1000]}
        entries.append(journal.Entry(what="rules_applied", subject=row.number, detail=detail, order_id=row.pk))
    row.tags, row.ruled = tags, rules


def _order_ids(outcome: Outcome) -> tuple[int, ...]:
    return outcome.order_ids if isinstance(outcome, PlannedFulfillment) else (outcome.order_id,)


Rows = Mapping[int, OrderRow]


def _plan(book: Book, rows: Rows, plan: PlannedFulfillment, entries: list[journal.Entry], now: datetime) -> None:
    """The fulfillment of each order, and one intent: what the lead's delivers, the others' go with."""
    lead = _written(book, rows[plan.order_id], plan, None)
    for member in plan.members:
        _ruled(rows[member.order_id], member.ruling, entries)
        _written(book, rows[member.order_id], member, lead)
    Intent.objects.create(
        merchant_id=book.merchant_id,
        connection_id=plan.connection_id,
        verb="push_fulfillment",
        key=plan.fulfillment.key,
        due_at=now,
        lane=plan.lane,
        look_first=plan.look_first,
        order_id=plan.order_id,
        fulfillment=lead,
        created_at=now,
    )
    schedule.ring_for(plan.connection_id, "push_fulfillment", now)
    for one in (plan, *plan.members):
        detail: journal.Detail = {"lines": len(one.fulfillment.lines), "notes": " · ".join(one.notes)[:300]}
        number = rows[one.order_id].number
        entries.append(journal.Entry(what="fulfillment_planned", subject=number, detail=detail))


def _written(book: Book, row: OrderRow, plan: PlannedFulfillment, lead: FulfillmentRow | None) -> FulfillmentRow:
    document = plan.delivery or plan.fulfillment
    sealed = book.vault.seal(msgspec.json.encode(document), fulfillment_place(row.pk, plan.number))
    fulfillment = FulfillmentRow.objects.create(
        merchant_id=book.merchant_id,
        order=row,
        connection_id=plan.connection_id,
        number=plan.number,
        within=lead,
        sealed=sealed,
    )
    FulfillmentLineRow.objects.bulk_create([line_row(fulfillment, line) for line in plan.fulfillment.lines])
    order_lines.touch_line_skus(book, row.pk, {line.line_id: line.sku for line in plan.fulfillment.lines})
    _clear(row)
    row.before = None
    row.save(update_fields=[*DECIDED_FIELDS, "before"])
    return fulfillment


def line_row(row: FulfillmentRow, line: FulfillmentLine, remote_line_id: str = "") -> FulfillmentLineRow:
    return FulfillmentLineRow(
        fulfillment=row,
        line_id=line.line_id,
        sku=line.sku,
        product_id=line.product_id,
        remote_line_id=remote_line_id,
        quantity=line.quantity,
        of_line=line.of_line,
        per_unit=line.per_unit,
    )


DECIDED_FIELDS = ["undecided", "held_kind", "held_value", "reason", "status", "tags", "ruled", "waits_until"]


def _clear(row: OrderRow) -> None:
    row.undecided, row.held_kind, row.held_value, row.reason = False, "", "", ""
    row.waits_until = None


def _hold(book: Book, row: OrderRow, held: Held, entries: list[journal.Entry], now: datetime) -> None:
    changed = (row.held_kind, row.held_value) != (held.kind, held.value[:300])
    row.undecided, row.held_kind, row.held_value = False, held.kind, held.value[:300]
    row.reason, row.waits_until = held.cause, None
    row.save(update_fields=DECIDED_FIELDS)
    if changed:
        exceptions.resolve(book, now, order_ids=[row.pk], kinds=HOLD_KINDS)
    trouble = exceptions.Trouble(
        kind=held.kind,
        subject=row.number,
        cause=held.cause,
        remedy=held.remedy,
        value=held.value,
        order_id=row.pk,
        connection_id=row.connection_id,
    )
    exceptions.raise_exceptions(book, [trouble], now)
    if changed:
        detail = {"kind": held.kind, "cause": held.cause}
        entries.append(journal.Entry(what="order_held", subject=row.number, detail=detail, order_id=row.pk))


def _settle(row: OrderRow, settled: Settled, entries: list[journal.Entry], now: datetime) -> None:
    changed = (row.status, row.reason) != (settled.status, settled.reason)
    _clear(row)
    row.reason, row.status, row.waits_until = settled.reason, settled.status, settled.until
    row.save(update_fields=DECIDED_FIELDS)
    if changed:
        what = {"skipped": "order_skipped", "canceled": "order_canceled"}.get(settled.status, "order_waits")
        detail = {"reason": settled.reason}
        entries.append(journal.Entry(what=what, subject=row.number, detail=detail, order_id=row.pk))
