"""What people write beside an order. Sealed, for it may name the buyer; erased with the buyer."""

from datetime import datetime

import msgspec

from tranter.ledger.book import Book
from tranter.ledger.models import OrderNote, OrderRow


class Note(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    author: str
    at: datetime
    text: str


def note_place(order_id: int, at: datetime) -> str:
    return f"note.sealed:{order_id}:{at.isoformat()}"


def add(book: Book, order_id: int, author: str, text: str, now: datetime) -> None:
    order = OrderRow.objects.get(merchant_id=book.merchant_id, pk=order_id)
    sealed = book.vault.seal(text.encode(), note_place(order.pk, now))
    OrderNote.objects.create(order=order, author=author[:254], at=now, sealed=sealed)


def of_order(book: Book, order_id: int) -> list[Note]:
    rows = OrderNote.objects.filter(order__merchant_id=book.merchant_id, order_id=order_id).order_by("-at", "-pk")
    return [
        Note(
            id=row.pk,
            author=row.author,
            at=row.at,
            text=book.vault.open(row.sealed, note_place(row.order_id, row.at)).decode(),
        )
        for row in rows
    ]


def remove(book: Book, note_id: int) -> bool:
    return bool(OrderNote.objects.filter(order__merchant_id=book.merchant_id, pk=note_id).delete()[0])
