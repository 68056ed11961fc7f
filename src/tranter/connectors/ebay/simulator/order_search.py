"""The filter grammar of `getOrders`, with each of its refusals."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.orders import Order, Progress
from tranter.connectors.ebay.simulator.times import parse

NAMES = ("creationdate", "lastmodifieddate", "orderfulfillmentstatus")
STATUSES = {
    frozenset({"NOT_STARTED", "IN_PROGRESS"}): frozenset({Progress.NOT_STARTED, Progress.IN_PROGRESS}),
    frozenset({"FULFILLED", "IN_PROGRESS"}): frozenset({Progress.FULFILLED, Progress.IN_PROGRESS}),
}
RANGE = re.compile(r"^\[(?P<start>[^\]]*?)\.\.(?P<end>[^\]]*?)\]$")
OLDEST = timedelta(days=730)
DEFAULT_SPAN = timedelta(days=90)


@dataclass(frozen=True)
class Window:
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at <= self.end


@dataclass(frozen=True)
class Search:
    """If both dates are asked for, eBay uses the creation date and says nothing about the other."""

    created: Window | None
    modified: Window | None
    progress: frozenset[Progress] | None

    def finds(self, order: Order, indexed_at: datetime) -> bool:
        if self.progress is not None and order.progress not in self.progress:
            return False
        if self.created is not None:
            return self.created.holds(order.created_at)
        return self.modified is None or self.modified.holds(indexed_at)


def search(text: str, now: datetime, bare_status: bool) -> Search:
    values = _split(text)
    created = _window("creationdate", values, now)
    modified = _window("lastmodifieddate", values, now)
    if created is None and modified is None:
        created = Window(now - DEFAULT_SPAN, now)
    return Search(created, None if created else modified, _progress(values, bare_status))


def _split(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in filter(None, re.split(r",(?=[a-zA-Z]+:)", text)):
        name, colon, value = part.partition(":")
        if not colon or name not in NAMES:
            raise RefusedError(30700, name="filter", value=name)
        values[name] = value
    return values


def _window(name: str, values: dict[str, str], now: datetime) -> Window | None:
    if name not in values:
        return None
    match = RANGE.match(values[name])
    if match is None:
        raise RefusedError(30800, name=name, value=values[name])
    if not match["start"]:
        raise RefusedError(30820)
    try:
        start = parse(match["start"])
        end = parse(match["end"]) if match["end"] else now
    except ValueError:
        raise RefusedError(30810) from None
    if start > now or end > now:
        raise RefusedError(30850)
    if start > end:
        raise RefusedError(30840)
    if now - start > OLDEST:
        raise RefusedError(30830)
    return Window(start, end)


def _progress(values: dict[str, str], bare_status: bool) -> frozenset[Progress] | None:
    name = "orderfulfillmentstatus"
    if name not in values:
        return None
    text = values[name]
    words = frozenset(text.strip("{}").split("|"))
    if text.startswith("{") and text.endswith("}") and words in STATUSES:
        return STATUSES[words]
    if bare_status and words <= {each.value for each in Progress}:
        return frozenset(Progress(word) for word in words)
    raise RefusedError(30800, name=name, value=text.strip("{}"))
