"""A fulfillment, or a return, and its lines as one record: TradeGecko sends the lines of a whole page beside it."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from tranter.connectors.tradegecko.client import Client, Rows, convert, portions
from tranter.connectors.tradegecko.rows import Identity, text_of
from tranter.connectors.tradegecko.words import SHIPMENT_STATES
from tranter.model import ShipmentState
from tranter.sdk.verbs import Raw

Lines = dict[str, dict[str, msgspec.Raw]]
"""By parent, then by the line's id."""


class _Parent(Struct):
    id: int | str
    status: str
    fulfillment_line_item_ids: list[int | str] | None = None


class _Line(Struct):
    id: int | str
    fulfillment_id: Identity = None
    fulfillment_return_id: Identity = None


class Kind(Struct, frozen=True):
    """`empty`: whether one of this status needs no lines."""

    singular: str
    parent: Callable[[_Line], Identity]
    empty: Callable[[str], bool]

    @property
    def lines(self) -> str:
        return f"{self.singular}_line_items"


PARCEL = Kind(
    "fulfillment", lambda line: line.fulfillment_id, lambda status: SHIPMENT_STATES.get(status) is ShipmentState.VOID
)
RETURN = Kind(
    "fulfillment_return", lambda line: line.fulfillment_return_id, lambda status: status in ("void", "deleted")
)


def with_lines(client: Client, kind: Kind, page: Rows) -> tuple[Raw, ...]:
    lines: Lines = {}
    _file(lines, kind, page.beside.get(kind.lines, ()))
    rows = [(convert(raw, _Parent), raw) for raw in page.rows]
    lacking = [str(row.id) for row, _ in rows if _lacks_lines(row, kind, lines)]
    for portion in portions(f"{kind.singular}_id", lacking):
        number, more = 1, True
        while more:
            found = client.page(kind.lines, portion, number)
            _file(lines, kind, found.rows)
            number, more = number + 1, len(found.rows) > 0 and number * 250 < (found.total or 0)
    return tuple(_record(kind, row, raw, lines) for row, raw in rows)


def _lacks_lines(row: _Parent, kind: Kind, lines: Lines) -> bool:
    if kind.empty(row.status):
        return False
    there = len(lines.get(str(row.id), {}))
    return there == 0 or there < len(row.fulfillment_line_item_ids or ())


def _file(lines: Lines, kind: Kind, rows: tuple[msgspec.Raw, ...]) -> None:
    for raw in rows:
        row = convert(raw, _Line)
        lines.setdefault(text_of(kind.parent(row)), {})[str(row.id)] = raw


def _record(kind: Kind, row: _Parent, raw: msgspec.Raw, lines: Lines) -> Raw:
    own = list(lines.get(str(row.id), {}).values())
    return Raw(key=str(row.id), payload=msgspec.json.encode({kind.singular: raw, kind.lines: own}))
