"""Orders that the cart changed after a warehouse got them: what changed, and what a person says to it."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tranter.ledger import bulk, deliveries, exceptions, fulfillments, journal, order_lines, orders, status
from tranter.ledger.book import Book
from tranter.ledger.decisions import fulfillment_place, line_columns
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentLineRow, FulfillmentRow, OrderRow, TradeException
from tranter.ledger.writing import writing
from tranter.model import Fulfillment, Order

KIND = "changed_at_cart"
KINDS = ("changed_at_cart", "change_too_late")


class Versions(msgspec.Struct, frozen=True):
    """As it was sent, and as the cart has it now. Both with a person's corrections."""

    before: Order
    now: Order


def versions(book: Book, order_ids: Iterable[int]) -> dict[int, Versions]:
    """Of those that the cart has touched since they were sent."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids), before__isnull=False)
    found = ((row, orders.open_before(book, row)) for row in rows)
    return {row.pk: Versions(before, orders.open_corrected(book, row)) for row, before in found if before is not None}


def tell(book: Book, trouble: exceptions.Trouble, now: datetime) -> None:
    """In the place of what was told of this order before."""
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, order_id=trouble.order_id, kind=KIND)
    with writing(book):
        stale = rows.filter(state__in=exceptions.STANDING).exclude(fingerprint=trouble.fingerprint)
        stale.update(state="resolved", resolved_at=now)
        exceptions.raise_exceptions(book, [trouble], now)


def forget(book: Book, order_id: int, now: datetime) -> None:
    """The cart says again what was sent."""
    with writing(book):
        rows = OrderRow.objects.filter(merchant_id=book.merchant_id, pk=order_id, before__isnull=False)
        if rows.update(before=None):
            exceptions.resolve(book, now, order_ids=[order_id], kinds=KINDS)


def ignore(book: Book, order_id: int, by: str, now: datetime) -> int:
    """The warehouse's version stays. Told of no more until the cart changes it once more. How many that closed."""
    rows = TradeException.objects.filter(merchant_id=book.merchant_id, order_id=order_id, state="open")
    with writing(book):
        rows.filter(kind="change_too_late").update(state="resolved", resolved_at=now)
        count = rows.filter(kind=KIND).update(state="muted", resolved_at=now)
        if count:
            _answered(book, order_id, journal.Entry(what="change_ignored", actor=by), now)
    return count


def accept(book: Book, order_id: int, told: Fulfillment, by: str, now: datetime) -> bool:
    """The warehouse was told: its one fulfillment becomes what the cart wants now, under the key it has.

    False when the order has none there, or several.
    """
    with writing(book):
        rows = FulfillmentRow.objects.select_for_update().filter(merchant_id=book.merchant_id, order_id=order_id)
        there = list(rows.exclude(state="canceled"))
        if len(there) != 1 or there[0].state != "sent" or len(deliveries.together(book, [order_id])) > 1:
            return False
        _rewrite(book, there[0], told)
        order = OrderRow.objects.get(pk=order_id)
        order_lines.renew(book, order, orders.open_order(book, order))
        OrderRow.objects.filter(pk=order_id).update(before=None)
        exceptions.resolve(book, now, order_ids=[order_id], kinds=KINDS)
        _answered(book, order_id, journal.Entry(what="change_accepted", actor=by), now)
        status.refresh(book, [order_id], now)
    return True


def _rewrite(book: Book, row: FulfillmentRow, told: Fulfillment) -> None:
    """The warehouse's ids of lines that stay are kept."""
    old = fulfillments.documents(book, [row.pk])[row.pk]
    names = {"key": old.key, "generation": old.generation, "number": old.number, "full_number": old.full_number}
    document = msgspec.structs.replace(told, **names)
    row.sealed = book.vault.seal(msgspec.msgpack.encode(document), fulfillment_place(row.order_id, row.number))
    row.save(update_fields=["sealed"])
    ids = dict(row.lines.values_list("line_id", "remote_line_id"))
    row.lines.all().delete()
    rows = [line_columns(row.pk, line, ids.get(line.line_id, "")) for line in document.lines]
    bulk.insert(FulfillmentLineRow, rows)


def _answered(book: Book, order_id: int, entry: journal.Entry, now: datetime) -> None:
    number = OrderRow.objects.values_list("number", flat=True).get(pk=order_id)
    journal.append(book, [msgspec.structs.replace(entry, subject=number, order_id=order_id)], now)
