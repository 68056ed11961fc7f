"""Fulfillments: what was asked of a warehouse, and what it made of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

import msgspec
from django.db.models import Q
from django.db.models.functions import Coalesce

from tranter.ledger import (
    bulk,
    deliveries,
    exceptions,
    intents,
    journal,
    order_lines,
    orders,
    raw_records,
    schedule,
    status,
)
from tranter.ledger.book import Book
from tranter.ledger.decisions import fulfillment_place
from tranter.ledger.intents import Answered, Outcome, Result
from tranter.ledger.many import many
from tranter.ledger.models import (
    Connection,
    FulfillmentLineRow,
    FulfillmentRow,
    Intent,
    Loan,
    OrderRow,
    ProductRow,
    RemoteLink,
)
from tranter.ledger.questions import Change, Question, Rows, each, given
from tranter.ledger.writing import made_again, writing
from tranter.model import Fulfillment
from tranter.model.fulfillment import told_line_id


def documents(book: Book, fulfillment_ids: Sequence[int]) -> dict[int, Fulfillment]:
    rows = DOCUMENTS.ask(merchant=book.merchant_id, ids=fulfillment_ids)
    return {row.id: msgspec.msgpack.decode(book.vault.open(row.sealed, row.place), type=Fulfillment) for row in rows}


class _Document(msgspec.Struct, frozen=True):
    id: int
    order_id: int
    number: int
    sealed: bytes

    @property
    def place(self) -> str:
        return fulfillment_place(self.order_id, self.number)


DOCUMENTS = Rows(
    lambda: FulfillmentRow.objects.filter(merchant_id=given("merchant"), pk__in=each("ids")).values_list(
        *_Document.__struct_fields__
    ),
    _Document,
)


def warehouses(book: Book, fulfillment_ids: Sequence[int]) -> dict[int, int]:
    """Fulfillment → its connection."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(fulfillment_ids))
    return dict(rows.values_list("pk", "connection_id"))


