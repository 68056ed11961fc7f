"""Test orders: known to no cart, sent to the warehouse as drafts, never counted among the others."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tranter.ledger import cancellations, decisions, fulfillments, intents, journal, order_lines, orders
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, check_owner
from tranter.ledger.decisions import PlannedFulfillment, Settled
from tranter.ledger.models import FulfillmentLineRow, FulfillmentRow, Intent, OrderLineRow, OrderRow
from tranter.ledger.order_marks import OrderToDecide
from tranter.ledger.writing import writing
from tranter.model import Order


class TrialView(msgspec.Struct, frozen=True, kw_only=True):
    """`codes`: (the cart's code, the SKU that was sent, the warehouse's product). `state` is that of its delivery."""

    id: int
    number: str
    connection_id: int
    status: str
    reason: str
    state: str
    warehouse: str
    warehouse_number: str
    url: str
    method_in: str
    method_out: str
    codes: tuple[tuple[str, str, str], ...]
    started_at: datetime


class BegunAlready(ValueError):
    """There is a test order of this number."""


def record(book: Book, cart: ConnectionRecord, order: Order, now: datetime) -> OrderToDecide:
    """As if the cart had sent it; undecided until its delivery is planned. Raises `BegunAlready`."""
    check_owner(book, cart)
    with writing(book):
        if OrderRow.objects.filter(merchant_id=book.merchant_id, remote_id=order.remote_id).exists():
            raise BegunAlready(order.number)
        row = OrderRow(
            merchant_id=book.merchant_id,
            connection_id=cart.id,
            account=cart.account,
            remote_id=order.remote_id,
            is_test=True,
            created_at=now,
        )
        orders.fill(book, row, order, now)
        row.save()
        order_lines.write({row.pk: order})
        journal.append(book, [journal.Entry(what="test_order_begun", subject=order.number, actor="operator")], now)
    return OrderToDecide(
        id=row.pk,
        mark=orders.mark_of(row),
        order=order,
        account=row.account,
        released=frozenset(),
        backlog=False,
        planned=False,
        held_kind="",
    )


def plan(book: Book, item: OrderToDecide, planned: PlannedFulfillment, now: datetime) -> None:
    decisions.apply(book, [planned], {item.id: item.mark}, now)


def view(book: Book, order_id: int) -> TrialView:
    """Raises `LookupError` where there is no such test order."""
    row = OrderRow.objects.filter(merchant_id=book.merchant_id, pk=order_id, is_test=True).first()
    told = FulfillmentRow.objects.filter(order_id=order_id).select_related("connection").order_by("number").first()
    if row is None or told is None:
        raise LookupError(f"there is no test order {order_id}")
    came = dict(OrderLineRow.objects.filter(order=row).values_list("line_id", "item_sku"))
    lines = FulfillmentLineRow.objects.filter(fulfillment=told).order_by("pk")
    documents = fulfillments.documents(book, [told.pk])
    intent = Intent.objects.filter(order=row).order_by("-pk").first()
    return TrialView(
        id=row.pk,
        number=row.number,
        connection_id=row.connection_id,
        status=row.status,
        reason=row.reason or (intent.reason if intent is not None else ""),
        state=told.state,
        warehouse=told.connection.name,
        warehouse_number=told.remote_number or told.remote_id,
        url=told.url,
        method_in=row.ship_method,
        method_out=documents[told.pk].ship_method,
        codes=tuple((came.get(line.of_line or line.line_id, ""), line.sku, line.product_id) for line in lines),
        started_at=row.created_at,
    )


def newest(book: Book, connection_id: int) -> TrialView | None:
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, is_test=True)
    found = rows.filter(fulfillmentrow__isnull=False).order_by("-pk").values_list("pk", flat=True).first()
    return view(book, found) if found is not None else None


def cancel(book: Book, order_id: int, now: datetime) -> None:
    """What never left is taken back, what is at the warehouse is stopped there."""
    with writing(book):
        row = OrderRow.objects.select_for_update().get(merchant_id=book.merchant_id, pk=order_id, is_test=True)
        if intents.cancel_unsent(book, row.pk, now):
            FulfillmentRow.objects.filter(order=row).exclude(state="canceled").update(state="canceled")
            ended = Settled(order_id=row.pk, status="canceled", reason="the test is over")
            decisions.apply(book, [ended], {row.pk: orders.mark_of(row)}, now)
        else:
            cancellations.ask_warehouse(book, row.pk, "the test is over", now)


def open_trials(book: Book, connection_ids: Iterable[int]) -> int:
    """Test orders that nobody has canceled yet."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, connection_id__in=list(connection_ids), is_test=True)
    return rows.exclude(status="canceled").count()
