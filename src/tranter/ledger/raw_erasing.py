"""What other systems sent is emptied where the buyer is to be forgotten."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Connection, FulfillmentRow, Loan, RawRecord, ShipmentRow
from tranter.ledger.raw_records import raw_place


def erase_raw(book: Book, kind: str, told: Iterable[tuple[int, str]]) -> None:
    """Records by the connection that told them and their key: two carts may call different orders the same.

    The digest stays, so that the same record is not taken in again.
    """
    keys: defaultdict[int, set[str]] = defaultdict(set)
    for connection_id, key in told:
        keys[connection_id].add(key)
    for connection_id, some in keys.items():
        for row in [*_told_by(book, connection_id, kind, some), *_heard_by_lender(book, connection_id, kind, some)]:
            row.sealed = book.vault.seal(b"", raw_place(row.connection_id, kind, row.key))
            row.state = "erased"
            row.save(update_fields=["sealed", "state"])


def _told_by(book: Book, connection_id: int, kind: str, keys: Collection[str]) -> "QuerySet[RawRecord]":
    mine = Connection.objects.filter(merchant_id=book.merchant_id, pk=connection_id).values("pk")
    return RawRecord.objects.filter(connection__in=mine, kind=kind, key__in=many(keys))


def _heard_by_lender(book: Book, connection_id: int, kind: str, keys: Collection[str]) -> list[RawRecord]:
    """What a lent warehouse told of this merchant's parcels and orders."""
    if kind not in ("shipment", "cancellation"):
        return []
    loan = Loan.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id).first()
    if loan is None:
        return []
    model: type[ShipmentRow | FulfillmentRow] = ShipmentRow if kind == "shipment" else FulfillmentRow
    mine = model.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, remote_id__in=many(keys))
    ids = list(mine.values_list("remote_id", flat=True))
    return list(RawRecord.objects.filter(connection_id=loan.lender_id, kind=kind, key__in=many(ids)))
