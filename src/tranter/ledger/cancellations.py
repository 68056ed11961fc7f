"""Stopping an order at the warehouse or at the cart, and what becomes of that."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tranter.ledger import deliveries, exceptions, intents, journal, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.decisions import intent_key, key_subject
from tranter.ledger.intents import Answered, Outcome, Result
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Intent, OrderRow
from tranter.ledger.operator import Wish
from tranter.ledger.writing import made_again, writing
from tranter.model import CartState

VERB = "push_cancellation"


TOO_LATE = {
    True: (
        "cancel_too_late",
        "the cart canceled this order, and the warehouse can't stop it",
        "stop the parcel at the warehouse by hand, or arrange its return with the buyer",
    ),
    False: (
        "cancel_refused_by_cart",
        "the warehouse stopped this order, and the cart does not cancel it",
        "cancel it at the cart by hand, or send it again",
    ),
}


REPLACE = "replace"
"""A person's wish: what the warehouse has of it is stopped, and it is sent again as the cart wants it now."""


def ask_warehouse(book: Book, order_id: int, reason: str, now: datetime) -> None:
    """Writes down the intents to stop this order wherever it was sent. What was refused is asked again if wished."""
    carriers = deliveries.carriers(book, [order_id], ["sent"])
    with writing(book):
        for row in FulfillmentRow.objects.filter(pk__in=many(carriers)).select_related("order"):
            _ask(book, row, Asking(row.connection_id, row.remote_id, order_id, reason), now)


class Asking(msgspec.Struct, frozen=True):
    """Whom: the connection, and its own id of the order. For which of the orders that the delivery carries."""

    connection_id: int
    remote_id: str
    order_id: int
    reason: str


CHANGE_TOO_LATE = (
    "change_too_late",
    "the cart changed this order, and the warehouse can't stop it any more",
    "tell the warehouse and the buyer by hand",
)


def _ask(book: Book, row: FulfillmentRow, asking: Asking, now: datetime) -> None:
    """It is asked once."""
    connection_id, remote_id, reason = asking.connection_id, asking.remote_id, asking.reason
    order = OrderRow.objects.get(merchant_id=book.merchant_id, pk=asking.order_id)
    subject = key_subject(row.order.account, row.order.remote_id)
    intent, created = Intent.objects.get_or_create(
        key=intent_key(VERB, connection_id, subject, row.number),
        defaults={
            "merchant_id": book.merchant_id,
            "connection_id": connection_id,
            "verb": VERB,
            "due_at": now,
            "order_id": order.pk,
            "fulfillment": row,
            "detail": {"remote_id": remote_id, "reason": reason},
            "created_at": now,
        },
    )
    if created or (order.wish == REPLACE and intents.retry_refused(intent, now)):
        _all_become(_concerned(book, intent), "canceling")
        schedule.ring_for(connection_id, VERB, now)
        entry = journal.Entry(what="cancellation_asked", subject=order.number, detail={"reason": reason})
        journal.append(book, [entry], now)
    elif intent.state == "rejected" and intent.order_id != order.pk:
        exceptions.raise_exceptions(book, [_too_late(intent, order, intent.reason)], now)


def _concerned(book: Book, intent: Intent | Answered) -> list[FulfillmentRow]:
    """A warehouse stops a whole delivery, with all orders that it carries; a cart cancels one order."""
    row = FulfillmentRow.objects.filter(pk=intent.fulfillment_id or 0).first()
    if row is None:
        return []
    return deliveries.all_of(book, row) if row.connection_id == intent.connection_id else [row]


def _all_become(rows: Sequence[FulfillmentRow], state: str) -> None:
    FulfillmentRow.objects.filter(pk__in=many(row.pk for row in rows)).update(state=state)


@made_again
def settle(book: Book, held: schedule.Lease, results: Sequence[Result], now: datetime) -> int:
    """How many orders were stopped."""
    stopped = 0
    with writing(book):
        rows = intents.settle(book, held, results, now)
        touched = [row.order_id or 0 for row in rows.values()]
        for result in results:
            intent = rows[result.intent_id]
            carried = _concerned(book, intent)
            orders = {row.order_id: row.order for row in carried}
            asking = orders.setdefault(intent.order_id or 0, OrderRow.objects.get(pk=intent.order_id or 0))
            touched += orders
            if result.outcome is Outcome.DONE:
                stopped += 1
                _all_become(carried, "canceled")
                for order in orders.values():
                    _stopped(book, order, len(carried) > 1, str(intent.detail.get("reason", "")), now)
            elif result.outcome is Outcome.REJECTED and intent.state == "rejected":
                _all_become(carried, "sent")
                wanting = [
                    one for one in orders.values() if one.pk == asking.pk or one.wish == REPLACE or _is_over(one)
                ]
                troubles = [_too_late(intent, order, result.reason) for order in wanting]
                exceptions.raise_exceptions(book, troubles, now)
                OrderRow.objects.filter(pk__in=many(orders), wish=REPLACE).update(wish="")
        status.refresh(book, touched, now)
    return stopped


