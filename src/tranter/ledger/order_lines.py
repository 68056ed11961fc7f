"""An order's lines as rows: what is searched and counted."""

from collections.abc import Mapping

from tranter.ledger.book import Book
from tranter.ledger.corrections import corrections_of
from tranter.ledger.models import OrderLineRow, OrderRow
from tranter.model import Order


def line_rows(order_id: int, order: Order) -> list[OrderLineRow]:
    return [
        OrderLineRow(
            order_id=order_id,
            line_id=line.line_id,
            sku=line.sku[:200],
            item_sku=line.sku[:200],
            quantity=line.quantity,
            listing_id=line.listing_id,
            variation=line.variation[:200],
        )
        for line in order.lines
    ]


def renew(book: Book, row: OrderRow, order: Order) -> None:
    """As the cart tells them now."""
    if row.merchant_id != book.merchant_id:
        return
    OrderLineRow.objects.filter(order=row).delete()
    OrderLineRow.objects.bulk_create(line_rows(row.pk, order))
    touch_line_skus(book, row.pk, dict(corrections_of(book, row).skus))


def touch_line_skus(book: Book, order_id: int, skus: Mapping[str, str]) -> None:
    """`sku` becomes the one that was sent; `item_sku` stays the cart's."""
    for line_id, sku in skus.items():
        rows = OrderLineRow.objects.filter(order_id=order_id, order__merchant_id=book.merchant_id, line_id=line_id)
        rows.exclude(sku=sku).update(sku=sku)
