"""Orders: raw records with the cursor, what was read from them, and what is still to be decided."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import Q, QuerySet

from tranter.ledger import bulk, cust_refs, exceptions, journal, order_lines, schedule
from tranter.ledger.book import Book
from tranter.ledger.corrections import corrected, corrections_of
from tranter.ledger.many import many
from tranter.ledger.models import Connection, FulfillmentRow, OrderRow, RawRecord
from tranter.ledger.order_columns import before_place, columns, digest_of, order_place
from tranter.ledger.order_marks import OrderToDecide, Standing, mark, open_sealed, standing, to_decide_rows
from tranter.ledger.questions import Change, Question, each, given, is_set
from tranter.ledger.writing import made_again, writing
from tranter.model import Order

FINAL = ("confirmed", "canceled", "skipped")
AT_ONCE = 1000


class RawLine(msgspec.Struct, frozen=True):
    id: int
    key: str
    payload: bytes


class ReadOrder(msgspec.Struct, frozen=True):
    """`connection_id` is the connection that takes it: an account is pulled once for all of them.

    `numbers` is what a new one may be called at warehouses, the best first, without end.
    """

    raw_id: int
    connection_id: int
    order: Order
    numbers: Iterator[str] | None = None


class Unread(msgspec.Struct, frozen=True):
    raw_id: int
    key: str
    cause: str
    remedy: str


def raw_place(connection_id: int, kind: str, key: str) -> str:
    return f"raw.sealed:{connection_id}:{kind}:{key}"


class RawPage(msgspec.Struct, frozen=True):
    """Records of one kind as (remote key, payload), and the cursor that goes on after them."""

    kind: str
    records: Sequence[tuple[str, bytes]]
    cursor: str


@made_again
def store_page(book: Book, held: schedule.Lease, page: RawPage, now: datetime) -> int:
    """Raw records and the new cursor, in one transaction. How many are new or changed.

    Orders among them are read and decided when their cart's turn comes, which is rung here.
    """
    rows = _raw_rows(book, held.connection_id, page.kind, page.records, now)
    with writing(book):
        schedule.move_cursor(held, page.cursor)
        return _store_raw(book, held.connection_id, page.kind, rows, now)


def store_reread(book: Book, connection_id: int, records: Sequence[tuple[str, bytes]], now: datetime) -> int:
    """Orders that were read again by their id, outside any window."""
    rows = _raw_rows(book, connection_id, "order", records, now)
    with writing(book):
        return _store_raw(book, connection_id, "order", rows, now)


DIGESTS = Question(
    lambda: RawRecord.objects.filter(
        connection_id=given("connection"), kind=given("kind"), key__in=each("keys", str)
    ).values_list("key", "digest"),
    tuple[str, str],
)


def _raw_rows(
    book: Book, connection_id: int, kind: str, records: Iterable[tuple[str, bytes]], now: datetime
) -> dict[str, bulk.Row]:
    """By key, the last of each."""
    return {
        key: {
            "merchant_id": book.merchant_id,
            "connection_id": connection_id,
            "kind": kind,
            "key": key,
            "digest": digest_of(body),
            "sealed": book.vault.seal(body, raw_place(connection_id, kind, key)),
            "received_at": now,
            "state": "new",
        }
        for key, body in dict(records).items()
    }


def _store_raw(book: Book, connection_id: int, kind: str, latest: Mapping[str, bulk.Row], now: datetime) -> int:
    known = dict(DIGESTS.ask(connection=connection_id, kind=kind, keys=latest))
    changed = {key: row for key, row in latest.items() if known.get(key) != row["digest"]}
    if kind == "order":
        for key in _seen_again(book, list(latest), changed, now):
            changed.pop(key, None)
    bulk.insert(
        RawRecord,
        list(changed.values()),
        unique=["connection_id", "kind", "key"],
        replace=["digest", "sealed", "received_at", "state"],
    )
    if changed and kind == "order":
        schedule.ring(connection_id, ["decide"], now)
    return len(changed)


def _seen_again(book: Book, remote_ids: Sequence[str], changed: Container[str], now: datetime) -> set[str]:
    """Those among them that were erased: some before an order was made of them.

    What the cart changed of an order is not read yet: until then nothing of it leaves.
    """
    mine = ACCOUNTS.ask(merchant=book.merchant_id)
    accounts = {account_id or f"connection:{pk}" for pk, account_id in mine}  # without them no index is of use
    known = SEEN_BEFORE.ask(merchant=book.merchant_id, accounts=accounts, remote_ids=remote_ids)
    SEEN.make(ids=[pk for pk, remote_id, _ in known if remote_id not in changed], now=now)
    CHANGED.make(ids=[pk for pk, remote_id, is_erased in known if remote_id in changed and not is_erased])
    raws = ERASED_RAW.ask(connections=[pk for pk, _ in mine], keys=remote_ids)
    return {*(remote_id for _, remote_id, is_erased in known if is_erased), *raws}


ACCOUNTS = Question(
    lambda: Connection.objects.filter(merchant_id=given("merchant")).values_list("pk", "account_id"), tuple[int, str]
)
SEEN_BEFORE = Question(
    lambda: OrderRow.objects.filter(
        merchant_id=given("merchant"), account__in=each("accounts", str), remote_id__in=each("remote_ids", str)
    ).values_list("pk", "remote_id", is_set("erased_at")),
    tuple[int, str, bool],
)
SEEN = Change(lambda: OrderRow.objects.filter(pk__in=each("ids")), seen_at=given("now"))
CHANGED = Change(lambda: OrderRow.objects.filter(pk__in=each("ids")).exclude(status__in=FINAL), undecided=True)
ERASED_RAW = Question(
    lambda: RawRecord.objects.filter(
        connection_id__in=each("connections"), kind="order", key__in=each("keys", str), state="erased"
    ).values_list("key"),
    str,
)


def unread(book: Book, connection_id: int, kind: str, limit: int = AT_ONCE) -> list[RawLine]:
    rows = RawRecord.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, kind=kind, state="new")
    return [
        RawLine(pk, key, book.vault.open(sealed, raw_place(connection_id, kind, key)))
        for pk, key, sealed in rows.order_by("pk").values_list("pk", "key", "sealed")[:limit]
    ]


def mark_read(book: Book, raw_ids: Iterable[int]) -> None:
    READ.make(merchant=book.merchant_id, ids=raw_ids)


READ = Change(lambda: RawRecord.objects.filter(merchant_id=given("merchant"), pk__in=each("ids")), state="old")


def mark_waiting(book: Book, about: Mapping[int, str]) -> None:
    """Records that belong to a remote order which the hub does not know: raw id → that order's remote id."""
    for raw_id, remote_id in about.items():
        rows = RawRecord.objects.filter(merchant_id=book.merchant_id, pk=raw_id)
        rows.update(state="waiting", about=remote_id[:200])


