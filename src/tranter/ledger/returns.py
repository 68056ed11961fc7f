"""Returns as warehouses tell of them: shown beside the order, and nothing follows from them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db.models import Sum

from tranter.ledger import deliveries, journal
from tranter.ledger.book import Book
from tranter.ledger.models import FulfillmentLineRow, FulfillmentRow, ReturnRow
from tranter.ledger.writing import writing
from tranter.model import Return

RETURNING, PARTLY, RETURNED = "returning", "partly", "returned"


class ReturnView(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is returning, received or void; `lines` are (SKU, units)."""

    state: str
    warehouse: str
    carrier: str
    tracking_number: str
    modified_at: datetime
    lines: tuple[tuple[str, int], ...]


def record(book: Book, connection_id: int, found: Sequence[Return], now: datetime) -> int:
    """How many are new or stand otherwise than before. Those of orders that are none of ours are left out."""
    wanted = {one.remote_order_id for one in found}
    rows = FulfillmentRow.objects.filter(
        merchant_id=book.merchant_id, connection_id=connection_id, remote_id__in=wanted, within=None
    ).exclude(state="canceled")
    leads = dict(rows.values_list("remote_id", "pk"))
    news = 0
    with writing(book):
        carried = deliveries.by_lead(book, leads.values())
        for one in sorted(found, key=lambda one: one.modified_at):
            for fulfillment in carried.get(leads.get(one.remote_order_id, 0), ()):
                news += _take(book, fulfillment, one, now)
    return news


def _take(book: Book, fulfillment: FulfillmentRow, one: Return, now: datetime) -> bool:
    """Of a delivery of several orders each gets what is its own; of its own delivery an order gets all."""
    known = {line.remote_line_id: line for line in fulfillment.lines.all() if line.remote_line_id}
    mine = [(known.get(line.remote_line_id), line.quantity) for line in one.lines]
    if fulfillment.within_id is not None:
        mine = [(line, units) for line, units in mine if line is not None]
        if not mine:
            return False
    keys = {"connection_id": fulfillment.connection_id, "remote_id": one.remote_id, "order_id": fulfillment.order_id}
    before = ReturnRow.objects.filter(**keys).first()
    if before is not None and before.modified_at > one.modified_at:
        return False
    row = before or ReturnRow(merchant_id=book.merchant_id, **keys)
    stood = row.state
    row.state, row.modified_at = one.state.value, one.modified_at
    row.carrier, row.tracking_number = one.carrier[:100], one.tracking_number[:200]
    row.lines = [[line.sku if line is not None else "", units] for line, units in mine]
    row.save()
    if stood == row.state:
        return False
    units = sum(units for _, units in mine)
    entry = journal.Entry(
        what=f"return_{row.state}",
        subject=fulfillment.order.number,
        order_id=fulfillment.order_id,
        detail={"units": units},
    )
    journal.append(book, [entry], now)
    return True


def of_order(book: Book, order_id: int) -> tuple[ReturnView, ...]:
    rows = ReturnRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id).select_related("connection")
    return tuple(
        ReturnView(
            state=row.state,
            warehouse=row.connection.name,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            modified_at=row.modified_at,
            lines=tuple((sku, units) for sku, units in row.lines),
        )
        for row in rows.order_by("modified_at", "pk")
    )


def marks(books: Iterable[Book], order_ids: Sequence[int]) -> dict[int, str]:
    """`returning`, `partly` or `returned`, for those of these orders of which something came back."""
    merchants = [book.merchant_id for book in books]
    rows = ReturnRow.objects.filter(merchant_id__in=merchants, order_id__in=order_ids).exclude(state="void")
    back, under_way = Counter[int](), set[int]()
    for order_id, state, lines in rows.values_list("order_id", "state", "lines"):
        back[order_id] += sum(units for _, units in lines) if state == "received" else 0
        if state != "received":
            under_way.add(order_id)
    sent = _sent(list(back))
    return {
        order_id: RETURNING if order_id in under_way else RETURNED if units >= sent.get(order_id, 0) else PARTLY
        for order_id, units in back.items()
    }


def _sent(order_ids: Sequence[int]) -> dict[int, int]:
    if not order_ids:
        return {}
    rows = FulfillmentLineRow.objects.filter(fulfillment__order_id__in=order_ids)
    living = rows.exclude(fulfillment__state="canceled").order_by()
    return dict(
        living.values("fulfillment__order_id").annotate(n=Sum("quantity")).values_list("fulfillment__order_id", "n")
    )
