"""What routing decided, made into rows: an order's fulfillment, its lines and its intent in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import msgspec

from tranter.ledger import bulk, exceptions, journal, order_lines, orders, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentLineRow, FulfillmentRow, Intent, OrderRow
from tranter.ledger.order_marks import ASKED, Standing
from tranter.ledger.questions import Question, each
from tranter.ledger.writing import made_again, writing
from tranter.model import Fulfillment, FulfillmentLine


class Ruling(msgspec.Struct, frozen=True):
    """What rules made of an order: tags, and (rule, what it did)."""

    tags: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()


class PlannedFulfillment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class Settled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Nothing to send: `status` is skipped, canceled or new (it waits for the cart, or until a time)."""

    order_id: int
    status: str
    reason: str
    until: datetime | None = None
    ruling: Ruling = Ruling()


Outcome = PlannedFulfillment | Held | Settled


def fulfillment_place(order_id: int, number: int) -> str:
    return f"fulfillment.sealed:{order_id}:{number}"


KEY_LENGTH = 300


def intent_key(verb: str, connection_id: int, subject: str, number: int) -> str:
    """Always the same for the same meaning. A long one ends in a hash of the whole instead of its end."""
    key = f"{verb}/{connection_id}/{subject}/{number}"
    if len(key) <= KEY_LENGTH:
        return key
    tail = f"~{sha256(key.encode()).hexdigest()[:32]}/{number}"
    return key[: KEY_LENGTH - len(tail)] + tail


def key_subject(account: str, remote_id: str) -> str:
    """An order in a key. Its cart's id alone is not enough: two carts of a merchant may use the same ones."""
    return f"{remote_id}@{_account_mark(account)}"


@lru_cache(1024)
def _account_mark(account: str) -> str:
    return sha256(account.encode()).hexdigest()[:12]


@made_again
def apply(book: Book, decided: Sequence[Outcome], marks: Mapping[int, str], now: datetime) -> int:
    """Every decision with all that follows from it. How many fulfillments were planned.

    An order that the cart or a person changed since it was looked at (`marks`) stays undecided.
    """
    sealed = _sealed(book, decided)  # before others have to wait
    with writing(book):
        rows = orders.unchanged(book, marks)
        outcomes = [outcome for outcome in decided if rows.keys() >= set(_order_ids(outcome))]
        by_order = {one.order_id: one for outcome in outcomes for one in _each(outcome)}
        has_one = set(_living(list(by_order)))
        planned = [outcome for outcome in outcomes if isinstance(outcome, PlannedFulfillment)]
        fresh = [plan for plan in planned if not has_one & set(plan.order_ids)]
        settled = [outcome for outcome in outcomes if isinstance(outcome, Settled)]
        entries = [
            *_ruled(rows, by_order),
            *_plan(book, rows, fresh, sealed, now),
            *_hold(book, rows, [outcome for outcome in outcomes if isinstance(outcome, Held)], now),
            *_settle(rows, settled),
        ]
        bulk.update(OrderRow, [_decided(rows[order_id], outcome) for order_id, outcome in by_order.items()])
        begun = [order_id for plan in fresh for order_id in plan.order_ids]
        if touched := [order_id for order_id in begun if rows[order_id].before]:
            OrderRow.objects.filter(pk__in=many(touched)).update(before=None)
        over = {*begun, *(outcome.order_id for outcome in settled)}
        exceptions.resolve(book, now, order_ids=sorted(over))  # what was refused before is asked no more
        kept = {order_id for plan in planned for order_id in plan.order_ids} - set(begun)
        exceptions.resolve(book, now, order_ids=sorted(kept), kinds=HOLD_KINDS)
        journal.append(book, entries, now)
        status.refresh(book, [order_id for order_id, one in by_order.items() if _moves(rows[order_id], one)], now)
    return len(begun)


def _moves(row: Standing, outcome: Outcome) -> bool:
    """Its status may become another: not so while it is new, waits for nobody, and is about to be sent."""
    return not isinstance(outcome, PlannedFulfillment) or row.status != "new" or bool(row.held_kind)


def _decided(row: Standing, outcome: Outcome) -> bulk.Row:
    """Only what becomes another: each column more is an index more that is written."""
    kind = value = reason = ""
    until, known = None, row.status
    match outcome:
        case PlannedFulfillment():
            pass
        case Held():
            kind, value, reason = outcome.kind, outcome.value[:300], outcome.cause
        case Settled():
            reason, until, known = outcome.reason, outcome.until, outcome.status
    wanted: dict[str, object] = {
        "held_kind": kind,
        "held_value": value,
        "reason": reason,
        "status": known,
        "waits_until": until,
        "tags": list(outcome.ruling.tags),
        "ruled": [list(one) for one in outcome.ruling.rules],
    }
    changed = {name: told for name, told in wanted.items() if getattr(row, name) != told}
    return {"id": row.id, "undecided": False, **changed}


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


def _living(order_ids: Sequence[int]) -> list[int]:
    return [order_id for order_id, state in ASKED.ask(orders=order_ids) if state != "canceled"]


def _ruled(rows: Mapping[int, Standing], outcomes: Mapping[int, Outcome]) -> list[journal.Entry]:
    """Where other rules apply than before."""
    entries = []
    for order_id, outcome in outcomes.items():
        if rows[order_id].ruled != [list(one) for one in outcome.ruling.rules]:
            said = "; ".join(f"{rule}: {did}" for rule, did in outcome.ruling.rules)
            entries.append(_entry(rows[order_id], "rules_applied", {"rules": said[:1000]}))
    return entries


def _order_ids(outcome: Outcome) -> tuple[int, ...]:
    return outcome.order_ids if isinstance(outcome, PlannedFulfillment) else (outcome.order_id,)


