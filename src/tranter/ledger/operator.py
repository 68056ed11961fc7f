"""What a person does to one order. Each is one transaction, with a line in the journal."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import transaction

from tranter.ledger import exceptions, intents, journal, status
from tranter.ledger.book import Book
from tranter.ledger.models import FulfillmentRow, Intent, OrderRow, TradeException
from tranter.ledger.schedule import FLOW_OF

ACTOR = "operator"
OPEN = ("ready", "claimed", "unknown")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`under_way`: a delivery was sent, and nobody knows yet what came of it. `sent` are the fulfillments there."""

    cart_id: int
    status: str
    held: str
    wish: str
    under_way: bool
    sent: tuple[int, ...]


def standing(book: Book, order_id: int) -> Standing:
    row = OrderRow.objects.get(merchant_id=book.merchant_id, pk=order_id)
    deliveries = Intent.objects.filter(merchant_id=book.merchant_id, order_id=order_id, verb="push_fulfillment")
    there = FulfillmentRow.objects.filter(
        merchant_id=book.merchant_id, order_id=order_id, state__in=("sent", "canceling")
    )
    return Standing(
        cart_id=row.connection_id,
        status=row.status,
        held=row.held_kind,
        wish=row.wish,
        under_way=deliveries.filter(state__in=("claimed", "unknown")).exists(),
        sent=tuple(there.order_by("number").values_list("pk", flat=True)),
    )


def _locked(book: Book, order_id: int) -> OrderRow:
    return OrderRow.objects.select_for_update().get(merchant_id=book.merchant_id, pk=order_id)


def wish(book: Book, order_id: int, word: str, reason: str, now: datetime) -> None:
    """`hold` or `cancel`: it stays so whatever the cart says of the order later, until it is released."""
    with transaction.atomic():
        row = _locked(book, order_id)
        row.wish, row.undecided = word, True
        row.save(update_fields=["wish", "undecided"])
        entry = journal.Entry(what=f"{word}_wished", subject=row.number, actor=ACTOR, detail={"reason": reason[:300]})
        journal.append(book, [entry], now)


def release(book: Book, order_id: int, now: datetime) -> str:
    """What held it is lifted for this order, for good. Which kind of trouble that was; empty for none."""
    with transaction.atomic():
        row = _locked(book, order_id)
        kind = row.held_kind
        row.wish, row.undecided = "", True
        if kind not in ("", "operator", *row.released):
            row.released = [*row.released, kind]
        row.save(update_fields=["wish", "undecided", "released"])
        entry = journal.Entry(what="order_released", subject=row.number, actor=ACTOR, detail={"kind": kind})
        journal.append(book, [entry], now)
    return kind


def retry(book: Book, order_id: int, now: datetime) -> list[tuple[int, str]]:
    """Everything of it that waits or was refused goes again, now. The (connection, flow)s to wake."""
    with transaction.atomic():
        row = _locked(book, order_id)
        waiting = Intent.objects.filter(
            merchant_id=book.merchant_id, order_id=order_id, state__in=("rejected", "ready", "unknown")
        )
        flows = sorted({(intent.connection_id, FLOW_OF[intent.verb]) for intent in waiting})
        intents.retry(book, order_id, now)
        waiting.filter(state="unknown").update(due_at=now)
        row.undecided = True
        row.save(update_fields=["undecided"])
        exceptions.resolve(book, now, order_ids=[order_id])
        journal.append(book, [journal.Entry(what="order_retried", subject=row.number, actor=ACTOR)], now)
    return flows


def give_back(book: Book, order_id: int, now: datetime) -> None:
    """What the warehouse had of it counts no longer: the order is decided anew, as a new fulfillment."""
    with transaction.atomic():
        row = _locked(book, order_id)
        there = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id)
        there.filter(state__in=("sent", "canceling")).update(state="canceled")
        row.wish, row.undecided, row.held_kind, row.held_value = "", True, "", ""
        row.save(update_fields=["wish", "undecided", "held_kind", "held_value"])
        exceptions.resolve(book, now, order_ids=[order_id])
        journal.append(book, [journal.Entry(what="order_sent_again", subject=row.number, actor=ACTOR)], now)
        status.refresh(book, [order_id], now)


def retry_kind(book: Book, kind: str, values: Iterable[str], now: datetime) -> list[tuple[int, str]]:
    """All orders that wait because of these values (carriers, ship methods) go again. The flows to wake."""
    rows = TradeException.objects.filter(
        merchant_id=book.merchant_id, state="open", kind=kind, value__in=list(values), order__isnull=False
    )
    flows: set[tuple[int, str]] = set()
    for order_id in list(rows.values_list("order_id", flat=True)):
        flows |= set(retry(book, order_id or 0, now))
    return sorted(flows)


def look_first_everywhere(book: Book) -> int:
    """Everything that is to be sent is looked up before, as after a restore: how many that are."""
    rows = Intent.objects.filter(merchant_id=book.merchant_id, state__in=OPEN)
    return rows.exclude(verb="push_cancellation").update(look_first=True)
