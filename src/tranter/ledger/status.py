"""An order's status, derived from what is recorded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tranter.ledger import bulk
from tranter.ledger.book import Book
from tranter.ledger.many import many
from tranter.ledger.models import FulfillmentLineRow, OrderRow, ShipmentRow
from tranter.ledger.order_marks import ASKED
from tranter.ledger.questions import Question, each, is_set
from tranter.model import is_added
from tranter.model.order import FINAL, OrderStatus
from tranter.model.parts import Part, asked_units, completed
from tranter.model.status import Facts, derive_status

Units = dict[str, int]


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """Units by the cart's line: asked of the warehouse, shipped by it, confirmed at the cart. Kits count whole."""

    merchant_id: int
    status: str
    final: bool
    held: bool
    at_warehouse: bool
    planned: bool
    ordered: Units
    shipped: Units
    confirmed: Units


def recorded(order_ids: Iterable[int], units_of: Iterable[int] | None = None) -> dict[int, Recorded]:
    """Of those in `units_of` with their units; None: of all."""
    ids = list(order_ids)
    counted = ids if units_of is None else list(units_of)
    states: defaultdict[int, set[str]] = defaultdict(set)
    for order_id, state in ASKED.ask(orders=ids):
        states[order_id].add(state)
    asked: defaultdict[int, Units] = defaultdict(dict)
    parts: defaultdict[int, dict[str, Part]] = defaultdict(dict)
    for order_id, line_id, quantity, of_line, per_unit in LINES.ask(orders=counted):
        if of_line:
            parts[order_id][line_id] = Part(of_line, per_unit)
        if not is_added(line_id):
            _add(asked[order_id], line_id, quantity)
    ordered = {order_id: asked_units(parts.get(order_id, {}), units) for order_id, units in asked.items()}
    shipped: defaultdict[int, Units] = defaultdict(dict)
    confirmed: defaultdict[int, Units] = defaultdict(dict)
    for row, told in told_by(counted, parts) if counted else ():
        for line_id, units in told.items():
            _add(shipped[row.order_id], line_id, units)
            if row.confirmed_at is not None:
                _add(confirmed[row.order_id], line_id, units)
    return {
        pk: Recorded(
            merchant_id=merchant_id,
            status=known,
            final=is_final,
            held=bool(held_kind),
            at_warehouse=bool(states[pk] & {"sent", "canceling"}),
            planned=bool(states[pk] - {"canceled"}),
            ordered=ordered.get(pk, {}),
            shipped=shipped[pk],
            confirmed=confirmed[pk],
        )
        for pk, merchant_id, known, is_final, held_kind in WHERE.ask(orders=ids)
    }


LINES = Question(
    lambda: (
        FulfillmentLineRow.objects.filter(fulfillment__order_id__in=each("orders"))
        .exclude(fulfillment__state="canceled")
        .values_list("fulfillment__order_id", "line_id", "quantity", "of_line", "per_unit")
    ),
    tuple[int, str, int, str, int],
)
WHERE = Question(
    lambda: OrderRow.objects.filter(pk__in=each("orders")).values_list(
        "pk", "merchant_id", "status", is_set("final_at"), "held_kind"
    ),
    tuple[int, int, str, bool, str],
)
LEFT = Question(
    lambda: ShipmentRow.objects.filter(order_id__in=each("orders"), state="shipped").values_list("order_id"), int
)


def parts_of(order_ids: Iterable[int]) -> dict[int, dict[str, Part]]:
    """By order: its fulfillments' lines that are components of a kit, and whose."""
    lines = FulfillmentLineRow.objects.filter(fulfillment__order_id__in=many(order_ids)).exclude(of_line="")
    found: defaultdict[int, dict[str, Part]] = defaultdict(dict)
    columns = ("fulfillment__order_id", "line_id", "of_line", "per_unit")
    for order_id, line_id, of_line, per_unit in lines.exclude(fulfillment__state="canceled").values_list(*columns):
        found[order_id][line_id] = Part(of_line, per_unit)
    return found


def told_by(order_ids: Iterable[int], parts: Mapping[int, Mapping[str, Part]]) -> list[tuple[ShipmentRow, Units]]:
    """Parcels that have left, each with what it completes: units by the cart's line."""
    parcels: defaultdict[int, list[ShipmentRow]] = defaultdict(list)
    for row in ShipmentRow.objects.filter(order_id__in=many(order_ids), state="shipped").order_by("pk"):
        parcels[row.order_id].append(row)
    found: list[tuple[ShipmentRow, Units]] = []
    for order_id, rows in parcels.items():
        mine = parts.get(order_id, {})
        units = [dict(row.lines) for row in rows]
        found += zip(rows, completed(mine, units) if mine else units, strict=True)
    return found


def _add(units: Units, line_id: str, count: int) -> None:
    units[line_id] = units.get(line_id, 0) + count


def refresh(book: Book, order_ids: Iterable[int], now: datetime) -> None:
    """Inside the transaction that changed what is recorded."""
    ids, changed = list(order_ids), []
    left = set(LEFT.ask(orders=ids))
    for order_id, facts in recorded(ids, units_of=left).items():  # before a parcel left, no units count
        if facts.merchant_id != book.merchant_id:
            continue
        derived = _derive(facts)
        final = derived in FINAL
        if derived != facts.status or final != facts.final:
            changed.append({"id": order_id, "status": derived, "final_at": now if final else None})
    bulk.update(OrderRow, changed)


def _derive(facts: Recorded) -> str:
    gone = not facts.planned
    return derive_status(
        Facts(
            held=facts.held,
            canceled=gone and facts.status == OrderStatus.CANCELED.value,
            skipped=gone and facts.status == OrderStatus.SKIPPED.value,
            at_warehouse=facts.at_warehouse,
            ordered=facts.ordered,
            shipped=facts.shipped,
            confirmed=facts.confirmed,
        )
    ).value
