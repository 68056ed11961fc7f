"""Erasing buyers: at once when the cart says so, and for everybody some days after the order is final.

Orders, their lines, amounts and parcels stay; names, addresses, notes and the raw records go.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from tranter.ledger import deliveries, exceptions, fulfillments, intents, journal
from tranter.ledger.book import Book
from tranter.ledger.decisions import fulfillment_place
from tranter.ledger.many import many
from tranter.ledger.models import (
    Connection,
    Flow,
    FulfillmentRow,
    Intent,
    JournalEntry,
    Loan,
    Merchant,
    OrderNote,
    OrderRow,
    RawRecord,
    RemoteLink,
    ReturnRow,
    ShipmentRow,
)
from tranter.ledger.orders import open_corrected, open_order, seal_order
from tranter.ledger.questions import Question, each, given
from tranter.ledger.raw_erasing import erase_raw
from tranter.ledger.raw_records import UNREAD_STATES, raw_place, serving, unread_only
from tranter.ledger.redaction import without_buyer, without_receiver
from tranter.ledger.writing import writing
from tranter.model import Fulfillment
from tranter.model.address import address_key
from tranter.model.order import OrderStatus

UNREAD_DAYS = 90
"""Records that can't be read, or belong to no order that is known: read again meanwhile, then given up."""
UNREAD = (*UNREAD_STATES, "unreadable", "waiting")
BATCH = 200
CLOCK_LIMIT = timedelta(hours=24)
KIND = "buyer_erased"
BUYERS_SUBJECT = "buyers"
BUYERS = ["corrections", "before", "receiver_hash"]
HELD_FIELDS = ["held_kind", "held_value", "reason", "status"]


class ClockInDoubt(Exception):
    """The clock does not agree with what the ledger last wrote: nothing is erased on its word."""


def erase_buyer(book: Book, connector: str, remote_ids: Sequence[str], now: datetime) -> int:
    """Every order of this buyer in the carts of this kind, now. The hash stays: a repetition stays erased.

    An order that has not left yet is held: without an address nobody can send it.
    """
    hashes = [book.vault.hash(remote_id) for remote_id in remote_ids]
    with writing(book):
        found = OrderRow.objects.select_for_update().filter(
            merchant_id=book.merchant_id, connection__connector=connector, buyer_hash__in=many(hashes), erased_at=None
        )
        rows = list(found)
        for row in rows:
            _hold_unsent(book, row, now)
            _erase(book, row, now)
        _drop_links(book, "buyer", remote_ids)
        _erase_unread(book, connector, remote_ids)
        if rows:
            detail: journal.Detail = {"orders": len(rows), "why": "the cart says that the account was deleted"}
            journal.append(book, [journal.Entry(what="buyer_erased", subject=hashes[0][:16], detail=detail)], now)
    return len(rows)


def keep_erased(book: Book, now: datetime, remote_ids: Iterable[str] | None = None) -> int:
    """Orders that came in for buyers whom the cart had erased before: of these buyers, or of all."""
    if remote_ids is None:
        hashes = set(_at_their_wish(book).values_list("buyer_hash", flat=True))
    else:
        asked = [book.vault.hash(remote_id) for remote_id in remote_ids if remote_id]
        hashes = set(ERASED.ask(merchant=book.merchant_id, buyers=asked))
    if not hashes:
        return 0
    with writing(book):
        rows = list(
            OrderRow.objects.select_for_update().filter(
                merchant_id=book.merchant_id, erased_at=None, buyer_hash__in=many(hashes)
            )
        )
        for row in rows:
            _hold_unsent(book, row, now)
            _erase(book, row, now)
    return len(rows)


ERASED = Question(
    lambda: (
        _wished().filter(merchant_id=given("merchant"), buyer_hash__in=each("buyers", str)).values_list("buyer_hash")
    ),
    str,
)


def erase_late(book: Book, raw_ids: Iterable[int]) -> None:
    """What the warehouse told of an order after its buyer was erased: once it is read, it goes."""
    lenders = Loan.objects.filter(connection__merchant_id=book.merchant_id).values("lender")
    mine = Q(merchant_id=book.merchant_id) | Q(connection__in=lenders)
    raws = RawRecord.objects.filter(mine, pk__in=many(raw_ids), state="old")
    keys = {kind: [raw.key for raw in raws if raw.kind == kind] for kind in ("shipment", "return", "cancellation")}
    gone = {"merchant_id": book.merchant_id, "order__erased_at__isnull": False}
    for kind, model in (("shipment", ShipmentRow), ("return", ReturnRow), ("cancellation", FulfillmentRow)):
        rows = model.objects.filter(**gone, remote_id__in=many(keys[kind]))
        erase_raw(book, kind, rows.values_list("connection_id", "remote_id"))


