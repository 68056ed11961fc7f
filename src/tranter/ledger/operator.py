"""What a person does to one order. Each is one transaction, with a line in the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tranter.ledger import deliveries, exceptions, fulfillments, intents, journal, orders, status
from tranter.ledger.book import Book
from tranter.ledger.corrections import Corrections, corrected, corrections_of, sealed_corrections
from tranter.ledger.models import FulfillmentRow, Intent, OrderLineRow, OrderRow, TradeException
from tranter.ledger.order_columns import receiver_hash
from tranter.ledger.schedule import FLOW_OF
from tranter.ledger.writing import writing

ACTOR = "operator"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`under_way`: a delivery was sent, and nobody knows yet what came of it. `doubtful`: it may be there after all.

    `sent` are the fulfillments there. `undecided`: routing looks at it next.
    """

    cart_id: int
    remote_id: str
    status: str
    cart_state: str
    held: str
    wish: str
    under_way: bool
    doubtful: bool
    sent: tuple[int, ...]
    erased: bool
    undecided: bool
    waits: bool


def standing(book: Book, order_id: int) -> Standing:
    row = OrderRow.objects.get(merchant_id=book.merchant_id, pk=order_id)
    pushes = deliveries.intents_of(book, [order_id]).filter(verb="push_fulfillment")
    return Standing(
        cart_id=row.connection_id,
        remote_id=row.remote_id,
        status=row.status,
        cart_state=row.cart_state,
        held=row.held_kind,
        wish=row.wish,
        under_way=pushes.filter(state__in=("claimed", "unknown")).exists(),
        doubtful=pushes.filter(state__in=intents.OPEN_OR_REFUSED, doubtful=True).exists(),
        sent=tuple(deliveries.carriers(book, [order_id], ["sent", "canceling"])),
        erased=row.erased_at is not None,
        undecided=row.undecided,
        waits=row.waits_until is not None,
    )


