"""A fulfillment and its lines as one record: TradeGecko sends the lines of a whole page beside it."""

import msgspec
from msgspec import Struct

from tranter.connectors.tradegecko.client import Client, Rows, convert, portions
from tranter.connectors.tradegecko.rows import FulfillmentLineRow, FulfillmentRow, text_of
from tranter.connectors.tradegecko.words import SHIPMENT_STATES
from tranter.model import ShipmentState
from tranter.sdk.verbs import Raw

LINES = "fulfillment_line_items"
Lines = dict[str, dict[str, msgspec.Raw]]
"""By fulfillment, then by the line's id."""


class _Parcel(Struct):
    fulfillment: msgspec.Raw
    fulfillment_line_items: list[msgspec.Raw]


def with_lines(client: Client, page: Rows) -> tuple[Raw, ...]:
    lines: Lines = {}
    _file(lines, page.beside.get(LINES, ()))
    rows = [(convert(raw, FulfillmentRow), raw) for raw in page.rows]
    for portion in portions("fulfillment_id", [str(row.id) for row, _ in rows if _lacks_lines(row, lines)]):
        number, more = 1, True
        while more:
            found = client.page(LINES, portion, number)
            _file(lines, found.rows)
            number, more = number + 1, len(found.rows) > 0 and number * 250 < (found.total or 0)
    return tuple(_record(row, raw, lines) for row, raw in rows)


def _lacks_lines(row: FulfillmentRow, lines: Lines) -> bool:
    if SHIPMENT_STATES.get(row.status) is ShipmentState.VOID:
        return False
    there = len(lines.get(str(row.id), {}))
    return there == 0 or there < len(row.fulfillment_line_item_ids or ())


def _file(lines: Lines, rows: tuple[msgspec.Raw, ...]) -> None:
    for raw in rows:
        row = convert(raw, FulfillmentLineRow)
        lines.setdefault(text_of(row.fulfillment_id), {})[str(row.id)] = raw


def _record(row: FulfillmentRow, raw: msgspec.Raw, lines: Lines) -> Raw:
    own = list(lines.get(str(row.id), {}).values())
    return Raw(key=str(row.id), payload=msgspec.json.encode(_Parcel(raw, own)))