def _stopped(book: Book, order: OrderRow, is_carried: bool, reason: str, now: datetime) -> None:
    """What was stopped for another order's sake is sent again without that one."""
    if FulfillmentRow.objects.filter(order=order).exclude(state="canceled").exists():
        return  # another share of it goes on
    exceptions.resolve(book, now, order_ids=[order.pk])
    order.held_kind = order.held_value = ""
    if (is_carried or order.wish == REPLACE) and not _is_over(order):
        order.status, order.reason, order.wish, order.undecided = "new", "", "", True
        schedule.ring(order.connection_id, ["decide"], now)
    else:
        order.status, order.reason = "canceled", reason
    order.save(update_fields=["status", "reason", "held_kind", "held_value", "wish", "undecided"])
    what = "order_canceled" if order.status == "canceled" else "order_sent_again"
    journal.append(book, [journal.Entry(what=what, subject=order.number, order_id=order.pk)], now)


def _is_over(order: OrderRow) -> bool:
    return order.wish == "cancel" or order.cart_state == CartState.CANCELED.value


def _too_late(intent: Intent | Answered, order: OrderRow, reason: str) -> exceptions.Trouble:
    kind, cause, remedy = TOO_LATE[intent.connection_id != order.connection_id]
    if order.wish == REPLACE and not _is_over(order):
        kind, cause, remedy = CHANGE_TOO_LATE
    if intent.fulfillment_id is None:
        cause = "the cart does not cancel this order"
    return exceptions.Trouble(
        kind=kind,
        subject=order.number,
        cause=f"{cause}: {reason}",
        remedy=remedy,
        order_id=order.pk,
        connection_id=intent.connection_id,
    )


def ask_cart(book: Book, order_id: int, wanted: Wish, now: datetime) -> bool:
    """A person wants the cart to cancel it. False when it was asked before; one that it refused is asked again."""
    with writing(book):
        row = OrderRow.objects.select_for_update().get(merchant_id=book.merchant_id, pk=order_id)
        number = FulfillmentRow.objects.filter(order=row).count() or 1
        subject = key_subject(row.account, row.remote_id)
        intent, created = Intent.objects.get_or_create(
            key=intent_key(VERB, row.connection_id, subject, number),
            defaults={
                "merchant_id": book.merchant_id,
                "connection_id": row.connection_id,
                "verb": VERB,
                "due_at": now,
                "order": row,
                "detail": {"remote_id": row.remote_id, "reason": wanted.reason},
                "created_at": now,
            },
        )
        if not created and intent.state not in ("rejected", "canceled"):
            return False
        if not created:
            Intent.objects.filter(pk=intent.pk).update(
                state="ready", due_at=now, ended_at=None, failing_since=None, generation=intent.generation + 1
            )
        schedule.ring_for(row.connection_id, VERB, now)
        detail: journal.Detail = {"reason": wanted.reason[:300]}
        entry = journal.Entry(what="cart_cancellation_asked", subject=row.number, actor=wanted.by, detail=detail)
        journal.append(book, [entry], now)
    return True


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse's order that somebody stopped there. `tell_carts`: connections that want to hear of it."""

    connection_id: int
    remote_id: str
    reason: str
    tell_carts: frozenset[int]


def void_at_warehouse(book: Book, voided: Voided, now: datetime) -> None:
    """What the cart wants too is over; else the cart is told, or a person."""
    rows = FulfillmentRow.objects.filter(
        merchant_id=book.merchant_id, connection_id=voided.connection_id, remote_id=voided.remote_id, state="sent"
    )
    with writing(book):
        for row in rows.select_related("order"):
            _void(book, row, voided, now)


def _void(book: Book, row: FulfillmentRow, voided: Voided, now: datetime) -> None:
    order = row.order
    if order.cart_state == CartState.CANCELED.value or order.is_test:
        _all_become([row], "canceled")
        _stopped(book, order, False, voided.reason, now)
        status.refresh(book, [order.pk], now)
    elif order.connection_id in voided.tell_carts:
        _ask(book, row, Asking(order.connection_id, order.remote_id, order.pk, voided.reason), now)
    else:
        exceptions.raise_exceptions(book, [_unasked(row, voided)], now)


def _unasked(row: FulfillmentRow, voided: Voided) -> exceptions.Trouble:
    return exceptions.Trouble(
        kind="voided_at_warehouse",
        subject=row.order.number,
        cause=f"the warehouse stopped this order ({voided.reason}), and the cart still expects it",
        remedy="cancel it at the cart, or send it again: tranter resend " + row.order.number,
        order_id=row.order_id,
        connection_id=voided.connection_id,
    )
