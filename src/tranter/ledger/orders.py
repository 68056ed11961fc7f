"""Orders: raw records with the cursor, what was read from them, and what is still to be decided."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db.models import Q

from tranter.ledger import cust_refs, exceptions, journal, order_lines, schedule
from tranter.ledger.book import Book
from tranter.ledger.corrections import corrected, corrections_of
from tranter.ledger.models import Connection, FulfillmentRow, OrderLineRow, OrderRow, RawRecord
from tranter.ledger.writing import writing
from tranter.model import Order

FINAL = ("confirmed", "canceled", "skipped")


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


class OrderToDecide(msgspec.Struct, frozen=True, kw_only=True):
    """`mark` names this state of the order: what is decided of it counts only while it is in it.

    `before`: as it was when it was planned or sent, where the cart has touched it since.
    """

    id: int
    mark: str
    order: Order
    account: str
    released: frozenset[str]
    backlog: bool
    planned: bool
    held_kind: str
    wish: str = ""
    cust_ref: str = ""
    before: Order | None = None


def order_place(merchant_id: int, account: str, remote_id: str) -> str:
    return f"order.sealed:{merchant_id}:{account}:{remote_id}"


def before_place(order_id: int) -> str:
    return f"order.before:{order_id}"


def raw_place(connection_id: int, kind: str, key: str) -> str:
    return f"raw.sealed:{connection_id}:{kind}:{key}"


def digest_of(payload: bytes) -> str:
    return hashlib.blake2b(payload, digest_size=20).hexdigest()


class RawPage(msgspec.Struct, frozen=True):
    """Records of one kind as (remote key, payload), and the cursor that goes on after them."""

    kind: str
    records: Sequence[tuple[str, bytes]]
    cursor: str


def store_page(book: Book, held: schedule.Lease, page: RawPage, now: datetime) -> int:
    """Raw records and the new cursor, in one transaction. How many are new or changed."""
    with writing(book):
        schedule.move_cursor(held, page.cursor)
        return _store_raw(book, held.connection_id, page.kind, dict(page.records), now)


def store_reread(book: Book, connection_id: int, records: Sequence[tuple[str, bytes]], now: datetime) -> int:
    """Orders that were read again by their id, outside any window."""
    with writing(book):
        return _store_raw(book, connection_id, "order", dict(records), now)


def _store_raw(book: Book, connection_id: int, kind: str, latest: Mapping[str, bytes], now: datetime) -> int:
    rows = RawRecord.objects.filter(connection_id=connection_id, kind=kind, key__in=list(latest))
    known = dict(rows.values_list("key", "digest"))
    erased = _erased(book, latest) if kind == "order" else set()
    changed = {key: body for key, body in latest.items() if known.get(key) != digest_of(body) and key not in erased}
    RawRecord.objects.bulk_create(
        [
            RawRecord(
                merchant_id=book.merchant_id,
                connection_id=connection_id,
                kind=kind,
                key=key,
                digest=digest_of(body),
                sealed=book.vault.seal(body, raw_place(connection_id, kind, key)),
                received_at=now,
                state="new",
            )
            for key, body in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["connection", "kind", "key"],
        update_fields=["digest", "sealed", "received_at", "state"],
    )
    if kind == "order":
        OrderRow.objects.filter(merchant_id=book.merchant_id, remote_id__in=list(latest)).update(seen_at=now)
    return len(changed)


def _erased(book: Book, remote_ids: Iterable[str]) -> set[str]:
    """Some before an order was made of them."""
    keys = list(remote_ids)
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, remote_id__in=keys).exclude(erased_at=None)
    raws = RawRecord.objects.filter(merchant_id=book.merchant_id, kind="order", key__in=keys, state="erased")
    return {*rows.values_list("remote_id", flat=True), *raws.values_list("key", flat=True)}


def unread(book: Book, connection_id: int, kind: str, limit: int = 200) -> list[RawLine]:
    rows = RawRecord.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, kind=kind, state="new")
    return [
        RawLine(row.pk, row.key, book.vault.open(row.sealed, raw_place(connection_id, kind, row.key)))
        for row in rows.order_by("pk")[:limit]
    ]


def mark_read(book: Book, raw_ids: Iterable[int]) -> None:
    RawRecord.objects.filter(merchant_id=book.merchant_id, pk__in=list(raw_ids)).update(state="read")


def mark_waiting(book: Book, about: Mapping[int, str]) -> None:
    """Records that belong to a remote order which the hub does not know: raw id → that order's remote id."""
    for raw_id, remote_id in about.items():
        rows = RawRecord.objects.filter(merchant_id=book.merchant_id, pk=raw_id)
        rows.update(state="waiting", about=remote_id[:200])


