"""Was it delivered already? Adopts only what agrees in reference, lines and total; never trusts a filter."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from tranter.connectors.tradegecko.buyers import links_of
from tranter.connectors.tradegecko.client import Client, Query, checked, listed, portions
from tranter.connectors.tradegecko.delivery import receipt_of, remote_total
from tranter.connectors.tradegecko.order_body import OURS, amount_of, sent_lines, source_url
from tranter.connectors.tradegecko.rows import LineRow, Number, OrderRow, text_of
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.connectors.tradegecko.words import CHARGES, EVERY_ORDER_STATUS, ORDER_DEAD
from tranter.model import Fulfillment, Money
from tranter.sdk.errors import RejectedError
from tranter.sdk.verbs import Sighting, Verdict

Orders = Sequence[OrderRow]
Lines = dict[str, list[LineRow]]


class LookUp:
    def __init__(self, client: Client, settings: TradeGeckoSettings) -> None:
        self._client, self._settings = client, settings

    def sightings(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        """Three calls or so for a whole batch."""
        orders = self._orders("reference_number", [one.reference for one in fulfillments])
        named = [one.number for one in fulfillments if one.number and one.number != one.reference]
        orders |= self._orders("order_number", [*named, *(one.reference for one in fulfillments)])
        found = {one.key: related(one, list(orders.values())) for one in fulfillments}
        wanted = {str(row.id) for rows in found.values() for row in rows if row.status not in ORDER_DEAD}
        lines = self._lines(sorted(wanted, key=int))
        return tuple(self._judged(one, found[one.key], lines) for one in fulfillments)

    def _orders(self, name: str, values: Sequence[str]) -> dict[str, OrderRow]:
        rows: list[OrderRow] = []
        asked = [value for value in dict.fromkeys(values) if value.strip()]
        for portion in portions(name, asked):
            query: Query = (*portion, *listed("status", EVERY_ORDER_STATUS), ("order", "id asc"))
            rows += self._client.all("orders", query, OrderRow)
        return {str(row.id): row for row in rows}

    def _lines(self, order_ids: Sequence[str]) -> Lines:
        lines: Lines = {identity: [] for identity in order_ids}
        for portion in portions("order_id", order_ids):
            for row in self._client.all("order_line_items", (*portion, ("order", "id asc")), LineRow):
                lines.get(text_of(row.order_id), []).append(row)
        return lines

    def _judged(self, fulfillment: Fulfillment, orders: Orders, lines: Lines) -> Sighting:
        if not orders:
            return Sighting(key=fulfillment.key, verdict=Verdict.ABSENT)
        alive = [row for row in orders if row.status not in ORDER_DEAD]
        doubts = {str(row.id): self._doubt(fulfillment, row, lines[str(row.id)]) for row in alive}
        agreed = [row for row in alive if not doubts[str(row.id)]]
        if len(agreed) == 1 and len(alive) == 1:
            return self._found(fulfillment, agreed[0], lines[str(agreed[0].id)])
        return Sighting(key=fulfillment.key, verdict=Verdict.DOUBT, reason=_reason(orders, doubts))

    def _found(self, fulfillment: Fulfillment, order: OrderRow, lines: list[LineRow]) -> Sighting:
        receipt = receipt_of(order, pairs_by_goods(fulfillment, lines))
        if order.source_url == source_url(fulfillment):
            receipt = replace(receipt, links=links_of(order, self._settings, fulfillment))
        return Sighting(key=fulfillment.key, verdict=Verdict.FOUND, receipt=receipt)

    def _doubt(self, fulfillment: Fulfillment, order: OrderRow, lines: list[LineRow]) -> str:
        """Empty when the order is this fulfillment; else what speaks against it."""
        if _text(order.reference_number) != fulfillment.reference.strip():
            return "carries our number with another reference"
        if any(not line.product_id for line in fulfillment.lines):
            return "carries our reference, but the lines can't be compared while a SKU is unknown"
        if goods_of(lines) != goods_sent(fulfillment):
            return "carries our reference, but other lines"
        if not self._totals_agree(fulfillment, order, lines):
            return "carries our reference and our lines, but another total"
        return ""

    def _totals_agree(self, fulfillment: Fulfillment, order: OrderRow, lines: list[LineRow]) -> bool:
        """By the total, or (where TradeGecko adds taxes of its own) by the sum of the lines."""
        try:
            sent = amount_of(sent_lines(fulfillment, self._settings), fulfillment.currency)
        except RejectedError:
            sent = fulfillment.total
        wanted = {sent, fulfillment.total}
        return remote_total(order, fulfillment.currency) in wanted or sum_of(lines, sent.currency) in wanted


def related(fulfillment: Fulfillment, orders: Orders) -> list[OrderRow]:
    """Orders with our reference, and those with our number; but not another fulfillment's of the same order."""
    names = {name for name in (fulfillment.reference.strip(), fulfillment.number.strip()) if name}
    return [
        row
        for row in orders
        if (_text(row.reference_number) == fulfillment.reference.strip() or _text(row.order_number) in names)
        and not _is_sibling(_text(row.source_url), fulfillment)
    ]