def awake(book: Book, connection_id: int, remote_ids: Iterable[str]) -> int:
    """Inside the transaction that made these remote orders known: what waited for them is read again.

    What the hub heard of a lent warehouse waits at the lender.
    """
    return AWAKE.make(merchant=book.merchant_id, connection=connection_id, remote_ids=remote_ids)


def _heard_for_it() -> "QuerySet[RawRecord]":
    mine = Connection.objects.filter(pk=given("connection"), merchant_id=given("merchant"))
    return RawRecord.objects.filter(
        Q(connection__in=mine) | Q(connection__in=mine.values("loan__lender")),
        state="waiting",
        about__in=each("remote_ids", str),
    )


AWAKE = Change(_heard_for_it, state="new")


def read_again(book: Book, connection_id: int) -> int:
    """Unreadable records get another chance: after an update, or when somebody asks."""
    rows = RawRecord.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, state="unreadable")
    return rows.update(state="new")


def mark_unreadable(book: Book, connection_id: int, kind: str, bad: Sequence[Unread], now: datetime) -> None:
    """They were heard by this connection; where it is a share of a lent one, by the lender."""
    with writing(book):
        mine = Connection.objects.filter(pk=connection_id, merchant_id=book.merchant_id)
        heard = Q(connection__in=mine) | Q(connection__in=mine.values("loan__lender"))
        rows = RawRecord.objects.filter(heard, pk__in=many(item.raw_id for item in bad))
        rows.update(state="unreadable")
        troubles = [
            exceptions.Trouble(
                kind="unreadable",
                subject=f"{kind} {item.key}",
                cause=item.cause,
                remedy=item.remedy or "correct it at the cart, or update Tranter; it is read again when it changes",
                connection_id=connection_id,
            )
            for item in bad
        ]
        exceptions.raise_exceptions(book, troubles, now)


@made_again
def record_orders(book: Book, account: str, read: Sequence[ReadOrder], now: datetime) -> int:
    """Writes what was read; an older version never replaces a newer one. How many orders are new."""
    rows_of = {item.order.remote_id: _row(book, account, item, now) for item in read}  # before others have to wait
    with writing(book):
        found = TAKEN.ask(merchant=book.merchant_id, account=account, ids=[item.order.remote_id for item in read])
        rows = OrderRow.objects.select_for_update().filter(pk__in=many(pk for pk, _ in found))
        known = {row.remote_id: row for row in rows} if found else {}
        fresh = [item for item in read if item.order.remote_id not in known]
        _create(book, account, fresh, rows_of, now)
        for item in read:
            row = known.get(item.order.remote_id)
            if row is not None and item.order.modified_at >= row.modified_at and row.erased_at is None:
                _update(book, row, item.order, now)
        mark_read(book, [item.raw_id for item in read])
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
    body = msgspec.json.encode(item.order)
    place = order_place(book.merchant_id, account, item.order.remote_id)
    return {
        "merchant_id": book.merchant_id,
        "connection_id": item.connection_id,
        "account": account,
        "remote_id": item.order.remote_id,
        "created_at": now,
        **columns(book.vault, item.order, item.order, now),
        "digest": digest_of(body),
        "sealed": book.vault.seal(body, place),
    }


def _update(book: Book, row: OrderRow, order: Order, now: datetime) -> None:
    digest, told = row.digest, bytes(row.sealed)
    row.seen_at = now
    fill(book, row, order, now)
    if row.digest == digest:
        OrderRow.objects.filter(pk=row.pk).update(seen_at=now)
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


def fill(book: Book, row: OrderRow, order: Order, now: datetime) -> None:
    body = msgspec.json.encode(order)
    for name, value in columns(book.vault, order, corrected(order, corrections_of(book, row)), now).items():
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


def undecided(book: Book, connection_id: int, limit: int = AT_ONCE) -> list[OrderToDecide]:
    rows = OrderRow.objects.filter(
        merchant_id=book.merchant_id, connection_id=connection_id, undecided=True, erased_at=None
    )
    return to_decide_rows(book, rows.order_by("ordered_at", "pk")[:limit])


def to_decide(book: Book, order_id: int) -> OrderToDecide:
    """One order, whether it is to be decided or not. Raises `OrderRow.DoesNotExist`."""
    found = to_decide_rows(book, OrderRow.objects.filter(merchant_id=book.merchant_id, pk=order_id))
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
