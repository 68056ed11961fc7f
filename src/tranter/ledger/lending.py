"""Warehouses of the house, lent to merchants: who has which share, and how it begins and ends."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from django.db.models import F, Q

from tranter.ledger import connections, exceptions, fulfillments, journal, orders, schedule
from tranter.ledger.book import HOUSE, Book, is_house
from tranter.ledger.connections import ConnectionRecord, ConnectionState, UnknownConnection
from tranter.ledger.intents import open_only
from tranter.ledger.models import Connection, Flow, FulfillmentRow, Intent, Loan
from tranter.ledger.models import Merchant as MerchantRow
from tranter.ledger.writing import writing
from tranter.model import Shares, Terms, clashes

MOST_PREFIX, MOST_SKU_PREFIX = 32, 64


class CanNotLend(ValueError):
    """The terms don't hold; the text says why, and names no other borrower."""


class NewLoan(msgspec.Struct, frozen=True, kw_only=True):
    """`name`: what the merchant shall see it called. `alone`: nobody else is lent this location."""

    name: str
    terms: Terms
    alone: bool
    flows: Mapping[str, int]


class LoanLine(msgspec.Struct, frozen=True, kw_only=True):
    """For the house alone: it names a merchant. `open` are orders that the warehouse has and has not shipped."""

    merchant: str
    merchant_name: str
    connection: str
    location: str
    alone: bool
    prefix: str
    sku_prefix: str
    begun_at: datetime
    ended_at: datetime | None
    open: int


def of_house() -> list[ConnectionRecord]:
    """What the house could lend, whether it runs or not."""
    rows = Connection.objects.filter(merchant__slug=HOUSE).exclude(state=ConnectionState.REMOVED.value)
    return connections.records(rows)


def holders(connector: str, account_id: str, *, of_house: bool) -> list[ConnectionRecord]:
    """The house's connections to this account, or all merchants'."""
    rows = Connection.objects.filter(connector=connector, account_id=account_id)
    rows = rows.filter(merchant__slug=HOUSE) if of_house else rows.exclude(merchant__slug=HOUSE)
    return connections.records(rows.exclude(state=ConnectionState.REMOVED.value))


def lend(house: Book, lender: ConnectionRecord, to: Book, new: NewLoan, now: datetime) -> ConnectionRecord:
    """The merchant's share of it. Raises `CanNotLend`."""
    connections.check_owner(house, lender)
    _check_house(house)
    with writing(to):
        Connection.objects.select_for_update(no_key=True).get(pk=lender.id)
        _check(lender, to, new)
        row = Connection.objects.create(
            merchant_id=to.merchant_id,
            name=new.name,
            connector=lender.connector,
            state=ConnectionState.LIVE.value,
            state_since=now,
            live_at=now,
            created_at=now,
        )
        Loan.objects.create(
            connection=row,
            lender_id=lender.id,
            location=new.terms.location,
            alone=new.alone,
            prefix=new.terms.prefix,
            sku_prefix=new.terms.sku_prefix,
            begun_at=now,
        )
        for name, seconds in new.flows.items():
            Flow.objects.create(connection=row, name=name, every_seconds=seconds, due_at=now)
        _shares_changed(lender, now)
        merchant = MerchantRow.objects.get(pk=to.merchant_id).slug
        detail: journal.Detail = {"location": new.terms.location, "prefix": new.terms.prefix}
        journal.append(house, [journal.Entry(what="warehouse_lent", subject=lender.name, detail={"to": merchant})], now)
        journal.append(to, [journal.Entry(what="warehouse_borrowed", subject=new.name, detail=detail)], now)
    return connections.by_id(row.pk)


def _check_house(house: Book) -> None:
    if not is_house(house):
        raise UnknownConnection("only the house lends a connection")


def _check(lender: ConnectionRecord, to: Book, new: NewLoan) -> None:
    if is_house(to):
        raise CanNotLend("the house can't borrow from itself: name a merchant")
    terms = new.terms
    if not terms.prefix or len(terms.prefix) > MOST_PREFIX or len(terms.sku_prefix) > MOST_SKU_PREFIX:
        raise CanNotLend(f"a reference prefix is needed, of at most {MOST_PREFIX} characters: it keeps numbers apart")
    if Connection.objects.filter(merchant_id=to.merchant_id, name=new.name).exists():
        raise CanNotLend(f"this merchant has a connection {new.name!r} already: choose another name")
    loans = Loan.objects.filter(lender_id=lender.id)
    current = loans.filter(ended_at=None)
    if current.filter(connection__merchant_id=to.merchant_id).exists():
        raise CanNotLend(f"{lender.name} is lent to this merchant already")
    # Numbers of a merchant who left still stand at the warehouse: an order of ours must never be taken for one of them.
    others = loans.exclude(connection__merchant_id=to.merchant_id).values_list("prefix", flat=True)
    if (taken := clashes(terms.prefix, others)) is not None:
        raise CanNotLend(f"the prefix {terms.prefix!r} can't be told apart from {taken!r}, which is taken")
    _check_goods(list(current.values_list("sku_prefix", flat=True)), terms.sku_prefix)
    here = current.filter(location=terms.location)
    if here.filter(alone=True).exists() or (new.alone and here.exists()):
        raise CanNotLend(f"the location {terms.location} is lent to another merchant, and not to be shared")


