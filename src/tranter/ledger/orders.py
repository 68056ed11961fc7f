"""Orders: what was read of them, and what is still to be decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from tranter.ledger import bulk, cust_refs, exceptions, journal, order_lines, raw_records, schedule
from tranter.ledger.book import Book
from tranter.ledger.corrections import corrected, corrections_of
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, OrderRow
from tranter.ledger.order_columns import before_place, columns, digest_of, order_place
from tranter.ledger.order_marks import OrderToDecide, Standing, mark, open_sealed, standing, to_decide_rows
from tranter.ledger.questions import Question, each, given
from tranter.ledger.writing import made_again, writing
from tranter.model import Order


class ReadOrder(msgspec.Struct, frozen=True, gc=False):
    """`connection_id` is the connection that takes it: an account is pulled once for all of them.

    `numbers` is what a new one may be called at warehouses, the best first, without end. `raw_digest` names the version
    of the raw record that was read, `seen_at` is when the cart told it: None for now.
    """

    raw_id: int
    connection_id: int
    order: Order
    numbers: Iterator[str] | None = None
    raw_digest: str = ""
    seen_at: datetime | None = None


@made_again
def record_orders(book: Book, account: str, read: Sequence[ReadOrder], now: datetime) -> int:
    """Writes what was read; an older version never replaces a newer one. How many orders are new.

    That they are to be decided, and that fewer units are left for listings, is rung in the same transaction.
    """
    rows_of = {item.order.remote_id: _row(book, account, item, now) for item in read}  # before others have to wait
    with writing(book):
        found = TAKEN.ask(merchant=book.merchant_id, account=account, ids=[item.order.remote_id for item in read])
        rows = OrderRow.objects.select_for_update().filter(pk__in=many(pk for pk, _ in found))
        known = {row.remote_id: row for row in rows} if found else {}
        fresh = [item for item in read if item.order.remote_id not in known]
        _create(book, account, fresh, rows_of, now)
        touched = {item.connection_id for item in fresh}
        for item in read:
            row = known.get(item.order.remote_id)
            if row is not None and item.order.modified_at >= row.modified_at and row.erased_at is None:
                _update(book, row, item, now)
                touched |= {row.connection_id} if row.undecided else set()
        raw_records.mark_read(book, {item.raw_id: item.raw_digest for item in read})
        for connection_id in sorted(touched):
            schedule.ring(connection_id, ["decide", "listing_stock"], now)
        exceptions.resolve_subjects(book, "unreadable", [f"order {item.order.remote_id}" for item in read], now)
    return len(fresh)


TAKEN = Question(
    lambda: OrderRow.objects.filter(
        merchant_id=given("merchant"), account=given("account"), remote_id__in=each("ids", str)
    ).values_list("pk", "remote_id"),
    tuple[int, str],
)


def _create(
    book: Book, account: str, fresh: Sequence[ReadOrder], rows_of: Mapping[str, dict[str, object]], now: datetime
) -> None:
    named = cust_refs.choose(book, [item.numbers for item in fresh])
    rows = [rows_of[item.order.remote_id] for item in fresh]
    for row, name in zip(rows, named, strict=True):
        row["cust_ref"] = name
    bulk.insert(OrderRow, rows)
    by_remote = {item.order.remote_id: item.order for item in fresh}
    made = TAKEN.ask(merchant=book.merchant_id, account=account, ids=by_remote)
    ids = {remote_id: pk for pk, remote_id in made}
    order_lines.write({ids[remote_id]: order for remote_id, order in by_remote.items()})
    entries = []
    for item in fresh:
        detail: journal.Detail = {"lines": len(item.order.lines), "marketplace": item.order.marketplace}
        order_id = ids[item.order.remote_id]
        entries.append(journal.Entry(what="order_taken", subject=item.order.number, detail=detail, order_id=order_id))
        entries += [
            journal.Entry(what="order_adapted", subject=item.order.number, detail={"how": how})
            for how in item.order.adapted
        ]
    journal.append(book, entries, now)


def _row(book: Book, account: str, item: ReadOrder, now: datetime) -> dict[str, object]:
    """But for the number by which warehouses call it."""
    body = msgspec.msgpack.encode(item.order)
    place = order_place(book.merchant_id, account, item.order.remote_id)
    return {
        "merchant_id": book.merchant_id,
        "connection_id": item.connection_id,
        "account": account,
        "remote_id": item.order.remote_id,
        "created_at": now,
        **columns(book.vault, item.order, item.order, item.seen_at or now),
        "digest": digest_of(body),
        "sealed": book.vault.seal(body, place),
    }


def _update(book: Book, row: OrderRow, item: ReadOrder, now: datetime) -> None:
    order, digest, told = item.order, row.digest, bytes(row.sealed)
    fill(book, row, order, item.seen_at or now)
    if row.digest == digest:
        OrderRow.objects.filter(pk=row.pk).update(seen_at=row.seen_at)
        return
    planned = FulfillmentRow.objects.filter(order=row).exclude(state="canceled").exists()
    if planned and row.before is None:
        plain = book.vault.open(told, order_place(book.merchant_id, row.account, row.remote_id))
        row.before = book.vault.seal(plain, before_place(row.pk))
    row.save()
    if not planned:
        order_lines.renew(book, row, order)
    detail = {"state": order.state.value}
    entry = journal.Entry(what="order_changed_at_cart", subject=row.number, detail=detail, order_id=row.pk)
    journal.append(book, [entry], now)


def fill(book: Book, row: OrderRow, order: Order, seen_at: datetime) -> None:
    body = msgspec.msgpack.encode(order)
    for name, value in columns(book.vault, order, corrected(order, corrections_of(book, row)), seen_at).items():
        setattr(row, name, value)
    row.sealed = seal_order(book, row, body)
    digest = digest_of(body)
    if digest != row.digest:
        row.undecided, row.digest = True, digest


def open_order(book: Book, row: OrderRow) -> Order:
    """As the cart tells it."""
    return open_sealed(book.vault, order_place(book.merchant_id, row.account, row.remote_id), row.sealed)


def open_corrected(book: Book, row: OrderRow) -> Order:
    """As it is sent: a person's corrections go before what the cart says."""
    return corrected(open_order(book, row), corrections_of(book, row))