def links(book: Book, connection_id: int, kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Only hashes of the keys are kept: a buyer's name at the cart is nobody else's business."""
    plain = {book.vault.hash(key): key for key in set(keys)}
    known = LINKS.ask(merchant=book.merchant_id, connection=connection_id, kind=kind, keys=plain)
    return {plain[key]: remote_id for key, remote_id in known}


LINKS = Question(
    lambda: RemoteLink.objects.filter(
        connection_id=given("connection"),
        connection__merchant_id=given("merchant"),
        kind=given("kind"),
        key__in=each("keys", str),
    ).values_list("key", "remote_id"),
    tuple[str, str],
)


@made_again
def settle(book: Book, held: schedule.Lease, results: Sequence[Result], now: datetime) -> int:
    """One batch of deliveries, in one transaction. How many arrived."""
    with writing(book):
        rows = intents.settle(book, held, results, now)
        entries: list[journal.Entry] = []
        done = [result for result in results if result.outcome is Outcome.DONE]
        refused = [result for result in results if result.outcome is Outcome.REJECTED]
        arrived = _record_arrivals(book, rows, done, entries, now)
        keep_links(book, held.connection_id, [link for result in done for link in result.links])
        _hold_refused(book, rows, refused, now)
        _decide_unwanted(book, rows)
        asked = [rows[result.intent_id].order_id or 0 for result in (*done, *refused)]
        order_ids = deliveries.together(book, asked)
        journal.append(book, entries, now)
        status.refresh(book, order_ids, now)
    return arrived


def _decide_unwanted(book: Book, rows: Mapping[int, Answered]) -> None:
    """What is known not to be there, and what the cart changed meanwhile: such an order is decided anew."""
    ready = [row.order_id or 0 for row in rows.values() if row.state == "ready" and not row.doubtful]
    if not ready:
        return
    free = deliveries.together(book, ready)
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(free))
    mine.exclude(cart_state="open", before=None).update(undecided=True)


def _record_arrivals(
    book: Book,
    rows: Mapping[int, Answered],
    done: Sequence[Result],
    entries: list[journal.Entry],
    now: datetime,
) -> int:
    if not done:
        return 0
    by_id = {rows[result.intent_id].fulfillment_id or 0: result for result in done}
    there = _carried_by(list(by_id))
    bulk.update(FulfillmentRow, [_arrived(one.id, by_id[one.lead], now) for one in there])
    _pair_lines(there, by_id)
    for one in there:
        result = by_id[one.lead]
        detail: journal.Detail = {"remote_id": result.remote_id, "notes": " · ".join(result.notes)[:300]}
        entry = journal.Entry(what="order_at_warehouse", subject=one.number, detail=detail, order_id=one.order_id)
        entries.append(entry)
    # What the cart or a person wanted meanwhile is looked at now.
    TOUCHED.make(orders=[one.order_id for one in there])
    connection_id = rows[done[0].intent_id].connection_id
    if raw_records.awake(book, connection_id, [result.remote_id for result in done]):
        schedule.ring(_hears(connection_id), ["shipments"], now)
    cured = _without_refusal(book, [one.order_id for one in there])
    exceptions.resolve(book, now, order_ids=cured)
    CURED.make(orders=cured)
    return len(by_id)


TOUCHED = Change(
    lambda: OrderRow.objects.filter(pk__in=each("orders"), undecided=False).exclude(
        cart_state="open", wish="", before=None
    ),
    undecided=True,
)
CURED = Change(
    lambda: OrderRow.objects.filter(pk__in=each("orders")).exclude(held_kind=""),
    held_kind="",
    held_value="",
    reason="",
)


def _arrived(fulfillment_id: int, result: Result, now: datetime) -> bulk.Row:
    return {
        "id": fulfillment_id,
        "state": "sent",
        "sent_at": now,
        "remote_id": result.remote_id,
        "remote_number": result.remote_number,
        "url": result.url,
        "committed_at": result.at if result.committed else None,
    }


class _Carried(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A fulfillment that arrived with its lead's delivery; the lead's own among them."""

    id: int
    lead: int
    order_id: int
    number: str
    remote_order_id: str

    def told(self, line_id: str) -> str:
        """What the warehouse calls this line."""
        return line_id if self.lead == self.id else told_line_id(self.remote_order_id, line_id)


def _carried_by(leads: Sequence[int]) -> list[_Carried]:
    return sorted(CARRIED.ask(leads=leads), key=attrgetter("id"))


CARRIED = Question(
    lambda: FulfillmentRow.objects.filter(
        Q(pk__in=each("leads")) | Q(within_id__in=each("leads"), state="planned")
    ).values_list("pk", Coalesce("within_id", "pk"), "order_id", "order__number", "order__remote_id"),
    _Carried,
)


def _pair_lines(there: Sequence[_Carried], by_lead: Mapping[int, Result]) -> None:
    """Each line gets the id that the warehouse gave it."""
    carried = {one.id: one for one in there}
    pairs = {lead: dict(result.lines) for lead, result in by_lead.items()}
    paired = []
    for pk, fulfillment_id, line_id in LINES.ask(fulfillments=carried):
        one = carried[fulfillment_id]
        remote_line_id = pairs[one.lead].get(one.told(line_id))
        if remote_line_id is not None:
            paired.append({"id": pk, "remote_line_id": remote_line_id})
    bulk.update(FulfillmentLineRow, paired)


LINES = Question(
    lambda: FulfillmentLineRow.objects.filter(fulfillment_id__in=each("fulfillments")).values_list(
        "pk", "fulfillment_id", "line_id"
    ),
    tuple[int, int, str],
)


def _without_refusal(book: Book, order_ids: Sequence[int]) -> list[int]:
    """Another share of the order may still wait for a repair."""
    waiting = set(REFUSED.ask(merchant=book.merchant_id, orders=order_ids))
    return [order_id for order_id in order_ids if order_id not in waiting]


REFUSED = Question(
    lambda: Intent.objects.filter(
        merchant_id=given("merchant"), order_id__in=each("orders"), verb="push_fulfillment", state="rejected"
    ).values_list("order_id"),
    int,
)


def _hears(connection_id: int) -> int:
    """The connection that pulls: of a lent warehouse that is the lender."""
    lender = Loan.objects.filter(connection_id=connection_id).values_list("lender_id", flat=True).first()
    return lender if lender is not None else connection_id


def keep_links(book: Book, connection_id: int, found: Iterable[tuple[str, str, str]]) -> None:
    """(kind, key, remote id). The newest one counts."""
    latest = {(kind, key): remote_id for kind, key, remote_id in found}
    if not latest:
        return
    if not Connection.objects.filter(pk=connection_id, merchant_id=book.merchant_id).exists():
        raise LookupError(f"the connection {connection_id} is another merchant's")
    rows = [
        {"connection_id": connection_id, "kind": kind, "key": book.vault.hash(key), "remote_id": remote_id}
        for (kind, key), remote_id in latest.items()
    ]
    bulk.insert(RemoteLink, rows, unique=["connection_id", "kind", "key"], replace=["remote_id"])


def _hold_refused(book: Book, rows: Mapping[int, Answered], refused: Sequence[Result], now: datetime) -> None:
    held = [result for result in refused if rows[result.intent_id].state == "rejected"]
    order_ids = [rows[result.intent_id].order_id or 0 for result in held]
    numbers = dict(OrderRow.objects.filter(pk__in=many(order_ids)).values_list("pk", "number"))
    changed, troubles = [], []
    for result in held:
        intent = rows[result.intent_id]
        order_id = intent.order_id or 0
        if result.kind == "unknown_sku":
            _forget_product(intent.connection_id, result.value)
        trouble = exceptions.Trouble(
            kind=result.kind or "rejected",
            subject=numbers[order_id],
            cause=result.reason,
            remedy=result.remedy or f"correct it, then: tranter retry {numbers[order_id]}",
            value=result.value,
            order_id=order_id,
            connection_id=intent.connection_id,
        )
        troubles.append(trouble)
        held_as = {"held_kind": trouble.kind, "held_value": trouble.value[:300], "reason": trouble.cause}
        changed.append({"id": order_id, **held_as})
    bulk.update(OrderRow, changed)
    exceptions.raise_exceptions(book, troubles, now)


def _forget_product(connection_id: int, sku: str) -> None:
    """The warehouse says that it is gone; when the catalogue has it again, the order is decided again."""
    ProductRow.objects.filter(connection_id=connection_id, sku=sku[:200]).update(active=False)


def not_committed(book: Book, connection_id: int, limit: int = 500) -> list[tuple[int, Fulfillment]]:
    """Orders that this warehouse has and holds no stock for, as far as the hub knows: drafts."""
    rows = (
        FulfillmentRow.objects.filter(
            merchant_id=book.merchant_id,
            connection_id=connection_id,
            state="sent",
            committed_at=None,
            order__is_test=False,
        )
        .filter(within=None)
        .exclude(order__status__in=("confirmed", "shipped", "canceled"))
    )
    found = documents(book, list(rows.order_by("pk").values_list("pk", flat=True)[:limit]))
    return sorted(found.items())


def committed(book: Book, fulfillment_ids: Sequence[int], now: datetime) -> None:
    mine = Q(pk__in=many(fulfillment_ids)) | Q(within_id__in=many(fulfillment_ids))
    FulfillmentRow.objects.filter(mine, merchant_id=book.merchant_id, committed_at=None).update(committed_at=now)


def drop_unsent(book: Book, order_ids: Sequence[int], now: datetime) -> list[int]:
    """Fulfillments that never left are taken back, so that the orders can be decided anew. Which orders were free.

    Orders that were to go in one delivery are freed together.
    """
    free: set[int] = set()
    if not order_ids:
        return []
    with writing(book):
        mine = set(
            OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids)).values_list("pk", flat=True)
        )
        while mine:
            group = deliveries.together(book, [mine.pop()])
            mine -= group
            if all(intents.cancel_unsent(book, order_id, now) for order_id in sorted(group)):
                _free(book, group)
                free |= group
        OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(free - set(order_ids))).update(undecided=True)
    return sorted(free)


def _free(book: Book, order_ids: Iterable[int]) -> None:
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=many(order_ids))
    FulfillmentRow.objects.filter(order__in=mine).exclude(state="canceled").update(state="canceled")
    for order in mine:
        order_lines.renew(book, order, orders.open_order(book, order))


def drop_unsent_shares(book: Book, order_id: int, now: datetime) -> int:
    """Those shares of an order that never left, whatever became of the others. How many."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id, state="planned")
    with writing(book):
        unsent = Intent.objects.select_for_update().filter(
            fulfillment__in=rows, verb="push_fulfillment", state__in=("ready", "rejected"), doubtful=False
        )
        found = list(unsent)
        Intent.objects.filter(pk__in=many(one.pk for one in found)).update(state="canceled", ended_at=now)
        rows.filter(pk__in=many(one.fulfillment_id for one in found)).update(state="canceled")
        entries = [journal.Entry(what="intent_canceled", subject=one.key) for one in found]
        journal.append(book, entries, now)
    return len(found)
