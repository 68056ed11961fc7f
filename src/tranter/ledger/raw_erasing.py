"""What other systems sent is emptied where the buyer is to be forgotten."""

from collections.abc import Iterable, Sequence

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Loan, RawRecord, ShipmentRow
from tranter.ledger.raw_records import raw_place


def erase_raw(book: Book, kind: str, keys: Iterable[str]) -> None:
    """Its digest stays, so that the same record is not taken in again."""
    listed = list(keys)
    mine = RawRecord.objects.filter(merchant_id=book.merchant_id, kind=kind, key__in=many(listed))
    for row in [*mine, *_heard_by_lenders(book, kind, listed)]:
        row.sealed = book.vault.seal(b"", raw_place(row.connection_id, kind, row.key))
        row.state = "erased"
        row.save(update_fields=["sealed", "state"])


def _heard_by_lenders(book: Book, kind: str, keys: Sequence[str]) -> list[RawRecord]:
    """What lent warehouses told of this merchant's parcels and orders."""
    rows: list[RawRecord] = []
    if kind not in ("shipment", "cancellation"):
        return rows
    model: type[ShipmentRow | FulfillmentRow] = ShipmentRow if kind == "shipment" else FulfillmentRow
    for loan in Loan.objects.filter(connection__merchant_id=book.merchant_id):
        mine = model.objects.filter(
            merchant_id=book.merchant_id, connection_id=loan.connection_id, remote_id__in=many(keys)
        )
        ids = list(mine.values_list("remote_id", flat=True))
        rows += RawRecord.objects.filter(connection_id=loan.lender_id, kind=kind, key__in=many(ids))
    return rows