def _each(outcome: Outcome) -> tuple[Outcome, ...]:
    return (outcome, *outcome.members) if isinstance(outcome, PlannedFulfillment) else (outcome,)


def _entry(row: Standing, what: str, detail: journal.Detail) -> journal.Entry:
    return journal.Entry(what=what, subject=row.number, detail=detail, order_id=row.id)


Sealed = Mapping[tuple[int, int], bytes]
"""Fulfillments by order and number."""


def _sealed(book: Book, decided: Sequence[Outcome]) -> Sealed:
    plans = [one for each in decided for one in _each(each) if isinstance(one, PlannedFulfillment)]
    return {
        (plan.order_id, plan.number): book.vault.seal(
            msgspec.msgpack.encode(plan.delivery or plan.fulfillment), fulfillment_place(plan.order_id, plan.number)
        )
        for plan in plans
    }


def _plan(
    book: Book, rows: Mapping[int, Standing], fresh: Sequence[PlannedFulfillment], sealed: Sealed, now: datetime
) -> list[journal.Entry]:
    """The fulfillment of each order, and one intent: what the lead's delivers, the others' go with."""
    leads = _write_fulfillments(book, [(plan, None) for plan in fresh], sealed)
    carried = [(member, leads[plan.order_id, plan.number]) for plan in fresh for member in plan.members]
    ids = {**leads, **(_write_fulfillments(book, carried, sealed) if carried else {})}
    every = [*fresh, *(member for member, _ in carried)]
    lines = [(ids[one.order_id, one.number], line) for one in every for line in one.fulfillment.lines]
    bulk.insert(FulfillmentLineRow, [line_columns(fulfillment_id, line) for fulfillment_id, line in lines])
    bulk.insert(Intent, [_intent(book, leads[plan.order_id, plan.number], plan, now) for plan in fresh])
    for connection_id in sorted({plan.connection_id for plan in fresh}):
        schedule.ring_for(connection_id, "push_fulfillment", now)
    skus = {(one.order_id, line.line_id): line.sku for one in every for line in one.fulfillment.lines}
    order_lines.touch_line_skus(book, skus)
    return [
        journal.Entry(
            what="fulfillment_planned",
            subject=rows[one.order_id].number,
            detail={"lines": len(one.fulfillment.lines), "notes": " · ".join(one.notes)[:300]},
        )
        for one in every
    ]


def _write_fulfillments(
    book: Book, plans: Sequence[tuple[PlannedFulfillment, int | None]], sealed: Sealed
) -> dict[tuple[int, int], int]:
    """Each with the fulfillment that it goes within. Their ids by order and number."""
    made = [
        {
            "merchant_id": book.merchant_id,
            "order_id": plan.order_id,
            "connection_id": plan.connection_id,
            "number": plan.number,
            "within_id": within,
            "sealed": sealed[plan.order_id, plan.number],
        }
        for plan, within in plans
    ]
    bulk.insert(FulfillmentRow, made)
    written = WRITTEN.ask(orders=[plan.order_id for plan, _ in plans])
    return {(order_id, number): pk for order_id, number, pk in written}


WRITTEN = Question(
    lambda: FulfillmentRow.objects.filter(order_id__in=each("orders")).values_list("order_id", "number", "pk"),
    tuple[int, int, int],
)


def line_columns(fulfillment_id: int, line: FulfillmentLine, remote_line_id: str = "") -> bulk.Row:
    return {
        "fulfillment_id": fulfillment_id,
        "line_id": line.line_id,
        "sku": line.sku,
        "product_id": line.product_id,
        "remote_line_id": remote_line_id,
        "quantity": line.quantity,
        "of_line": line.of_line,
        "per_unit": line.per_unit,
    }


def _intent(book: Book, fulfillment_id: int, plan: PlannedFulfillment, now: datetime) -> bulk.Row:
    return {
        "merchant_id": book.merchant_id,
        "connection_id": plan.connection_id,
        "verb": "push_fulfillment",
        "key": plan.fulfillment.key,
        "due_at": now,
        "lane": plan.lane,
        "look_first": plan.look_first,
        "order_id": plan.order_id,
        "fulfillment_id": fulfillment_id,
        "created_at": now,
    }


def _hold(book: Book, rows: Mapping[int, Standing], held: Sequence[Held], now: datetime) -> list[journal.Entry]:
    changed = [hold for hold in held if _is_news(rows[hold.order_id], hold)]
    exceptions.resolve(book, now, order_ids=[hold.order_id for hold in changed], kinds=HOLD_KINDS)
    exceptions.raise_exceptions(book, [_trouble(rows[hold.order_id], hold) for hold in held], now)
    return [_entry(rows[hold.order_id], "order_held", {"kind": hold.kind, "cause": hold.cause}) for hold in changed]


def _is_news(row: Standing, held: Held) -> bool:
    return (row.held_kind, row.held_value) != (held.kind, held.value[:300])


def _trouble(row: Standing, held: Held) -> exceptions.Trouble:
    return exceptions.Trouble(
        kind=held.kind,
        subject=row.number,
        cause=held.cause,
        remedy=held.remedy,
        value=held.value,
        order_id=row.id,
        connection_id=row.connection_id,
    )


def _settle(rows: Mapping[int, Standing], settled: Sequence[Settled]) -> list[journal.Entry]:
    words = {"skipped": "order_skipped", "canceled": "order_canceled"}
    changed = [
        one for one in settled if (rows[one.order_id].status, rows[one.order_id].reason) != (one.status, one.reason)
    ]
    return [_entry(rows[one.order_id], words.get(one.status, "order_waits"), {"reason": one.reason}) for one in changed]
