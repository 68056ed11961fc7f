"""Everything that is recorded of one order, in the sequence in which it happened."""

from datetime import datetime

import msgspec

from tranter.ledger import deliveries
from tranter.ledger.book import Book
from tranter.ledger.models import (
    Attempt,
    Flow,
    FulfillmentRow,
    Intent,
    JournalEntry,
    OrderRow,
    ShipmentRow,
    TradeException,
)
from tranter.ledger.schedule import FLOW_OF


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`calls` are (method, path, status, seconds) as one text each."""

    at: datetime
    what: str
    detail: str = ""
    actor: str = "hub"
    calls: tuple[str, ...] = ()


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An intent that is not done. `at` is when its flow comes round next; None when that takes a person."""

    verb: str
    state: str
    connection: str
    connection_state: str
    at: datetime | None
    reason: str
    attempts: int


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    carrier: str
    tracking_number: str
    shipped_at: datetime
    confirmed_at: datetime | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """`remedies` of what is open of it. `undecided_at`: when routing looks at it next, if it has to.

    `waits_until`: it is sent then, so that late changes are caught.
    """

    seen_at: datetime
    cart_state: str
    warehouse_url: str
    steps: tuple[Step, ...]
    waiting: tuple[Waiting, ...]
    parcels: tuple[Parcel, ...]
    remedies: tuple[str, ...]
    undecided_at: datetime | None
    waits_until: datetime | None
    shipments_at: datetime | None


def story(book: Book, order_id: int) -> Story:
    row = OrderRow.objects.get(merchant_id=book.merchant_id, pk=order_id)
    intents = list(deliveries.intents_of(book, [order_id]).select_related("connection"))
    told = FulfillmentRow.objects.filter(order=row).exclude(state="canceled").order_by("-number").first()
    parcels = ShipmentRow.objects.filter(merchant_id=book.merchant_id, order=row).order_by("shipped_at")
    steps = [*_journal(book, row, intents), *_attempts(intents)]
    return Story(
        seen_at=row.seen_at,
        cart_state=row.cart_state,
        warehouse_url=told.url if told is not None else "",
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        waiting=tuple(_waiting(intent) for intent in intents if intent.state not in ("done", "canceled")),
        parcels=tuple(_parcel(parcel) for parcel in parcels),
        remedies=tuple(
            TradeException.objects.filter(merchant_id=book.merchant_id, order=row, state="open")
            .order_by("opened_at")
            .values_list("remedy", flat=True)
        ),
        undecided_at=_due_at(row.connection_id, "decide") if row.undecided else None,
        waits_until=row.waits_until,
        shipments_at=_due_at(told.connection_id, "shipments") if told is not None and told.state == "sent" else None,
    )


def _journal(book: Book, row: OrderRow, intents: list[Intent]) -> list[Step]:
    subjects = [row.number, *(intent.key for intent in intents)]
    lines = JournalEntry.objects.filter(merchant_id=book.merchant_id, subject__in=subjects).order_by("number")
    return [
        Step(
            at=line.at,
            what=line.what.replace("_", " "),
            detail=", ".join(f"{name}: {value}" for name, value in line.detail.items() if value not in ("", None)),
            actor=line.actor,
        )
        for line in lines
    ]


def _attempts(intents: list[Intent]) -> list[Step]:
    known = {intent.pk: intent for intent in intents}
    rows = Attempt.objects.filter(intent__in=intents).order_by("at", "pk")
    return [
        Step(
            at=row.at,
            what=f"{'looked up' if row.what == 'look' else 'sent'}: {known[row.intent_id].verb.replace('_', ' ')} "
            f"at {known[row.intent_id].connection.name} → {row.outcome}",
            detail=row.note,
            calls=tuple(f"{c.get('method')} {c.get('path')} → {c.get('status')}" for c in row.calls),
        )
        for row in rows
    ]


def _waiting(intent: Intent) -> Waiting:
    return Waiting(
        verb=intent.verb,
        state=intent.state,
        connection=intent.connection.name,
        connection_state=intent.connection.state,
        at=None if intent.state == "rejected" else _next_time(intent),
        reason=intent.reason,
        attempts=intent.attempts,
    )


def _next_time(intent: Intent) -> datetime:
    """It is carried out by a run of its flow, not before it is due itself."""
    flow = _due_at(intent.connection_id, FLOW_OF[intent.verb])
    return intent.due_at if flow is None else max(intent.due_at, flow)


def _due_at(connection_id: int, flow: str) -> datetime | None:
    return Flow.objects.filter(connection_id=connection_id, name=flow).values_list("due_at", flat=True).first()


def _parcel(row: ShipmentRow) -> Parcel:
    return Parcel(
        state=row.state,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        shipped_at=row.shipped_at,
        confirmed_at=row.confirmed_at,
    )