def awake(book: Book, connection_id: int, remote_ids: Iterable[str]) -> int:
    """Inside the transaction that made these remote orders known: what waited for them is read again.

    What the hub heard of a lent warehouse waits at the lender.
    """
    mine = Connection.objects.filter(pk=connection_id, merchant_id=book.merchant_id)
    rows = RawRecord.objects.filter(
        Q(connection__in=mine) | Q(connection__in=mine.values("loan__lender")),
        state="waiting",
        about__in=list(remote_ids),
    )
    return rows.update(state="new")


def read_again(book: Book, connection_id: int) -> int:
    """Unreadable records get another chance: after an update, or when somebody asks."""
    rows = RawRecord.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, state="unreadable")
    return rows.update(state="new")


def mark_unreadable(book: Book, connection_id: int, kind: str, bad: Sequence[Unread], now: datetime) -> None:
    """They were heard by this connection; where it is a share of a lent one, by the lender."""
    with writing(book):
        mine = Connection.objects.filter(pk=connection_id, merchant_id=book.merchant_id)
        heard = Q(connection__in=mine) | Q(connection__in=mine.values("loan__lender"))
        rows = RawRecord.objects.filter(heard, pk__in=[item.raw_id for item in bad])
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


def record_orders(book: Book, account: str, read: Sequence[ReadOrder], now: datetime) -> int:
    """Writes what was read; an older version never replaces a newer one. How many orders are new."""
    with writing(book):
        ids = [item.order.remote_id for item in read]
        rows = OrderRow.objects.select_for_update().filter(
            merchant_id=book.merchant_id, account=account, remote_id__in=ids
        )
        known = {row.remote_id: row for row in rows}
        fresh = [item for item in read if item.order.remote_id not in known]
        _create(book, account, fresh, now)
        for item in read:
            row = known.get(item.order.remote_id)
            if row is not None and item.order.modified_at >= row.modified_at and row.erased_at is None:
                _update(book, row, item.order, now)
        mark_read(book, [item.raw_id for item in read])
        exceptions.resolve_subjects(book, "unreadable", [f"order {item.order.remote_id}" for item in read], now)
    return len(fresh)


def _create(book: Book, account: str, fresh: Sequence[ReadOrder], now: datetime) -> None:
    named = cust_refs.choose(book, [item.numbers for item in fresh])
    rows = []
    for item, cust_ref in zip(fresh, named, strict=True):
        order = item.order
        row = OrderRow(
            merchant_id=book.merchant_id,
            connection_id=item.connection_id,
            account=account,
            remote_id=order.remote_id,
            cust_ref=cust_ref,
            created_at=now,
        )
        fill(book, row, order, now)
        rows.append(row)
    OrderRow.objects.bulk_create(rows)
    OrderLineRow.objects.bulk_create(
        [line for row, item in zip(rows, fresh, strict=True) for line in order_lines.line_rows(row.pk, item.order)]
    )
    entries = []
    for row, item in zip(rows, fresh, strict=True):
        detail: journal.Detail = {"lines": len(item.order.lines), "marketplace": item.order.marketplace}
        taken = journal.Entry(what="order_taken", subject=item.order.number, detail=detail, order_id=row.pk)
        entries.append(taken)
        entries += [
            journal.Entry(what="order_adapted", subject=item.order.number, detail={"how": how})
            for how in item.order.adapted
        ]
    journal.append(book, entries, now)


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
    row.number, row.marketplace = order.number, order.marketplace
    row.cart_state, row.currency = order.state.value, order.currency
    row.total_minor, row.ship_method, row.ship_by = order.total.minor, order.ship_method, order.ship_by
    row.ordered_at, row.modified_at, row.seen_at = order.ordered_at, order.modified_at, now
    row.buyer_hash = book.vault.hash(order.buyer.remote_id) if order.buyer.remote_id else ""
    row.receiver_hash = receiver_hash(book, corrected(order, corrections_of(book, row)))
    row.sealed = seal_order(book, row, body)
    digest = digest_of(body)
    if digest != row.digest:
        row.undecided, row.digest = True, digest


