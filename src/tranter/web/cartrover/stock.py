"""What there is of each SKU, and what it is called."""

from datetime import UTC

from tranter.engine import api_inventory
from tranter.ledger import api_stock
from tranter.ledger.api_stock import Place, Stocked
from tranter.web.cartrover.asking import LAST_PAGE, MOST_SKUS, USUAL, number
from tranter.web.cartrover.caller import Caller
from tranter.web.cartrover.dates import told
from tranter.web.cartrover.envelope import Answer, Refusal
from tranter.web.cartrover.plain import sought

Fields = dict[str, object]
ANYWHERE = "SKU"


def inventory(caller: Caller) -> Answer:
    limit, page = number(caller.query, "limit", USUAL, MOST_SKUS), number(caller.query, "page", 1, LAST_PAGE)
    found, count = api_inventory.stocked(caller.hub, caller.book, limit, page)
    rows: list[Fields] = [
        {
            "sku": one.sku,
            "qty_available": one.available,
            "qty_on_hand": one.on_hand,
            "wms_datetime": told(one.read_at),
            "aliases": _named(one.aliases) or [],
            "warehouses": _warehouses(one),
        }
        for one in found
    ]
    return Answer(response=rows, total=count)


def inventory_of(caller: Caller, sku: str) -> Answer:
    found = sought(lambda name: api_inventory.stock_of(caller.hub, caller.book, name), sku)
    if found is None:
        raise Refusal(f"Product not found: {sku[:200]}")
    return Answer(
        response={
            "sku": found.sku,
            "qty_available": str(found.available),
            "qty_on_hand": str(found.on_hand),
            "wms_datetime": told(found.read_at),
            "warehouses": _warehouses(found),
        }
    )


def product(caller: Caller, sku: str) -> Answer:
    found = sought(lambda name: api_stock.product(caller.book, name), sku)
    if found is None:
        raise Refusal(f"Product not found: {sku[:200]}")
    remote = found.remote_id
    return Answer(
        response={
            "sku": found.sku,
            "name": found.name or None,
            "description": found.name or None,
            "retail_price": None,
            "wholesale_price": None,
            "weight_lbs": None,
            "wms_product_main_id": remote or None,
            "last_updated_datetime": f"{found.read_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if found.read_at else None,
            "aliases": [{"code_type": kind or ANYWHERE, "code": code} for kind, code in found.aliases],
        }
    )


def _named(aliases: tuple[tuple[str, str], ...]) -> Fields:
    """One code for each type: the second of a type is told as another."""
    found: Fields = {}
    for kind, code in aliases:
        name, count = kind or ANYWHERE, 2
        while name in found:
            name, count = f"{kind or ANYWHERE} {count}", count + 1
        found[name] = code
    return found


def _warehouses(one: Stocked) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for place in one.places:
        key = place.key
        while key in found:
            key += "0"
        found[key] = _warehouse(place)
    return found


def _warehouse(place: Place) -> Fields:
    available = place.available or 0
    return {
        "warehouse": place.name,
        "qty_available": available,
        "qty_on_hand": available + place.held,
        "wms_datetime": told(place.read_at),
    }
