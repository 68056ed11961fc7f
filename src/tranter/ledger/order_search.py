"""Finding an order by whatever somebody has of it. Each way is one index of its own."""

from collections.abc import Sequence

from tranter.ledger.book import Book
from tranter.ledger.models import Connection, FulfillmentRow, OrderLineRow, OrderRow, ShipmentRow
from tranter.ledger.order_columns import receiver_key
from tranter.ledger.order_filter import of_merchants

MOST = 20
SHORTEST = 3
LAST = "\U0010ffff"


def numbered(books: Sequence[Book], text: str) -> list[int]:
    """By order number (full, fitted), the cart's id, the warehouse's number or id, or tracking number: newest first."""
    text = _asked(text)
    if not text or not books:
        return []
    merchants = [book.merchant_id for book in books]
    mine = Connection.objects.filter(merchant_id__in=merchants)
    accounts = {account or f"connection:{pk}" for pk, account in mine.values_list("pk", "account_id")}
    rows = OrderRow.objects.filter(merchant_id__in=merchants)
    told = FulfillmentRow.objects.filter(merchant_id__in=merchants)
    there = told.filter(connection_id__in=list(mine.values_list("pk", flat=True)))
    parcels = ShipmentRow.objects.filter(merchant_id__in=merchants)
    found = {
        *rows.filter(number=text).values_list("pk", flat=True)[:MOST],
        *rows.filter(cust_ref=text).values_list("pk", flat=True)[:MOST],
        *rows.filter(account__in=accounts, remote_id=text).values_list("pk", flat=True)[:MOST],
        *told.filter(remote_number=text).values_list("order_id", flat=True)[:MOST],
        *there.filter(remote_id=text).values_list("order_id", flat=True)[:MOST],
        *parcels.filter(tracking_number=text).values_list("order_id", flat=True)[:MOST],
    }
    return _newest(merchants, found)


def people(books: Sequence[Book], text: str) -> list[int]:
    """By the buyer's user name or the receiver's full name. Only hashes of them are searched."""
    text = _asked(text)
    if not text or not books:
        return []
    vault, name = books[0].vault, receiver_key(text)
    rows = of_merchants([book.merchant_id for book in books]).order_by("-ordered_at", "-pk")
    buyers, receivers = rows.filter(buyer_hash=vault.hash(text)), rows.filter(receiver_hash=vault.hash(name))
    found = {key for some in (buyers, receivers) for key in some.values_list("ordered_at", "pk")[:MOST]}
    return [pk for _, pk in sorted(found, reverse=True)[:MOST]]


def beginning(books: Sequence[Book], text: str) -> list[int]:
    """Order numbers that begin so, while somebody types."""
    text = _asked(text)
    merchants = [book.merchant_id for book in books]
    if len(text) < SHORTEST:
        return []
    found: set[int] = set()
    for merchant in merchants[:MOST]:
        rows = OrderRow.objects.filter(merchant_id=merchant, number__gte=text, number__lt=text + LAST)
        found.update(rows.order_by("number").values_list("pk", flat=True)[:MOST])
    return _newest(merchants, found)


def sells(books: Sequence[Book], sku: str) -> bool:
    """Whether any order has this SKU."""
    sku = _asked(sku)
    lines = OrderLineRow.objects.filter(item_sku=sku, order__merchant_id__in=[book.merchant_id for book in books])
    return bool(sku) and lines.exists()


def search(books: Sequence[Book], text: str) -> list[int]:
    return list(dict.fromkeys([*numbered(books, text), *people(books, text)]))[:MOST]


def _asked(text: str) -> str:
    """No text of PostgreSQL has a zero byte, not even one that is asked for."""
    return text.replace("\0", "").strip()


def _newest(merchants: Sequence[int], order_ids: set[int]) -> list[int]:
    rows = of_merchants(merchants).filter(pk__in=order_ids).values_list("ordered_at", "pk")
    return [pk for _, pk in sorted(rows, reverse=True)[:MOST]]
