"""Units asked of a warehouse that its last reading can't have counted yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, IntegerField, QuerySet, Sum

from tranter.ledger.models import FulfillmentLineRow
from tranter.ledger.questions import Question, Rows, each, given
from tranter.model import StockLevel

FEW = 500


def asked_units(connection_id: int, levels: Mapping[str, Sequence[StockLevel]]) -> dict[str, int]:
    """By product. `levels` are those of the products asked for, as they were read."""
    read_at = {product_id: min(level.read_at for level in read) for product_id, read in levels.items()}
    if not read_at:
        return {}
    if len(levels) <= FEW:
        asked = ASKED_OF_FEW.walk(connection=connection_id, products=levels)
        return _summed(
            (product_id, units) for product_id, units, at in asked if at is None or at >= read_at[product_id]
        )
    oldest, newest = min(read_at.values()), max(read_at.values())
    between = BETWEEN.walk(connection=connection_id, oldest=oldest, newest=newest)
    return _summed(
        (
            *((product_id, units) for product_id, units, at in between if at and at >= read_at.get(product_id, newest)),
            *NOT_YET.ask(connection=connection_id),
            *LATER.ask(connection=connection_id, newest=newest),
        )
    )


def _summed(asked: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for product_id, units in asked:
        found[product_id] += units
    return found


class _Asked(NamedTuple):
    product_id: str
    units: int
    committed_at: datetime | None


def _asked() -> "QuerySet[FulfillmentLineRow]":
    return FulfillmentLineRow.objects.filter(
        fulfillment__state__in=("planned", "sent", "canceling"), fulfillment__order__is_test=False
    ).exclude(fulfillment__order__status__in=("confirmed", "shipped"))


def _here() -> "QuerySet[FulfillmentLineRow]":
    return _asked().filter(fulfillment__connection_id=given("connection"))


def _line_by_line(rows: "QuerySet[FulfillmentLineRow]") -> "QuerySet[FulfillmentLineRow, Any]":
    return rows.values_list("product_id", "quantity", "fulfillment__committed_at")


def _by_product(rows: "QuerySet[FulfillmentLineRow]") -> "QuerySet[FulfillmentLineRow, Any]":
    return rows.order_by().values("product_id").annotate(units=Sum("quantity")).values_list("product_id", "units")


ASKED_OF_FEW = Rows(
    lambda: _line_by_line(
        _asked()
        .filter(product_id__in=each("products", str))
        .annotate(at_connection=F("fulfillment__connection_id") + 0)
        .filter(at_connection=given("connection", IntegerField()))
    ),
    _Asked,
)
"""By their products: the sum keeps the database from walking through every delivery of the warehouse."""
BETWEEN = Rows(
    lambda: _line_by_line(
        _here().filter(fulfillment__committed_at__gte=given("oldest"), fulfillment__committed_at__lt=given("newest"))
    ),
    _Asked,
)
NOT_YET = Question(lambda: _by_product(_here().filter(fulfillment__committed_at=None)), tuple[str, int])
LATER = Question(lambda: _by_product(_here().filter(fulfillment__committed_at__gte=given("newest"))), tuple[str, int])
"""By when they were committed, however many were asked before: not yet, after all readings, or between two of them."""