def who_is_due(now: datetime) -> set[int]:
    """Merchants of whom somebody is to be erased, or has been and the journal does not say so yet.

    Asked of all at once: there may be thousands of them, and hardly any is.
    """
    found = set(_every_long_unread(now).order_by().values_list("merchant_id", flat=True).distinct())
    for days in Merchant.objects.order_by().values_list("keep_days", flat=True).distinct():
        final = _final_for(now, days).filter(merchant_id=OuterRef("pk"))
        found |= set(Merchant.objects.filter(Exists(final), keep_days=days).values_list("pk", flat=True))
    return found | _unproved(Merchant.objects.all()).keys()


def who_wished() -> set[int]:
    """Merchants of whom some buyer wanted to be erased."""
    return set(_wished().order_by().values_list("merchant_id", flat=True).distinct())


def _wished() -> "QuerySet[OrderRow]":
    """Of those that were erased because they were long final no buyer is known any more."""
    return _erased().exclude(buyer_hash="")


def _long_final(book: Book, now: datetime, days: int | None) -> "QuerySet[OrderRow]":
    """`days` None: as many as the merchant has set."""
    kept = Merchant.objects.values_list("keep_days", flat=True).get(pk=book.merchant_id) if days is None else days
    return _final_for(now, kept).filter(merchant_id=book.merchant_id)


def _final_for(now: datetime, days: int) -> "QuerySet[OrderRow]":
    return OrderRow.objects.filter(final_at__lte=now - timedelta(days=days), erased_at=None)


def _long_unread(book: Book, now: datetime) -> "QuerySet[RawRecord]":
    mine = Connection.objects.filter(merchant_id=book.merchant_id).values("pk")
    return _every_long_unread(now).filter(connection__in=mine)


def _every_long_unread(now: datetime) -> "QuerySet[RawRecord]":
    until = now - timedelta(days=UNREAD_DAYS)
    return unread_only(RawRecord.objects.filter(state__in=("unreadable", "waiting"), received_at__lte=until))


def erase_final(book: Book, now: datetime, days: int | None = None) -> int:
    """Orders that were final `days` ago, in batches of one transaction each. Raises `ClockInDoubt`.

    The journal says so when all is done; what an interrupted run has erased is counted by the next.
    """
    _check_clock(book, now)
    while _erase_long_unread(book, now):
        pass
    erased = 0
    waiting = _long_final(book, now, days)
    while True:
        with writing(book):
            rows = list(waiting.select_for_update().order_by("pk")[:BATCH])
            for row in rows:
                _erase(book, row, now)
                OrderRow.objects.filter(pk=row.pk).update(buyer_hash="")
        erased += len(rows)
        if not rows:
            break
    _prove(book, now)
    return erased


def _erase_long_unread(book: Book, now: datetime) -> int:
    """A batch of them."""
    with writing(book):
        told = list(_long_unread(book, now).values_list("kind", "connection_id", "key")[:BATCH])
        for kind, connection_id, key in told:
            erase_raw(book, kind, [(connection_id, key)])
    return len(told)


def _unproved(merchants: "QuerySet[Merchant]") -> dict[int, int]:
    """Their totals of erased orders, unless the journal's last line of it says the same."""
    totals = {pk: (total or 0, (told or {}).get("orders_in_all", 0)) for pk, total, told in _counted(merchants)}
    return {pk: total for pk, (total, told) in totals.items() if total != told}


def _counted(merchants: "QuerySet[Merchant]") -> "QuerySet[Merchant, Any]":
    """By their subject: of all that is in the journal, those lines are found at once."""
    lines = JournalEntry.objects.filter(merchant_id=OuterRef("pk"), subject=BUYERS_SUBJECT, what="buyers_erased")
    erased = _erased().filter(merchant_id=OuterRef("pk")).order_by().values("merchant_id").annotate(all=Count("pk"))
    told = lines.order_by("-number").values("detail")[:1]
    return merchants.annotate(erased=Subquery(erased.values("all")), told=Subquery(told)).values_list(
        "pk", "erased", "told"
    )


def _erased() -> "QuerySet[OrderRow]":
    return OrderRow.objects.filter(erased_at__isnull=False)


def _at_their_wish(book: Book) -> "QuerySet[OrderRow]":
    """Both conditions: one is the index's, by the other SQLite walks along it."""
    return _wished().filter(merchant_id=book.merchant_id, buyer_hash__gt="")


def _prove(book: Book, now: datetime) -> None:
    for total in _unproved(Merchant.objects.filter(pk=book.merchant_id)).values():
        entry = journal.Entry(what="buyers_erased", subject=BUYERS_SUBJECT, detail={"orders_in_all": total})
        journal.append(book, [entry], now)


def _check_clock(book: Book, now: datetime) -> None:
    journal_lines = JournalEntry.objects.filter(merchant_id=book.merchant_id).order_by("-number")
    written = [
        journal_lines.values_list("at", flat=True).first(),
        Flow.objects.filter(connection__merchant_id=book.merchant_id).aggregate(at=Max("last_ended_at"))["at"],
    ]
    newest = max((at for at in written if at is not None), default=None)
    if newest is not None and abs(now - newest) > CLOCK_LIMIT:
        raise ClockInDoubt(
            f"the clock says {now:%Y-%m-%d %H:%M} and the newest entry was made {newest:%Y-%m-%d %H:%M}: "
            "nothing is erased before they agree within a day"
        )


