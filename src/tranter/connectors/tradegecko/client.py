"""Calls to TradeGecko: addresses, lists, the rate limit's headers, and what a reply means."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from tranter.connectors.tradegecko.refusals import excerpt, failure
from tranter.connectors.tradegecko.rows import Number, decimal
from tranter.sdk.call import Caller
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply, Request
from tranter.sdk.ports import Clock

LIMIT = 250  # the most that a page takes
QUERY_BYTES = 3500  # longer addresses are refused with 414
WRITE_SECONDS = 60.0  # orders of many lines take their time
SLOT_SECONDS = 300  # the limit counts in slots of five minutes by the clock on the wall

Query = Sequence[tuple[str, str]]
Row = TypeVar("Row")


class Pagination(Struct):
    """The header X-Pagination. `offset` counts the rows before this page."""

    total_records: int
    total_pages: int = 0
    offset: int = 0


class Rows(Struct, frozen=True):
    """One page of a list. `beside` holds the rows that came along, by their plural. `total` None: not told."""

    rows: tuple[msgspec.Raw, ...]
    beside: dict[str, tuple[msgspec.Raw, ...]]
    total: int | None


class Client:
    def __init__(self, base_url: str, caller: Caller, clock: Clock) -> None:
        self._base_url, self._caller, self._clock = base_url, caller, clock

    def show(self, path: str, root: str, kind: type[Row], query: Query = ()) -> Row:
        """One object. `RejectedError` of kind `not_found` when there is none."""
        return self._one(self._read("GET", path, query), root, kind)

    def page(self, plural: str, query: Query, number: int = 1, path: str = "") -> Rows:
        """Checked to be the page that was asked for, and a whole one; else a `TransientError`."""
        asked = (*query, ("limit", str(LIMIT)), ("page", str(number)))
        reply = self._call("GET", path or f"/{plural}", asked, b"", "")
        body = self._object(reply, is_write=False)
        if plural not in body:
            raise UnexpectedResponseError(f"TradeGecko's list holds no {plural}", excerpt(reply))
        beside = {name: _items(value) for name, value in body.items() if name != plural}
        rows = tuple(convert(body[plural], list[msgspec.Raw]))
        total = _checked_total(reply, rows, number)
        return Rows(rows=rows, beside=beside, total=total)

    def all(self, plural: str, query: Query, kind: type[Row], most_pages: int = 40) -> list[Row]:
        """Every row of a list. `TransientError` when it changed while it was read."""
        found: dict[bytes, Row] = {}
        count = 0
        for number in range(1, most_pages + 1):
            page = self.page(plural, query, number)
            count += len(page.rows)
            found |= {bytes(row): convert(row, kind) for row in page.rows}
            if not has_more(page, number):
                if page.total is not None and len(found) != page.total:
                    raise TransientError(f"TradeGecko's list of {plural} changed while it was read")
                return list(found.values())
        raise UnexpectedResponseError(f"TradeGecko found more than {count} {plural}: the filter was not heeded")

    def post(self, path: str, root: str, value: object, key: str) -> dict[str, msgspec.Raw]:
        return self._read("POST", path, (), msgspec.json.encode({root: value}), key)

    def put(self, path: str, root: str, value: object, key: str) -> None:
        self._call("PUT", path, (), msgspec.json.encode({root: value}), key)

    def delete(self, path: str) -> None:
        self._call("DELETE", path, (), b"", "")

    def _one(self, body: dict[str, msgspec.Raw], root: str, kind: type[Row]) -> Row:
        if root not in body:
            raise UnexpectedResponseError(f"TradeGecko's reply holds no {root}")
        return convert(body[root], kind)

    def _read(self, method: str, path: str, query: Query, body: bytes = b"", key: str = "") -> dict[str, msgspec.Raw]:
        return self._object(self._call(method, path, query, body, key), is_write=method != "GET")

    def _call(self, method: str, path: str, query: Query, body: bytes, key: str) -> Reply:
        headers = [("Accept", "application/json")]
        if body:
            headers.append(("Content-Type", "application/json"))
        if key:
            headers.append(("Idempotency-Key", key))
        url = f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        seconds = 30.0 if method == "GET" else WRITE_SECONDS
        reply = self._caller.call(Request(method, url, tuple(headers), body), seconds)
        wait = self._observe(reply)
        if 200 <= reply.status < 300:
            return reply
        raise failure(reply, method != "GET", wait)

    def _object(self, reply: Reply, is_write: bool) -> dict[str, msgspec.Raw]:
        """An empty body is an empty object after a write. A gateway's page says nothing, so it waits."""
        if is_write and not reply.body.strip():
            return {}
        try:
            return msgspec.json.decode(reply.body, type=dict[str, msgspec.Raw])
        except msgspec.ValidationError as error:
            raise UnexpectedResponseError("TradeGecko's reply is no object", excerpt(reply)) from error
        except msgspec.DecodeError as error:
            raise TransientError("the reply is not TradeGecko's: it can't be read as JSON") from error

    def _observe(self, reply: Reply) -> float:
        """Tells the budget what the vendor counts. Seconds until there are calls again."""
        now = _date(reply) or self._clock.now()
        reset = _integer(reply.header("x-rate-limit-reset"))
        slot_end = (now.timestamp() // SLOT_SECONDS + 1) * SLOT_SECONDS
        wait = (reset if reset is not None else slot_end) - now.timestamp()
        wait = min(max(wait, 1.0), float(SLOT_SECONDS))
        if reply.status == 429:
            self._caller.budget.close(wait)
            return wait
        remaining = _integer(reply.header("x-rate-limit-remaining"))
        if remaining is not None and reset is not None:
            self._caller.budget.observe(max(remaining, 0), datetime.fromtimestamp(reset, UTC))
        return wait


def convert(raw: msgspec.Raw, kind: type[Row]) -> Row:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        text = bytes(raw)[:500].decode("utf-8", "replace")
        raise UnexpectedResponseError(f"TradeGecko's reply can't be read: {error}", text) from error


def checked(value: Number, what: str) -> Decimal | None:
    try:
        return decimal(value)
    except ValueError as error:
        raise UnexpectedResponseError(f"{what} is {value!r}, which is no number") from error


def has_more(page: Rows, number: int) -> bool:
    if page.total is None:
        return len(page.rows) >= LIMIT
    return number * LIMIT < page.total


def listed(name: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """A filter that takes several values."""
    return [(f"{name}[]", value) for value in values]


def portions(name: str, values: Iterable[str]) -> list[list[tuple[str, str]]]:
    """The same, cut so that no address grows too long."""
    result: list[list[tuple[str, str]]] = []
    size = QUERY_BYTES
    for pair in listed(name, values):
        length = len(urlencode([pair])) + 1
        if size + length > QUERY_BYTES:
            result.append([])
            size = 0
        result[-1].append(pair)
        size += length
    return result


def _items(raw: msgspec.Raw) -> tuple[msgspec.Raw, ...]:
    """The rows that came along; nothing of what is no array (`meta`)."""
    try:
        return tuple(msgspec.json.decode(raw, type=list[msgspec.Raw]))
    except msgspec.DecodeError:
        return ()


def _checked_total(reply: Reply, rows: tuple[msgspec.Raw, ...], number: int) -> int | None:
    header = reply.header("x-pagination")
    if header is None:
        return None
    try:
        said = msgspec.json.decode(header, type=Pagination)
    except msgspec.DecodeError:
        return None
    offset = (number - 1) * LIMIT
    if said.offset != offset:
        raise TransientError("TradeGecko sent another page than the one that was asked for")
    if len(rows) < min(LIMIT, said.total_records - offset):
        raise TransientError("TradeGecko sent fewer rows than it says there are")
    return said.total_records


def _date(reply: Reply) -> datetime | None:
    value = reply.header("date")
    try:
        return parsedate_to_datetime(value).astimezone(UTC) if value else None
    except ValueError:
        return None


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().lstrip("-").isdecimal() else None