def pairs_by_goods(fulfillment: Fulfillment, lines: list[LineRow]) -> tuple[tuple[str, str], ...]:
    """Same variant and quantity first, in the order of their ids; what was split or joined stays without a pair."""
    left = sorted((line for line in lines if not is_charge(line)), key=lambda line: line.id)
    pairs: list[tuple[str, str]] = []
    for ours in fulfillment.lines:
        same = [line for line in left if text_of(line.variant_id) == ours.product_id]
        match = next((line for line in same if _amount(line.quantity, line) == ours.quantity), None)
        if match is not None:
            left.remove(match)
            pairs.append((ours.line_id, str(match.id)))
    return tuple(pairs)


def goods_of(lines: Sequence[LineRow]) -> Counter[str]:
    """Units by variant. Half a unit is none of ours, so it is kept apart."""
    goods: Counter[str] = Counter()
    for line in lines:
        quantity = _amount(line.quantity, line)
        if is_charge(line) or quantity == 0:
            continue
        if quantity == int(quantity):
            goods[text_of(line.variant_id)] += int(quantity)
        else:
            goods[f"part of {line.variant_id}"] += 1
    return goods


def goods_sent(fulfillment: Fulfillment) -> Counter[str]:
    goods: Counter[str] = Counter()
    for line in fulfillment.lines:
        goods[line.product_id] += line.quantity
    return goods


def is_charge(line: LineRow) -> bool:
    return line.variant_id is None or (line.line_type or "").lower() in CHARGES


def sum_of(lines: Sequence[LineRow], currency: str) -> Money:
    """Of whole lines, rounded once."""
    amount = sum((_line_amount(line) for line in lines), start=Decimal(0))
    return Money.parse(str(amount), currency)


def _line_amount(line: LineRow) -> Decimal:
    kept = 1 - _amount(line.discount, line) / 100
    return _amount(line.price, line) * _amount(line.quantity, line) * kept


def _is_sibling(source: str, fulfillment: Fulfillment) -> bool:
    """Keys of one order's fulfillments differ in their last part only."""
    ours = source_url(fulfillment)
    stem = ours.rpartition("/")[0]
    return source.startswith(OURS) and source != ours and bool(stem) and source.rpartition("/")[0] == stem


def _reason(orders: Orders, doubts: dict[str, str]) -> str:
    facts = []
    for row in orders:
        doubt = doubts.get(str(row.id), f"is {row.status}") or "agrees"
        facts.append(f"order {row.id} ({row.order_number or 'without a number'}) {doubt}")
    return f"At TradeGecko, {'; '.join(facts[:5])}."


def _text(value: str | None) -> str:
    return (value or "").strip()


def _amount(value: Number, line: LineRow) -> Decimal:
    return checked(value, f"a line of TradeGecko's order {line.order_id}") or Decimal(0)