def receiver_hash(book: Book, order: Order) -> str:
    """By the full name on the parcel, whatever its case and spacing."""
    name = receiver_key(order.ship_to.name) if order.ship_to is not None else ""
    return book.vault.hash(name) if name else ""


def receiver_key(name: str) -> str:
    return " ".join(name.casefold().split())


def open_order(book: Book, row: OrderRow) -> Order:
    """As the cart tells it."""
    plain = book.vault.open(row.sealed, order_place(book.merchant_id, row.account, row.remote_id))
    return msgspec.json.decode(plain, type=Order)


def open_corrected(book: Book, row: OrderRow) -> Order:
    """As it is sent: a person's corrections go before what the cart says."""
    return corrected(open_order(book, row), corrections_of(book, row))


def open_before(book: Book, row: OrderRow) -> Order | None:
    """As it was sent, where the cart has touched it since."""
    if row.before is None or row.merchant_id != book.merchant_id:
        return None
    told = msgspec.json.decode(book.vault.open(row.before, before_place(row.pk)), type=Order)
    return corrected(told, corrections_of(book, row))


def seal_order(book: Book, row: OrderRow, body: bytes) -> bytes:
    return book.vault.seal(body, order_place(row.merchant_id, row.account, row.remote_id))


def undecided(book: Book, connection_id: int, limit: int = 200) -> list[OrderToDecide]:
    rows = list(
        OrderRow.objects.filter(
            merchant_id=book.merchant_id, connection_id=connection_id, undecided=True, erased_at=None
        )
        .select_related("connection")
        .order_by("ordered_at", "pk")[:limit]
    )
    return to_decide_rows(book, rows)


def to_decide(book: Book, order_id: int) -> OrderToDecide:
    """One order, whether it is to be decided or not."""
    row = OrderRow.objects.select_related("connection").get(merchant_id=book.merchant_id, pk=order_id)
    return to_decide_rows(book, [row])[0]


def to_decide_rows(book: Book, rows: Sequence[OrderRow]) -> list[OrderToDecide]:
    planned = set(
        FulfillmentRow.objects.filter(order__in=rows).exclude(state="canceled").values_list("order_id", flat=True)
    )
    return [
        OrderToDecide(
            id=row.pk,
            mark=mark_of(row),
            order=open_corrected(book, row),
            account=row.account,
            released=frozenset(row.released),
            backlog=row.connection.live_at is not None and row.ordered_at < row.connection.live_at,
            planned=row.pk in planned,
            held_kind=row.held_kind,
            wish=row.wish,
            cust_ref=row.cust_ref or "",
            before=open_before(book, row) if row.pk in planned else None,
        )
        for row in rows
    ]


def mark_of(row: OrderRow) -> str:
    made = digest_of(bytes(row.corrections)) if row.corrections else ""
    return f"{row.digest}/{row.wish}/{sorted(row.released)}/{made}"


def unchanged(book: Book, marks: Mapping[int, str]) -> dict[int, OrderRow]:
    """Inside the caller's transaction, locked: the orders that are still as they were looked at."""
    rows = OrderRow.objects.select_for_update().filter(merchant_id=book.merchant_id, pk__in=list(marks))
    return {row.pk: row for row in rows if mark_of(row) == marks[row.pk]}


def decided(book: Book, marks: Mapping[int, str]) -> None:
    """Looked at; nothing follows from it. One that changed meanwhile stays undecided."""
    with writing(book):
        OrderRow.objects.filter(pk__in=list(unchanged(book, marks))).update(undecided=False)


def undecide(book: Book, order_ids: Sequence[int]) -> None:
    OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=order_ids).update(undecided=True)


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
