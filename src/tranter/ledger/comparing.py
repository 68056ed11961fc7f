"""What the hub has on record of orders that a cart just told of, as reconciliation needs it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tranter.ledger import status
from tranter.ledger.book import Book
from tranter.ledger.intents import OPEN_OR_REFUSED
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentRow, Intent, OrderRow, RawRecord
from tranter.ledger.raw_records import unread_only

CHUNK = 500


class OnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Units by line id. `there`: a warehouse has it; `canceling`: it is asked to stop it."""

    order_id: int
    number: str
    status: str
    there: bool
    canceling: bool
    ordered: Mapping[str, int]
    shipped: Mapping[str, int]
    confirmed: Mapping[str, int]


def on_record(book: Book, account: str, remote_ids: Iterable[str]) -> dict[str, OnRecord]:
    """By the cart's id; those that the hub does not know are left out."""
    ids = list(remote_ids)
    found: dict[str, OnRecord] = {}
    for start in range(0, len(ids), CHUNK):
        rows = list(
            OrderRow.objects.filter(
                merchant_id=book.merchant_id, account=account, remote_id__in=many(ids[start : start + CHUNK])
            )
        )
        facts = status.recorded([row.pk for row in rows])
        stopping = set(
            FulfillmentRow.objects.filter(order__in=rows, state="canceling").values_list("order_id", flat=True)
        )
        found |= {row.remote_id: _on_record(row, facts[row.pk], row.pk in stopping) for row in rows}
    return found


def _on_record(row: OrderRow, facts: status.Recorded, canceling: bool) -> OnRecord:
    return OnRecord(
        order_id=row.pk,
        number=row.number,
        status=row.status,
        there=facts.at_warehouse,
        canceling=canceling,
        ordered=facts.ordered,
        shipped=facts.shipped,
        confirmed=facts.confirmed,
    )


def unreadable(book: Book, connection_id: int, remote_ids: Iterable[str]) -> set[str]:
    """Orders of which the raw record is here, and waits as an exception."""
    rows = RawRecord.objects.filter(
        merchant_id=book.merchant_id, connection_id=connection_id, kind="order", state="unreadable"
    )
    return set(unread_only(rows).values_list("key", flat=True)) & set(remote_ids)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """`remote_id` is empty while the warehouse is not known to have it; `intent_id` is its intent then."""

    fulfillment_id: int
    order_number: str
    remote_id: str
    intent_id: int | None


def deliveries(book: Book, connection_id: int, since: datetime) -> list[Delivery]:
    """Everything that this warehouse has, or may have, of orders since then."""
    rows = (
        FulfillmentRow.objects.filter(
            merchant_id=book.merchant_id,
            connection_id=connection_id,
            order__ordered_at__gte=since,
            order__is_test=False,
            within=None,
        )
        .exclude(state="canceled")
        .order_by("pk")
        .values_list("pk", "order__number", "remote_id")
    )
    waiting = dict(
        Intent.objects.filter(
            merchant_id=book.merchant_id,
            connection_id=connection_id,
            verb="push_fulfillment",
            state__in=OPEN_OR_REFUSED,
        ).values_list("fulfillment_id", "pk")
    )
    return [
        Delivery(fulfillment_id=pk, order_number=number, remote_id=remote_id, intent_id=waiting.get(pk))
        for pk, number, remote_id in rows
    ]


def look_first(book: Book, intent_ids: Iterable[int], now: datetime) -> None:
    """These are there already, it seems: their next attempt looks, and adopts what agrees."""
    rows = Intent.objects.filter(merchant_id=book.merchant_id, pk__in=many(intent_ids))
    rows.filter(state__in=("ready", "unknown")).update(look_first=True, due_at=now)
