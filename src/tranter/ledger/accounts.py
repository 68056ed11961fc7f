"""Orders that were pulled before anybody knew whose account it is, filed under that account."""

from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import Connection, FulfillmentRow, OrderRow
from tranter.ledger.order_columns import order_place
from tranter.ledger.orders import seal_order
from tranter.ledger.writing import writing

AT_ONCE = 2000


def file_orders(book: Book, before: str, account: str) -> int:
    """What is sealed is bound to the account, so it is sealed anew. How many orders were moved.

    Where another connection of the account has the order too, the one that was sent stays; of two unsent ones the
    other connection's.
    """
    moved = 0
    with writing(book):
        rows = OrderRow.objects.filter(merchant_id=book.merchant_id, account=before)
        for row in rows.select_for_update().order_by("pk"):
            twin = OrderRow.objects.filter(
                merchant_id=book.merchant_id, account=account, remote_id=row.remote_id
            ).first()
            if twin is not None and not _make_room(row, twin):
                continue
            body = book.vault.open(row.sealed, order_place(book.merchant_id, before, row.remote_id))
            row.account = account
            row.sealed = seal_order(book, row, body)
            row.save(update_fields=["account", "sealed"])
            moved += 1
    return moved


def _make_room(row: OrderRow, twin: OrderRow) -> bool:
    """Whether `row` may take the twin's place. With both of them sent, both stay as they are."""
    if not _is_planned(twin) and (_is_planned(row) or twin.status == "skipped"):
        twin.delete()
        return True
    if not _is_planned(row):
        row.delete()
    return False


def _is_planned(row: OrderRow) -> bool:
    return FulfillmentRow.objects.filter(order=row).exclude(state="canceled").exists()


def adopt_orders(book: Book, connection_id: int, account: str) -> None:
    """Orders of a connection to this account that was removed: the new one goes on with them."""
    connector = Connection.objects.get(pk=connection_id, merchant_id=book.merchant_id).connector
    removed = Connection.objects.filter(merchant_id=book.merchant_id, connector=connector, state="removed")
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, account=account, connection__in=removed)
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):  # what one sentence may have to undo is kept in memory
        OrderRow.objects.filter(pk__in=many(ids[start : start + AT_ONCE])).update(connection_id=connection_id)