def open_before(book: Book, row: OrderRow) -> Order | None:
    """As it was sent, where the cart has touched it since."""
    if row.before is None or row.merchant_id != book.merchant_id:
        return None
    return corrected(open_sealed(book.vault, before_place(row.pk), row.before), corrections_of(book, row))


def seal_order(book: Book, row: OrderRow, body: bytes) -> bytes:
    return book.vault.seal(body, order_place(row.merchant_id, row.account, row.remote_id))


def undecided(book: Book, connection_id: int) -> list[OrderToDecide]:
    """Some of them, the oldest first."""
    return to_decide_rows(book, UNDECIDED.ask(merchant=book.merchant_id, connection=connection_id))


UNDECIDED = Question(
    lambda: (
        OrderRow.objects.filter(
            merchant_id=given("merchant"), connection_id=given("connection"), undecided=True, erased_at=None
        )
        .order_by("ordered_at", "pk")
        .values_list("pk")[: raw_records.AT_ONCE]
    ),
    int,
)


def to_decide(book: Book, order_id: int) -> OrderToDecide:
    """One order, whether it is to be decided or not. Raises `OrderRow.DoesNotExist`."""
    found = to_decide_rows(book, [order_id])
    if not found:
        raise OrderRow.DoesNotExist(f"there is no order {order_id}")
    return found[0]


def mark_of(row: OrderRow) -> str:
    return mark(row.digest, row.wish, row.released, row.corrections)


def unchanged(book: Book, marks: Mapping[int, str]) -> dict[int, Standing]:
    """Inside the caller's transaction, locked: the orders that are still as they were looked at."""
    return {row.id: row for row in standing(book, marks) if row.mark == marks[row.id]}


def decided(book: Book, marks: Mapping[int, str]) -> None:
    """Looked at; nothing follows from it. One that changed meanwhile stays undecided."""
    with writing(book):
        OrderRow.objects.filter(pk__in=many(unchanged(book, marks))).update(undecided=False)


def undecide(book: Book, order_ids: Sequence[int]) -> None:
    OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids)).update(undecided=True)


def decide_again(book: Book, now: datetime, *, kinds: Iterable[str], values: Iterable[str] | None = None) -> int:
    """Orders that wait for what was just repaired (a mapping, a product) are decided again."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, held_kind__in=list(kinds))
    if values is not None:
        rows = rows.filter(held_value__in=list(values))
    return rows.update(undecided=True)


def decide_waiting_again(book: Book) -> int:
    """Orders that wait for something other than a person: the warehouse's products, a warehouse at all."""
    rows = OrderRow.objects.filter(
        merchant_id=book.merchant_id, status="new", held_kind="", undecided=False, cart_state="open"
    ).exclude(fulfillmentrow__isnull=False)
    return rows.update(undecided=True)


def carts_with_undecided(book: Book) -> list[int]:
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, undecided=True)
    return list(rows.order_by().values_list("connection_id", flat=True).distinct())


def wake_deciding(book: Book, now: datetime) -> None:
    """Every cart with something undecided decides it soon."""
    for connection_id in carts_with_undecided(book):
        schedule.ring(connection_id, ["decide"], now)
