"""An order's lines as rows: what is searched and counted."""

from collections.abc import Mapping

from tranter.ledger import bulk
from tranter.ledger.book import Book
from tranter.ledger.corrections import corrections_of
from tranter.ledger.models import OrderLineRow, OrderRow
from tranter.ledger.questions import Question, each, given
from tranter.model import Order


def write(orders: Mapping[int, Order]) -> None:
    """By order id: the lines of orders that are new."""
    bulk.insert(OrderLineRow, [line for order_id, order in orders.items() for line in _lines(order_id, order)])


def _lines(order_id: int, order: Order) -> list[bulk.Row]:
    return [
        {
            "order_id": order_id,
            "line_id": line.line_id,
            "sku": line.sku[:200],
            "item_sku": line.sku[:200],
            "quantity": line.quantity,
            "listing_id": line.listing_id,
            "variation": line.variation[:200],
        }
        for line in order.lines
    ]


def renew(book: Book, row: OrderRow, order: Order) -> None:
    """As the cart tells them now."""
    if row.merchant_id != book.merchant_id:
        return
    OrderLineRow.objects.filter(order=row).delete()
    write({row.pk: order})
    touch_line_skus(book, {(row.pk, line_id): sku for line_id, sku in corrections_of(book, row).skus})


def touch_line_skus(book: Book, skus: Mapping[tuple[int, str], str]) -> None:
    """By (order id, line id): `sku` becomes the one that was sent; `item_sku` stays the cart's."""
    changed = []
    asked = LINES.ask(merchant=book.merchant_id, orders={order_id for order_id, _ in skus})
    for pk, order_id, line_id, known in asked:
        sku = skus.get((order_id, line_id), known)
        if sku != known:
            changed.append({"id": pk, "sku": sku})
    bulk.update(OrderLineRow, changed)


LINES = Question(
    lambda: OrderLineRow.objects.filter(order_id__in=each("orders"), order__merchant_id=given("merchant")).values_list(
        "pk", "order_id", "line_id", "sku"
    ),
    tuple[int, int, str, str],
)
