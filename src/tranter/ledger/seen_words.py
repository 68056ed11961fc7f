"""Words for ways of shipping that came by, whether somebody has mapped them or not."""

from tranter.ledger.book import Book
from tranter.ledger.models import OrderRow, ShipmentRow

MOST = 200


def ship_methods(book: Book, connection_id: int) -> list[str]:
    """What a cart called it."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, is_test=False)
    return list(
        rows.exclude(ship_method="").order_by("ship_method").values_list("ship_method", flat=True).distinct()[:MOST]
    )


def carriers(book: Book, connection_id: int) -> list[str]:
    """Whom a warehouse sent parcels with."""
    rows = ShipmentRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id)
    return list(rows.exclude(carrier="").order_by("carrier").values_list("carrier", flat=True).distinct()[:MOST])
