"""The seller's whole account at the simulated eBay: what every route works on."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import urlsplit

from tranter.connectors.ebay.simulator.catalogue import Catalogue
from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.history import History, SentError, StockChange
from tranter.connectors.ebay.simulator.options import Options
from tranter.connectors.ebay.simulator.orders import OrderBook
from tranter.connectors.ebay.simulator.world import World
from tranter.testing.simulator import SimClock, SimRequest


@dataclass
class Shop:
    clock: SimClock
    options: Options
    base_url: str
    random: Random
    catalogue: Catalogue
    world: World
    user_id: str
    rendered: dict[tuple[str, str, bool, bool], tuple[int, str]] = field(default_factory=dict)

    @property
    def history(self) -> History:
        return self.world.history

    @property
    def book(self) -> OrderBook:
        return self.world.book

    @property
    def now(self) -> datetime:
        return self.world.now

    def origin(self, request: SimRequest) -> str:
        base = urlsplit(self.base_url)
        return f"{base.scheme}://{request.host or base.netloc}"

    def revise(self, listing_id: str, sku: str, before: int, by: str) -> None:
        """Writes an accepted quantity revision down; the listing has been changed already."""
        listing = self.catalogue.listings[listing_id]
        variation = listing.variation(sku)
        after = self.catalogue.shown(listing, variation) if variation else 0
        self.history.stock_changes.append(StockChange(self.now, listing_id, sku, before, after, by))
        self.history.add(self.now, "stock_revised", listing_id=listing_id, sku=sku, quantity=after, by=by)

    def note_error(self, operation: str, error: RefusedError) -> None:
        self.history.sent_errors[SentError(operation, error.status, error.error_id)] += 1


def whole_number(request: SimRequest, name: str, default: int, error_id: int) -> int:
    text = request.param(name)
    if text is None or text == "":
        return default
    if not text.isdecimal():
        raise RefusedError(error_id, name=name, value=text)
    return int(text)


def body_of(request: SimRequest, error_id: int) -> dict[str, object]:
    try:
        value = request.json()
    except ValueError:
        raise RefusedError(error_id) from None
    if not isinstance(value, dict):
        raise RefusedError(error_id)
    return value


def mapping(value: object) -> dict[str, Any]:
    """A part of a body; nothing when it is not the object that it should be."""
    return value if isinstance(value, dict) else {}