def warehouses_of(book: Book, order_id: int) -> list[int]:
    """The connections that have something of it."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id).exclude(state="canceled")
    return sorted(set(rows.values_list("connection_id", flat=True)))


def _locked(book: Book, order_id: int) -> OrderRow:
    return OrderRow.objects.select_for_update().get(merchant_id=book.merchant_id, pk=order_id)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """`word` is hold or cancel."""

    word: str
    reason: str = ""
    by: str = ACTOR


def wish(book: Book, order_id: int, wanted: Wish, now: datetime) -> None:
    """It stays so whatever the cart says of the order later, until it is released."""
    with writing(book):
        row = _locked(book, order_id)
        row.wish, row.undecided = wanted.word, True
        row.save(update_fields=["wish", "undecided"])
        detail: journal.Detail = {"reason": wanted.reason[:300]}
        entry = journal.Entry(what=f"{wanted.word}_wished", subject=row.number, actor=wanted.by, detail=detail)
        journal.append(book, [entry], now)


def release(book: Book, order_id: int, now: datetime, by: str = ACTOR) -> str:
    """What held it is lifted for this order, for good. Which kind of trouble that was; empty for none."""
    with writing(book):
        row = _locked(book, order_id)
        kind = row.held_kind or ("delay" if row.waits_until is not None else "")
        row.wish, row.undecided = "", True
        if kind not in ("", "operator", *row.released):
            row.released = [*row.released, kind]
        row.save(update_fields=["wish", "undecided", "released"])
        detail: journal.Detail = {"kind": kind}
        entry = journal.Entry(what="order_released", subject=row.number, actor=by, detail=detail, order_id=order_id)
        journal.append(book, [entry], now)
    return kind


def lift(book: Book, order_id: int, kinds: Iterable[str], by: str, now: datetime) -> None:
    """What kept it from being taken (a date, a site) counts no longer for this order."""
    with writing(book):
        row = _locked(book, order_id)
        row.released = [*row.released, *(kind for kind in kinds if kind not in row.released)]
        row.wish, row.undecided = "", True
        row.save(update_fields=["wish", "undecided", "released"])
        detail: journal.Detail = {"lifted": ", ".join(kinds)}
        journal.append(
            book, [journal.Entry(what="order_sent_anyway", subject=row.number, actor=by, detail=detail)], now
        )


def corrections(book: Book, order_id: int) -> Corrections:
    return corrections_of(book, OrderRow.objects.get(merchant_id=book.merchant_id, pk=order_id))


def correct(book: Book, order_id: int, made: Corrections, by: str, now: datetime) -> bool:
    """Corrections in the place of earlier ones; what never left is planned anew with them.

    False when something of it may be at the warehouse: nothing was changed then.
    """
    with writing(book):
        row = _locked(book, order_id)
        if row.erased_at is not None or not _nothing_left(book, order_id, now):
            return False
        row.corrections, row.undecided = sealed_corrections(book, order_id, made), True
        row.receiver_hash = receiver_hash(book.vault, corrected(orders.open_order(book, row), made))
        row.save(update_fields=["corrections", "undecided", "receiver_hash"])
        _rename_lines(order_id, dict(made.skus))
        exceptions.resolve(book, now, order_ids=[order_id])
        detail: journal.Detail = {"address": made.ship_to is not None, "lines": len(made.skus)}
        entry = journal.Entry(what="order_corrected", subject=row.number, actor=by, detail=detail, order_id=order_id)
        journal.append(book, [entry], now)
        status.refresh(book, [order_id], now)
    return True


def _nothing_left(book: Book, order_id: int, now: datetime) -> bool:
    there = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id=order_id).exclude(state="canceled")
    return not there.exists() or order_id in fulfillments.drop_unsent(book, [order_id], now)


def _rename_lines(order_id: int, skus: Mapping[str, str]) -> None:
    for line in OrderLineRow.objects.filter(order_id=order_id):
        line.sku = skus.get(line.line_id, line.item_sku)[:200]
        line.save(update_fields=["sku"])


def retry(book: Book, order_id: int, now: datetime, by: str = ACTOR) -> list[tuple[int, str]]:
    """Everything of it that waits or was refused goes again, now. The (connection, flow)s to wake."""
    with writing(book):
        row = _locked(book, order_id)
        waiting = deliveries.intents_of(book, [order_id]).filter(state__in=("rejected", "ready", "unknown"))
        flows = sorted({(intent.connection_id, FLOW_OF[intent.verb]) for intent in waiting})
        for one in deliveries.together(book, [order_id]):
            intents.retry(book, one, now)
        waiting.filter(state="unknown").update(due_at=now)
        row.undecided = True
        row.save(update_fields=["undecided"])
        exceptions.resolve(book, now, order_ids=[order_id])
        journal.append(book, [journal.Entry(what="order_retried", subject=row.number, actor=by)], now)
    return flows


def give_back(book: Book, order_id: int, now: datetime, by: str = ACTOR) -> None:
    """What the warehouse had of it counts no longer: the order is decided anew, as a new fulfillment."""
    with writing(book):
        row, others = _locked(book, order_id), deliveries.together(book, [order_id])
        there = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id__in=others)
        there.filter(state__in=("sent", "canceling")).update(state="canceled")
        OrderRow.objects.filter(merchant_id=book.merchant_id, pk__in=others).update(undecided=True)
        row.wish, row.undecided, row.held_kind, row.held_value = "", True, "", ""
        row.save(update_fields=["wish", "undecided", "held_kind", "held_value"])
        exceptions.resolve(book, now, order_ids=[order_id])
        journal.append(book, [journal.Entry(what="order_sent_again", subject=row.number, actor=by)], now)
        status.refresh(book, others, now)


def retry_kind(book: Book, kind: str, values: Iterable[str], now: datetime) -> list[tuple[int, str]]:
    """All orders that wait because of these values (carriers, ship methods) go again. The flows to wake."""
    rows = TradeException.objects.filter(
        merchant_id=book.merchant_id, state="open", kind=kind, value__in=list(values), order__isnull=False
    )
    flows: set[tuple[int, str]] = set()
    for order_id in list(rows.values_list("order_id", flat=True)):
        flows |= set(retry(book, order_id or 0, now))
    return sorted(flows)


def look_first_everywhere(book: Book) -> int:
    """Everything that is to be sent is looked up before, as after a restore: how many that are."""
    rows = Intent.objects.filter(merchant_id=book.merchant_id, state__in=intents.OPEN)
    return rows.exclude(verb="push_cancellation").update(look_first=True)
