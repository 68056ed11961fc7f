"""Lists: which rows a query asks for, in which order, and which page of them."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from tranter.connectors.tradegecko.simulator.options import Options
from tranter.connectors.tradegecko.simulator.replies import bad_request
from tranter.connectors.tradegecko.simulator.shapes import Kind, Resource
from tranter.connectors.tradegecko.simulator.store import Row, Table
from tranter.connectors.tradegecko.simulator.wire import parse_flag, parse_int, parse_moment
from tranter.testing.simulator import SimRequest

DEFAULT_LIMIT, MAX_LIMIT = 50, 250
MOMENTS = ("created_at", "updated_at")
SEARCHED = ("name", "email", "order_number", "reference_number", "sku", "label", "first_name", "last_name")


@dataclass(frozen=True)
class Page:
    number: int
    limit: int
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.limit) if self.limit and self.total else 1

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        start = (self.number - 1) * self.limit
        return rows[start : start + self.limit]

    def headers(self, base_url: str, plural: str, request: SimRequest) -> tuple[tuple[str, str], ...]:
        facts = {
            "total_records": self.total,
            "total_pages": self.pages,
            "first_page": self.number == 1,
            "last_page": self.number >= self.pages,
            "out_of_bounds": self.number > self.pages,
            "offset": (self.number - 1) * self.limit,
        }
        return (
            ("X-Pagination", json.dumps(facts, separators=(",", ":"))),
            ("Link", self._links(f"{base_url}/ajax/{plural}", request)),
        )

    def _links(self, url: str, request: SimRequest) -> str:
        """Pages of the browser application: an API client has no business there."""
        targets = {"next": self.number + 1} if self.number < self.pages else {}
        targets["last"] = self.pages
        others = [(name, value) for name, value in request.query if name != "page"]
        links = []
        for rel, number in targets.items():
            query = "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in [*others, ("page", str(number))])
            links.append(f'<{url}?{query}>; rel="{rel}"')
        return ", ".join(links)


def read_page(request: SimRequest, options: Options, total: int) -> Page:
    """Rows asked for by id come all at once, as a record of 200 ids without a limit shows."""
    limit = parse_int(request.param("limit") or "")
    if limit is None or limit < 0:
        by_id = request.param("ids") or request.param("ids[]")
        limit = min(max(total, DEFAULT_LIMIT), MAX_LIMIT) if by_id else DEFAULT_LIMIT
    if limit > MAX_LIMIT:
        if options.over_limit == "refuse":
            raise bad_request(f"The limit may not exceed {MAX_LIMIT}")
        limit = MAX_LIMIT
    number = parse_int(request.param("page") or "") or 1
    return Page(max(number, 1), limit, total)


class Query:
    """The filters of one request over one table."""

    def __init__(self, resource: Resource, request: SimRequest, options: Options, now: datetime) -> None:
        self.resource, self.options, self.now, self.request = resource, options, now, request
        self.wanted: dict[str, list[Any]] = {}
        self.bounds: list[tuple[str, Callable[[datetime], bool]]] = []
        self.words: list[str] = []
        for name, value in request.query:
            if value.strip():
                self._take(name.removesuffix("[]"), value.strip())

    def _take(self, name: str, value: str) -> None:
        attribute = self.resource.attributes.get(name)
        if name == "ids":
            self.wanted.setdefault(self.resource.id_key, []).extend(_numbers(value))
        elif name in ("q", "term"):
            self.words.append(value.lower())
        elif name.removesuffix("_min").removesuffix("_max") in MOMENTS and name not in MOMENTS:
            self._bound(name, value)
        elif attribute is not None and attribute.filterable:
            self.wanted.setdefault(name, []).extend(_values(attribute.kind, value))

    def _bound(self, name: str, value: str) -> None:
        moment = parse_moment(value)
        if moment is None:
            raise bad_request(f"{name} is not a time")
        column, low = name[:-4], name.endswith("_min")
        self.bounds.append((column, moment.__le__ if low else moment.__ge__))

    def rows(self, table: Table) -> list[Row]:
        return self._sorted([row for row in self._candidates(table) if self._matches(row)])

    def _candidates(self, table: Table) -> Iterable[Row]:
        """The smallest set that an index offers."""
        key = self.resource.id_key
        if key in self.wanted:
            return [table.rows[i] for i in dict.fromkeys(self.wanted[key]) if i in table.rows]
        narrow = [name for name in self.wanted if name != "status" and table.is_indexed(name)]
        if not narrow or self.options.partial_order_numbers:
            return table.rows.values()
        return table.where(narrow[0], *dict.fromkeys(self.wanted[narrow[0]]))

    def _matches(self, row: Row) -> bool:
        gone = self.resource.deleted_status
        if gone and row.get("status") == gone and gone not in self.wanted.get("status", ()):
            return False
        return (
            self._is_indexed_yet(row)
            and all(self._has(row, name, values) for name, values in self.wanted.items())
            and all(within(row[column]) for column, within in self.bounds)
            and all(_mentions(row, word) for word in self.words)
        )

    def _has(self, row: Row, name: str, values: list[Any]) -> bool:
        if name == self.resource.id_key:
            return True
        found = row.get(name)
        if isinstance(found, list):
            return any(value in found for value in values)
        if name == "order_number" and self.options.partial_order_numbers:
            return any(str(found).startswith(value) for value in values)
        return found in values

    def _is_indexed_yet(self, row: Row) -> bool:
        """Lists lag: what was made (or, asked by time of change, changed) just now is not in them yet."""
        if not self.options.index_lag_seconds:
            return True
        seen_at = self.now - timedelta(seconds=self.options.index_lag_seconds)
        by_change = any(column == "updated_at" for column, _ in self.bounds)
        return bool(row["created_at"] <= seen_at and (not by_change or row["updated_at"] <= seen_at))

    def _sorted(self, rows: list[Row]) -> list[Row]:
        column, _, direction = (self.request.param("order") or "").partition(" ")
        if column in (*self.resource.attributes, *MOMENTS):
            falling = direction.strip().lower() == "desc"
            rows.sort(key=lambda row: _sort_key(row.get(column)), reverse=falling)
        elif self.resource.positioned:
            rows.sort(key=lambda row: (row.get("position") or 0, row["id"]))
        elif self.options.default_sort == "scrambled":
            rows.sort(key=lambda row: random.Random(str(row["id"])).random())
        else:
            rows.sort(key=lambda row: (row["created_at"], str(row["id"]).zfill(12)), reverse=True)
        return rows


def _numbers(value: str) -> list[int]:
    return [number for part in value.split(",") if (number := parse_int(part)) is not None]


def _values(kind: Kind, value: str) -> list[Any]:
    match kind:
        case Kind.INT:
            return _numbers(value)
        case Kind.FLAG:
            return [parse_flag(value)]
        case Kind.DAY:
            moment = parse_moment(value)
            return [moment.date()] if moment else []
        case _:
            return [value]


def _mentions(row: Row, word: str) -> bool:
    return any(word in str(row.get(name) or "").lower() for name in SEARCHED)


def _sort_key(value: Any) -> tuple[bool, Any]:
    """Missing values first; anything that does not compare sorts by its text."""
    return (value is not None, value if isinstance(value, int | datetime) else str(value))
