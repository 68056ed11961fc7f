"""What routing decided, made into rows: an order's fulfillment, its lines and its intent in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tranter.ledger import exceptions, journal, order_lines, orders, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.models import FulfillmentLineRow, FulfillmentRow, Intent, OrderRow
from tranter.ledger.writing import writing
from tranter.model import Fulfillment


class Ruling(msgspec.Struct, frozen=True):
    """What rules made of an order: tags, and (rule, what it did)."""

    tags: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()


class PlannedFulfillment(msgspec.Struct, frozen=True, kw_only=True):
    """`lane` groups pushes that must not run at the same time: one unknown buyer, one new company.

    An order that goes in several shares has several of them.
    """

    order_id: int
    connection_id: int
    number: int
    fulfillment: Fulfillment
    lane: str
    look_first: bool
    notes: tuple[str, ...] = ()
    ruling: Ruling = Ruling()


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
        outcomes = [outcome for outcome in decided if outcome.order_id in rows]
        ids = [outcome.order_id for outcome in outcomes]
        entries: list[journal.Entry] = []
        has_one = set(_living(ids))
        for outcome in outcomes:
            row = rows[outcome.order_id]
            _ruled(row, outcome.ruling, entries)
            match outcome:
                case PlannedFulfillment() if row.pk in has_one:
                    _clear(row)
                    row.save(update_fields=DECIDED_FIELDS)
                case PlannedFulfillment():
                    _plan(book, row, outcome, entries, now)
                    fresh.append(row.pk)
                case Held():
                    _hold(book, row, outcome, entries, now)
                case Settled():
                    _settle(row, outcome, entries, now)
        cured = [outcome.order_id for outcome in outcomes if not isinstance(outcome, Held)]
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


def _plan(book: Book, row: OrderRow, plan: PlannedFulfillment, entries: list[journal.Entry], now: datetime) -> None:
    _clear(row)
    sealed = book.vault.seal(msgspec.json.encode(plan.fulfillment), fulfillment_place(row.pk, plan.number))
    fulfillment = FulfillmentRow.objects.create(
        merchant_id=book.merchant_id,
        order=row,
        connection_id=plan.connection_id,
        number=plan.number,
        sealed=sealed,
    )
    FulfillmentLineRow.objects.bulk_create(
        [
            FulfillmentLineRow(
                fulfillment=fulfillment,
                line_id=line.line_id,
                sku=line.sku,
                product_id=line.product_id,
                quantity=line.quantity,
                of_line=line.of_line,
                per_unit=line.per_unit,
            )
            for line in plan.fulfillment.lines
        ]
    )
    Intent.objects.create(
        merchant_id=book.merchant_id,
        connection_id=plan.connection_id,
        verb="push_fulfillment",
        key=plan.fulfillment.key,
        due_at=now,
        lane=plan.lane,
        look_first=plan.look_first,
        order=row,
        fulfillment=fulfillment,
        created_at=now,
    )
    schedule.ring_for(plan.connection_id, "push_fulfillment", now)
    order_lines.touch_line_skus(book, row.pk, {line.line_id: line.sku for line in plan.fulfillment.lines})
    row.before = None
    row.save(update_fields=[*DECIDED_FIELDS, "before"])
    notes = " · ".join(plan.notes)[:300]
    detail: journal.Detail = {"lines": len(plan.fulfillment.lines), "notes": notes}
    entries.append(journal.Entry(what="fulfillment_planned", subject=row.number, detail=detail))


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