def hold_erased(book: Book, connection_id: int, now: datetime) -> None:
    """Orders that were erased while their delivery was being sent, and did not arrive: they are not sent any more."""
    waiting = Intent.objects.filter(
        merchant_id=book.merchant_id, connection_id=connection_id, verb="push_fulfillment", state="ready"
    )
    ids = list(intents.open_only(waiting).exclude(order__erased_at=None).values_list("order_id", flat=True))
    if not ids:
        return
    with writing(book):
        for row in OrderRow.objects.select_for_update().filter(pk__in=many(ids)):
            _hold_unsent(book, row, now)
            row.save(update_fields=HELD_FIELDS)


def _hold_unsent(book: Book, row: OrderRow, now: datetime) -> None:
    rows = FulfillmentRow.objects.filter(order=row)
    if row.final_at is not None or rows.filter(state__in=("sent", "canceling")).exists():
        return
    if row.pk not in fulfillments.drop_unsent(book, [row.pk], now):
        pushes = deliveries.intents_of(book, [row.pk]).filter(verb="push_fulfillment")
        # Whether it arrived is seen by its number; to send it again needs the address.
        pushes.filter(state__in=("claimed", "unknown")).update(look_first=True)
        return
    cause = "the buyer's account at the cart was deleted before the order was sent, and the address with it"
    row.held_kind, row.held_value, row.reason, row.status = KIND, "", cause, OrderStatus.ERROR.value
    trouble = exceptions.Trouble(
        kind=KIND,
        subject=row.number,
        cause=cause,
        remedy="see at the cart whether it is still to be sent, and send it by hand; it is not sent from here",
        order_id=row.pk,
        connection_id=row.connection_id,
    )
    exceptions.raise_exceptions(book, [trouble], now)


def _erase(book: Book, row: OrderRow, now: datetime) -> None:
    order, sent = open_order(book, row), open_corrected(book, row)
    row.sealed = seal_order(book, row, msgspec.msgpack.encode(without_buyer(order)))
    row.erased_at, row.undecided = now, False
    row.corrections, row.before, row.receiver_hash = None, None, ""
    row.save(update_fields=["sealed", "erased_at", "undecided", *BUYERS, *HELD_FIELDS])
    OrderNote.objects.filter(order=row).delete()
    _erase_fulfillments(book, row)
    _erase_raw(book, row)
    others = OrderRow.objects.filter(merchant_id=row.merchant_id, buyer_hash=row.buyer_hash, erased_at=None)
    if not others.exists():
        places = [address_key(place) for place in (order.ship_to, sent.ship_to, order.bill_to) if place]
        _drop_links(book, "buyer", [order.buyer.remote_id])
        _drop_links(book, "address", places)


def _erase_fulfillments(book: Book, row: OrderRow) -> None:
    for fulfillment in FulfillmentRow.objects.filter(order=row):
        place = fulfillment_place(row.pk, fulfillment.number)
        document = msgspec.msgpack.decode(book.vault.open(fulfillment.sealed, place), type=Fulfillment)
        fulfillment.sealed = book.vault.seal(msgspec.msgpack.encode(without_receiver(document)), place)
        fulfillment.save(update_fields=["sealed"])


def _erase_raw(book: Book, row: OrderRow) -> None:
    told = "connection_id", "remote_id"
    at_warehouse = FulfillmentRow.objects.filter(order=row).exclude(remote_id="")
    erase_raw(book, "order", [(connection_id, row.remote_id) for connection_id in serving(book, row.account)])
    erase_raw(book, "shipment", ShipmentRow.objects.filter(order=row).values_list(*told))
    erase_raw(book, "return", ReturnRow.objects.filter(order=row).values_list(*told))
    erase_raw(book, "cancellation", at_warehouse.values_list(*told))


def _erase_unread(book: Book, connector: str, remote_ids: Sequence[str]) -> None:
    """No order was made of them yet: what tells whose they are is the name in them."""
    names = [msgspec.json.encode(name) for name in remote_ids if name]
    mine = Connection.objects.filter(merchant_id=book.merchant_id, connector=connector).values("pk")
    rows = RawRecord.objects.filter(connection__in=mine, kind="order", state__in=UNREAD)
    places = ((row, raw_place(row.connection_id, row.kind, row.key)) for row in unread_only(rows).iterator(200))
    bodies = ((row, book.vault.open(row.sealed, place)) for row, place in places)
    erase_raw(
        book, "order", [(row.connection_id, row.key) for row, body in bodies if any(name in body for name in names)]
    )


def _drop_links(book: Book, kind: str, keys: Iterable[str]) -> None:
    hashes = [book.vault.hash(key) for key in keys]
    RemoteLink.objects.filter(connection__merchant_id=book.merchant_id, kind=kind, key__in=many(hashes)).delete()
