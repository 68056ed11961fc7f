"""Lists, page by page: all of one, or what was loaded since the last time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from tranter.connectors.cartrover.client import LIMIT, Client, segment
from tranter.connectors.cartrover.rows import OrderRow, StockRow
from tranter.sdk.ports import Clock
from tranter.sdk.verbs import Page, Raw

OVERLAP = timedelta(hours=2)
"""A row that leaves a list while it is read lets another one slip over a page's edge: it is read again."""

Wrap = Callable[[OrderRow, msgspec.Raw], Sequence[Raw]]


class Place(Struct):
    """`began`: when this walk began; `since`: what it asks for; `at`: which list, and which page of it."""

    began: datetime
    since: datetime
    at: int = 0
    page: int = 1


def walk_stock(client: Client, cursor: str) -> Page:
    page = int(cursor or 1)
    rows = client.get("merchant/inventory", list[msgspec.Raw], (("limit", str(LIMIT)), ("page", str(page))))
    records = tuple(Raw(key=msgspec.json.decode(row, type=StockRow).sku, payload=bytes(row)) for row in rows)
    more = len(rows) == LIMIT
    return Page(records=records, cursor=str(page + 1) if more else "", more=more)


class Orders:
    """Walks lists of orders by their status."""

    def __init__(self, client: Client, clock: Clock, lists: Sequence[str], wrap: Wrap) -> None:
        self._client, self._clock, self._lists, self._wrap = client, clock, lists, wrap

    def pull(self, cursor: str, since: datetime) -> Page:
        place = msgspec.json.decode(cursor, type=Place) if cursor else Place(self._clock.now(), since)
        if place.at >= len(self._lists):
            place = Place(self._clock.now(), max(place.began - OVERLAP, since))
        query = (("from_date", place.since.isoformat()), ("limit", str(LIMIT)), ("page", str(place.page)))
        rows = self._client.get(f"cart/orders/list/{segment(self._lists[place.at])}", list[msgspec.Raw], query)
        ahead = Place(place.began, place.since, place.at, place.page + 1)
        if len(rows) < LIMIT:
            ahead = Place(place.began, place.since, place.at + 1)
        records = [record for row in rows for record in self._wrap(msgspec.json.decode(row, type=OrderRow), row)]
        cursor = msgspec.json.encode(ahead).decode()
        return Page(records=tuple(records), cursor=cursor, more=ahead.at < len(self._lists))