def _check_goods(taken: Collection[str], wanted: str) -> None:
    named = [one for one in taken if one]
    if not wanted and len(named) != len(taken):
        raise CanNotLend("the goods without a SKU prefix are another merchant's: give this one a SKU prefix")
    if wanted and (other := clashes(wanted, named)) is not None:
        raise CanNotLend(f"the SKU prefix {wanted!r} can't be told apart from {other!r}, which is taken")


def _shares_changed(lender: ConnectionRecord, now: datetime) -> None:
    """Whose the goods are depends on all shares: everything that was built on them is built anew."""
    Connection.objects.filter(pk=lender.id).update(version=F("version") + 1)
    schedule.ring(lender.id, ["products", "stock"], now)


def end(house: Book, lender: ConnectionRecord, from_: Book, now: datetime) -> int:
    """Nothing more goes there for this merchant; what the warehouse has is still heard of. How many orders that are.

    Orders that had not left are decided anew. Raises `CanNotLend` while nobody knows of one whether it left.
    """
    connections.check_owner(house, lender)
    _check_house(house)
    with writing(from_):
        loan = (
            Loan.objects.select_for_update()
            .filter(lender_id=lender.id, connection__merchant_id=from_.merchant_id, ended_at=None)
            .first()
        )
        if loan is None:
            raise UnknownConnection(f"{lender.name} is not lent to this merchant")
        info = connections.by_id(loan.connection_id)
        left_open = _take_back(from_, info, now)
        loan.ended_at = now
        loan.save(update_fields=["ended_at"])
        connections.free(from_, info, now)
        _shares_changed(lender, now)
        merchant = MerchantRow.objects.get(pk=from_.merchant_id).slug
        said: journal.Detail = {"to": merchant, "orders_still_there": left_open}
        journal.append(house, [journal.Entry(what="warehouse_loan_ended", subject=lender.name, detail=said)], now)
        entry = journal.Entry(what="warehouse_returned", subject=info.name, detail={"orders_still_there": left_open})
        journal.append(from_, [entry], now)
    return left_open


def _take_back(book: Book, info: ConnectionRecord, now: datetime) -> int:
    mine = Intent.objects.filter(merchant_id=book.merchant_id, connection_id=info.id)
    if unsettled := open_only(mine.filter(Q(state__in=("claimed", "unknown")) | Q(doubtful=True))).count():
        raise CanNotLend(f"of {unsettled} calls nobody knows yet whether they arrived: wait until they are looked up")
    planned = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, connection_id=info.id, state="planned")
    free = fulfillments.drop_unsent(book, list(planned.values_list("order_id", flat=True)), now)
    orders.undecide(book, free)
    orders.wake_deciding(book, now)
    exceptions.resolve(book, now, connection_id=info.id)
    return _still_there(info.id)


def _still_there(connection_id: int) -> int:
    rows = FulfillmentRow.objects.filter(connection_id=connection_id, state__in=("sent", "canceling"))
    return rows.exclude(order__status__in=("shipped", "confirmed", "canceled")).count()


def borrowers(lender: ConnectionRecord) -> list[ConnectionRecord]:
    """Every share that something may still be heard for: those that ended, too, while the warehouse has orders."""
    rows = Connection.objects.filter(loan__lender_id=lender.id)
    ended = FulfillmentRow.objects.filter(
        connection__loan__lender_id=lender.id, connection__loan__ended_at__isnull=False
    )
    return connections.records(rows.filter(Q(loan__ended_at=None) | Q(pk__in=ended.values("connection"))))


def current(lender: ConnectionRecord) -> list[ConnectionRecord]:
    return connections.records(Connection.objects.filter(loan__lender_id=lender.id, loan__ended_at=None))


def shares(lender: ConnectionRecord) -> Shares:
    rows = Loan.objects.filter(lender_id=lender.id, ended_at=None)
    return Shares(frozenset(rows.values_list("sku_prefix", flat=True)))


def contenders(lender: ConnectionRecord, verb: str, now: datetime) -> int:
    """How many merchants have something to send there now."""
    due = Intent.objects.filter(
        connection__loan__lender_id=lender.id,
        connection__state=ConnectionState.LIVE.value,
        verb=verb,
        state__in=("ready", "unknown"),
        due_at__lte=now,
    )
    return open_only(due).order_by().values("connection_id").distinct().count()


def loans_of_house() -> dict[str, list[LoanLine]]:
    """By the name of the lent connection, those that ended last."""
    rows = Loan.objects.filter(lender__merchant__slug=HOUSE).select_related("connection__merchant", "lender")
    found: dict[str, list[LoanLine]] = {}
    for row in rows.order_by(F("ended_at").asc(nulls_first=True), "pk"):
        merchant = row.connection.merchant
        line = LoanLine(
            merchant=merchant.slug,
            merchant_name=merchant.name,
            connection=row.connection.name,
            location=row.location,
            alone=row.alone,
            prefix=row.prefix,
            sku_prefix=row.sku_prefix,
            begun_at=row.begun_at,
            ended_at=row.ended_at,
            open=_still_there(row.connection_id),
        )
        found.setdefault(row.lender.name, []).append(line)
    return found
