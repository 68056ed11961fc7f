"""How many there are, how many are spoken for, and where."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator.store import Row, Store
from tranter.connectors.tradegecko.simulator.wire import decimal_text, number_text

ZERO = Decimal(0)
Place = tuple[int, int]
"""A variant at a location."""


class StockBook:
    def __init__(self, store: Store, changed: Callable[[int], None]) -> None:
        self._store, self._changed = store, changed
        self.on_hand: dict[Place, Decimal] = defaultdict(Decimal)
        self.committed: dict[Place, Decimal] = defaultdict(Decimal)
        self.incoming: dict[Place, Decimal] = defaultdict(Decimal)
        self._reserved: dict[int, dict[Place, Decimal]] = {}
        self.bundles: dict[int, Mapping[int, Decimal]] = {}

    def move(self, variant_id: int, location_id: int, delta: Decimal) -> None:
        for part, each in self._parts(variant_id).items():
            if self._is_tracked(part) and delta:
                self.on_hand[part, location_id] += delta * each
                self._changed(part)

    def expect(self, variant_id: int, location_id: int, delta: Decimal) -> None:
        self.incoming[variant_id, location_id] += delta
        self._changed(variant_id)

    def reserve(self, order_id: int, location_id: int, quantities: Mapping[int, Decimal]) -> None:
        """What the order still needs from now on; it replaces what it reserved before."""
        wanted: dict[Place, Decimal] = defaultdict(Decimal)
        for variant_id, quantity in quantities.items():
            for part, each in self._parts(variant_id).items():
                if self._is_tracked(part):
                    wanted[part, location_id] += quantity * each
        before = self._reserved.pop(order_id, {})
        if wanted:
            self._reserved[order_id] = wanted
        for place in dict.fromkeys([*before, *wanted]):
            delta = wanted.get(place, ZERO) - before.get(place, ZERO)
            if delta:
                self.committed[place] += delta
                self._changed(place[0])

    def at_hand(self, variant_id: int, location_id: int | None = None) -> Decimal:
        return self._over(variant_id, location_id, self._on_shelf)

    def available(self, variant_id: int, location_id: int | None = None) -> Decimal:
        return self._over(variant_id, location_id, self._free)

    def _on_shelf(self, place: Place) -> Decimal:
        return self.on_hand.get(place, ZERO)

    def _free(self, place: Place) -> Decimal:
        return self.on_hand.get(place, ZERO) - self.committed.get(place, ZERO)

    def _over(self, variant_id: int, location_id: int | None, count: Callable[[Place], Decimal]) -> Decimal:
        """A bundle counts as often as its parts allow at one place."""
        places = [location_id] if location_id else self.locations()
        parts = self.bundles.get(variant_id)
        if parts is None:
            return sum((count((variant_id, place)) for place in places), ZERO)
        return sum((min(count((part, place)) // each for part, each in parts.items()) for place in places), ZERO)

    def totals(self, variant_id: int) -> Row:
        on_hand, available = self.at_hand(variant_id), self.available(variant_id)
        incoming = sum((self.incoming.get((variant_id, place), ZERO) for place in self.locations()), ZERO)
        return {
            "stock_on_hand": on_hand,
            "committed_stock": on_hand - available,
            "available_stock": available,
            "incoming_stock": incoming,
        }

    def locations(self) -> list[int]:
        places = self._store.table("locations").rows.values()
        return [place["id"] for place in places if place.get("holds_stock") and place["status"] == "active"]

    def _parts(self, variant_id: int) -> Mapping[int, Decimal]:
        return self.bundles.get(variant_id) or {variant_id: Decimal(1)}

    def _is_tracked(self, variant_id: int) -> bool:
        variant = self._store.find("variants", variant_id)
        return variant is not None and variant.get("manage_stock") is not False


def variant_places(book: StockBook, variant: Row) -> list[dict[str, Any]]:
    """The `locations` of a variant: nothing committed is null here."""
    return [_variant_place(book, variant["id"], place) for place in book.locations()]


def _variant_place(book: StockBook, variant_id: int, location_id: int) -> dict[str, Any]:
    on_hand = book.at_hand(variant_id, location_id)
    available = book.available(variant_id, location_id)
    committed = on_hand - available
    incoming = book.incoming.get((variant_id, location_id), ZERO)
    return {
        "location_id": location_id,
        "stock_on_hand": number_text(on_hand),
        "committed": number_text(committed) if committed else None,
        "incoming": number_text(incoming) if incoming else None,
        "bin_location": None,
        "reorder_point": None,
        "production_committed": "0",
        "production_incoming": "0",
        "available": number_text(available),
    }


def light_places(book: StockBook, variant_id: int) -> list[dict[str, Any]]:
    """The `locations` of a stock level: nothing committed is the number 0 here."""
    rows: list[dict[str, Any]] = []
    for location_id in book.locations():
        on_hand = book.at_hand(variant_id, location_id)
        committed = on_hand - book.available(variant_id, location_id)
        incoming = book.incoming.get((variant_id, location_id), ZERO)
        rows.append(
            {
                "location_id": location_id,
                "committed": number_text(committed) if committed else 0,
                "incoming": number_text(incoming) if incoming else 0,
                "stock_on_hand": number_text(on_hand),
            }
        )
    return rows


def price_columns(variant: Row) -> Row:
    names = {"retail": "retail_price", "wholesale": "wholesale_price", "buy": "buy_price"}
    prices = {key: variant.get(column) for key, column in names.items()}
    texts = {key: decimal_text(price) if price is not None else None for key, price in prices.items()}
    return {
        "prices": texts,
        "variant_prices": [{"price_list_id": key, "value": text} for key, text in texts.items()],
    }


def level_columns(book: StockBook, variant_id: int) -> Row:
    places = book.locations()
    committed = {place: book.committed.get((variant_id, place), ZERO) for place in places}
    return {
        "stock_levels": {str(place): decimal_text(book.at_hand(variant_id, place)) for place in places},
        "committed_stock_levels": {
            str(place): decimal_text(quantity) for place, quantity in committed.items() if quantity
        },
    }
