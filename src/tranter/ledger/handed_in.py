"""Orders that are handed in: the record and the order in one commit, and none twice for one merchant."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from tranter.ledger import orders, raw_records
from tranter.ledger.book import Book
from tranter.ledger.models import Connection, Merchant, OrderRow, RawRecord
from tranter.ledger.models.connections import account_of
from tranter.ledger.orders import ReadOrder
from tranter.ledger.writing import writing
from tranter.model import Order

CONNECTOR = "api"


class HandedIn(msgspec.Struct, frozen=True):
    """`numbers` is what warehouses may call it, the best first, without end."""

    payload: bytes
    order: Order
    numbers: Iterator[str] | None = None


def hand_in(book: Book, connection_id: int, handed: Sequence[HandedIn], now: datetime) -> set[str]:
    """Which of them are new, by their remote ids; the others are known, and stay as they are."""
    with writing(book):
        Merchant.objects.select_for_update().get(pk=book.merchant_id)
        cart = Connection.objects.get(pk=connection_id, merchant_id=book.merchant_id)
        known = _known(book, [one.order.remote_id for one in handed])
        fresh: dict[str, HandedIn] = {}
        for one in handed:
            if one.order.remote_id not in known:
                fresh.setdefault(one.order.remote_id, one)
        raw_records.store_reread(book, cart.pk, [(ref, one.payload) for ref, one in fresh.items()], now)
        raws = RawRecord.objects.filter(merchant_id=book.merchant_id, connection=cart, kind="order", key__in=fresh)
        ids = dict(raws.exclude(state="erased").values_list("key", "pk"))
        account = account_of(cart.pk, cart.account_id)
        read = [ReadOrder(ids[ref], cart.pk, one.order, one.numbers) for ref, one in fresh.items() if ref in ids]
        orders.record_orders(book, account, read, now)
    return set(ids) & set(fresh)


def _known(book: Book, references: Sequence[str]) -> set[str]:
    """A reference is taken once per merchant, whichever of its carts has it."""
    carts = Connection.objects.filter(merchant_id=book.merchant_id, connector=CONNECTOR)
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id)
    handed = mine.filter(connection__in=carts, remote_id__in=references).values_list("remote_id", flat=True)
    called = mine.filter(cust_ref__in=references).values_list("cust_ref", flat=True)
    return {*handed, *(number for number in called if number)}
