"""Fulfillments: what was asked of a warehouse, and what it made of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import Q

from tranter.ledger import deliveries, exceptions, intents, journal, order_lines, orders, schedule, status
from tranter.ledger.book import Book
from tranter.ledger.decisions import fulfillment_place
from tranter.ledger.intents import Outcome, Result
from tranter.ledger.models import (
    Connection,
    FulfillmentLineRow,
    FulfillmentRow,
    Intent,
    Loan,
    OrderRow,
    ProductRow,
    RemoteLink,
)
from tranter.ledger.writing import writing
from tranter.model import Fulfillment


def documents(book: Book, fulfillment_ids: Sequence[int]) -> dict[int, Fulfillment]:
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, pk__in=fulfillment_ids)
    return {row.pk: _open(book, row) for row in rows}


def warehouses(book: Book, fulfillment_ids: Sequence[int]) -> dict[int, int]:
    """Fulfillment → its connection."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, pk__in=fulfillment_ids)
    return dict(rows.values_list("pk", "connection_id"))


def _open(book: Book, row: FulfillmentRow) -> Fulfillment:
    plain = book.vault.open(row.sealed, fulfillment_place(row.order_id, row.number))
    return msgspec.json.decode(plain, type=Fulfillment)


def links(book: Book, connection_id: int, kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Only hashes of the keys are kept: a buyer's name at the cart is nobody else's business."""
    plain = {book.vault.hash(key): key for key in keys}
    rows = RemoteLink.objects.filter(
        connection_id=connection_id, connection__merchant_id=book.merchant_id, kind=kind, key__in=list(plain)
    )
    return {plain[key]: remote_id for key, remote_id in rows.values_list("key", "remote_id")}


def settle(book: Book, held: schedule.Lease, results: Sequence[Result], now: datetime) -> int:
    """One batch of deliveries, in one transaction. How many arrived."""
    with writing(book):
        rows = intents.settle(book, held, results, now)
        entries: list[journal.Entry] = []
        done = [result for result in results if result.outcome is Outcome.DONE]
        refused = [result for result in results if result.outcome is Outcome.REJECTED]
        arrived = _record_arrivals(book, rows, done, entries, now)
        keep_links(book, held.connection_id, [link for result in done for link in result.links])
        _hold_refused(book, rows, refused, now)
        _decide_unwanted(book, rows)
        asked = [rows[result.intent_id].order_id or 0 for result in (*done, *refused)]
        order_ids = deliveries.together(book, asked)
        journal.append(book, entries, now)
        status.refresh(book, order_ids, now)
    return arrived


def _decide_unwanted(book: Book, rows: Mapping[int, Intent]) -> None:
    """What is known not to be there, and what the cart changed meanwhile: such an order is decided anew."""
    ready = [row.order_id or 0 for row in rows.values() if row.state == "ready" and not row.doubtful]
    free = deliveries.together(book, ready)
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=free)
    mine.exclude(cart_state="open", before=None).update(undecided=True)


def _record_arrivals(
    book: Book,
    rows: Mapping[int, Intent],
    done: Sequence[Result],
    entries: list[journal.Entry],
    now: datetime,
) -> int:
    by_id = {rows[result.intent_id].fulfillment_id: result for result in done}
    ours = Q(pk__in=list(by_id)) | Q(within_id__in=list(by_id), state="planned")
    found = FulfillmentRow.objects.filter(ours).select_related("order").prefetch_related("lines")
    for row in found:
        result = by_id[row.within_id or row.pk]
        row.state, row.sent_at = "sent", now
        row.remote_id, row.remote_number, row.url = result.remote_id, result.remote_number, result.url
        row.committed_at = result.at if result.committed else None
        row.save(update_fields=["state", "sent_at", "remote_id", "remote_number", "url", "committed_at"])
        pairs = dict(result.lines)
        lines = [line for line in row.lines.all() if deliveries.told_id(row, line.line_id) in pairs]
        for line in lines:
            line.remote_line_id = pairs[deliveries.told_id(row, line.line_id)]
        FulfillmentLineRow.objects.bulk_update(lines, ["remote_line_id"])
        detail: journal.Detail = {
            "remote_id": result.remote_id,
            "notes": " · ".join(result.notes)[:300],
        }
        there = journal.Entry(what="order_at_warehouse", subject=row.order.number, detail=detail, order_id=row.order_id)
        entries.append(there)
        # What the cart or a person wanted meanwhile is looked at now.
        touched = OrderRow.objects.filter(pk=row.order_id, undecided=False)
        touched.exclude(cart_state="open", wish="", before=None).update(undecided=True)
    if done:
        connection_id = rows[done[0].intent_id].connection_id
        if orders.awake(book, connection_id, [result.remote_id for result in done]):
            schedule.ring(_hears(connection_id), ["shipments"], now)
    cured = _without_refusal(book, [row.order_id for row in found])
    exceptions.resolve(book, now, order_ids=cured)
    OrderRow.objects.filter(pk__in=cured).exclude(held_kind="").update(held_kind="", held_value="", reason="")
    return len(by_id)


def _without_refusal(book: Book, order_ids: Sequence[int]) -> list[int]:
    """Another share of the order may still wait for a repair."""
    refused = Intent.objects.filter(
        merchant_id=book.merchant_id, order_id__in=order_ids, verb="push_fulfillment", state="rejected"
    )
    waiting = set(refused.values_list("order_id", flat=True))
    return [order_id for order_id in order_ids if order_id not in waiting]


def _hears(connection_id: int) -> int:
    """The connection that pulls: of a lent warehouse that is the lender."""
    lender = Loan.objects.filter(connection_id=connection_id).values_list("lender_id", flat=True).first()
    return lender if lender is not None else connection_id


def keep_links(book: Book, connection_id: int, found: Iterable[tuple[str, str, str]]) -> None:
    """(kind, key, remote id). The newest one counts."""
    if not Connection.objects.filter(pk=connection_id, merchant_id=book.merchant_id).exists():
        raise LookupError(f"the connection {connection_id} is another merchant's")
    rows = {
        (kind, key): RemoteLink(connection_id=connection_id, kind=kind, key=book.vault.hash(key), remote_id=remote_id)
        for kind, key, remote_id in found
    }
    RemoteLink.objects.bulk_create(
        list(rows.values()),
        update_conflicts=True,
        unique_fields=["connection", "kind", "key"],
        update_fields=["remote_id"],
    )


def _hold_refused(book: Book, rows: Mapping[int, Intent], refused: Sequence[Result], now: datetime) -> None:
    for result in refused:
        intent = rows[result.intent_id]
        if intent.state != "rejected":
            continue
        if result.kind == "unknown_sku":
            _forget_product(intent.connection_id, result.value)
        order = OrderRow.objects.get(pk=intent.order_id or 0)
        order.held_kind, order.held_value = result.kind or "rejected", result.value[:300]
        order.reason = result.reason
        order.save(update_fields=["held_kind", "held_value", "reason"])
        trouble = exceptions.Trouble(
            kind=order.held_kind,
            subject=order.number,
            cause=result.reason,
            remedy=result.remedy or f"correct it, then: tranter retry {order.number}",
            value=result.value,
            order_id=order.pk,
            connection_id=intent.connection_id,
        )
        exceptions.raise_exceptions(book, [trouble], now)


def _forget_product(connection_id: int, sku: str) -> None:
    """The warehouse says that it is gone; when the catalogue has it again, the order is decided again."""
    ProductRow.objects.filter(connection_id=connection_id, sku=sku[:200]).update(active=False)


def not_committed(book: Book, connection_id: int, limit: int = 500) -> list[tuple[int, Fulfillment]]:
    """Orders that this warehouse has and holds no stock for, as far as the hub knows: drafts."""
    rows = (
        FulfillmentRow.objects.filter(
            merchant_id=book.merchant_id,
            connection_id=connection_id,
            state="sent",
            committed_at=None,
            order__is_test=False,
        )
        .filter(within=None)
        .exclude(order__status__in=("confirmed", "shipped", "canceled"))
    )
    return [(row.pk, _open(book, row)) for row in rows.order_by("pk")[:limit]]


def committed(book: Book, fulfillment_ids: Sequence[int], now: datetime) -> None:
    mine = Q(pk__in=fulfillment_ids) | Q(within_id__in=fulfillment_ids)
    FulfillmentRow.objects.filter(mine, merchant_id=book.merchant_id, committed_at=None).update(committed_at=now)


def drop_unsent(book: Book, order_ids: Sequence[int], now: datetime) -> list[int]:
    """Fulfillments that never left are taken back, so that the orders can be decided anew. Which orders were free.

    Orders that were to go in one delivery are freed together.
    """
    free: set[int] = set()
    with writing(book):
        mine = set(
            OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=list(order_ids)).values_list("pk", flat=True)
        )
        while mine:
            group = deliveries.together(book, [mine.pop()])
            mine -= group
            if all(intents.cancel_unsent(book, order_id, now) for order_id in sorted(group)):
                _free(book, group)
                free |= group
        OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=free - set(order_ids)).update(undecided=True)
    return sorted(free)


def _free(book: Book, order_ids: Iterable[int]) -> None:
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=list(order_ids))
    FulfillmentRow.objects.filter(order__in=mine).exclude(state="canceled").update(state="canceled")
    for order in mine:
        order_lines.renew(book, order, orders.open_order(book, order))


def drop_unsent_shares(book: Book, order_id: int, now: datetime) -> int:
    """Those shares of an order that never left, whatever became of the others. How many."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id, state="planned")
    with writing(book):
        unsent = Intent.objects.select_for_update().filter(
            fulfillment__in=rows, verb="push_fulfillment", state__in=("ready", "rejected"), doubtful=False
        )
        found = list(unsent)
        Intent.objects.filter(pk__in=[one.pk for one in found]).update(state="canceled", ended_at=now)
        rows.filter(pk__in=[one.fulfillment_id for one in found]).update(state="canceled")
        entries = [journal.Entry(what="intent_canceled", subject=one.key) for one in found]
        journal.append(book, entries, now)
    return len(found)


def next_number(book: Book, order_id: int) -> int:
    return FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id).count() + 1
