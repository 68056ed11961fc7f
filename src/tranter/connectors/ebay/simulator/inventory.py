"""The Inventory API: items, offers, locations, and quantities in bulk."""

from typing import Any

from tranter.connectors.ebay.simulator.catalogue import (
    Family,
    InventoryItem,
    Listing,
    ListingStatus,
    Variation,
)
from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.money import amount
from tranter.connectors.ebay.simulator.options import InventoryOffset
from tranter.connectors.ebay.simulator.shop import Shop, body_of, mapping, whole_number
from tranter.connectors.ebay.simulator.sites import SITES
from tranter.testing.simulator import SimReply, SimRequest, json_reply

Json = dict[str, Any]
PATH = "/sell/inventory/v1"
DEFAULT_LIMIT, MAX_LIMIT, MAX_BULK = 25, 200, 25
LOCATION_KEY = "main-warehouse"
Sold = tuple[Listing, Variation]
Planned = tuple[str, Sold | None, int | None]
"""(offer id, what it sells, new quantity)"""


def get_inventory_items(shop: Shop, request: SimRequest) -> SimReply:
    """The offset is a page number in eBay's documents; the option says which reading is true today."""
    limit = whole_number(request, "limit", DEFAULT_LIMIT, 25706)
    offset = whole_number(request, "offset", 0, 25706)
    if not 1 <= limit <= MAX_LIMIT:
        raise RefusedError(25706, name="limit", value=str(limit))
    step = 1 if shop.options.inventory_offset is InventoryOffset.PAGE else limit
    start = offset * limit if step == 1 else offset
    items = list(shop.catalogue.items.values())
    page = items[start : start + limit]
    body: Json = {
        "href": _page("inventory_item", offset, limit),
        "total": len(items),
        "size": len(page),
        "limit": limit,
        "inventoryItems": [_item(shop, each) for each in page],
    }
    if start + limit < len(items):
        body["next"] = _page("inventory_item", offset + step, limit)
    if offset:
        body["prev"] = _page("inventory_item", max(0, offset - step), limit)
    return json_reply(200, body)


def get_inventory_item(shop: Shop, request: SimRequest, sku: str) -> SimReply:
    item = shop.catalogue.items.get(sku)
    if item is None:
        raise RefusedError(25710, status=404)
    return json_reply(200, _item(shop, item))


def bulk_get_inventory_item(shop: Shop, request: SimRequest) -> SimReply:
    rows = _rows(body_of(request, 25709))
    if len(rows) > MAX_BULK:
        raise RefusedError(25727, name="requests", value=str(MAX_BULK))
    skus = [str(row.get("sku") or "") for row in rows]
    if len(set(skus)) != len(skus):
        raise RefusedError(25734)
    answers = [_item_row(shop, sku) for sku in skus]
    return json_reply(_bulk_status(shop, answers), {"responses": answers})


def _item_row(shop: Shop, sku: str) -> Json:
    if item := shop.catalogue.items.get(sku):
        return {"statusCode": 200, "sku": sku, "inventoryItem": _item(shop, item)}
    return _failed_row(shop, "bulkGetInventoryItem", sku, RefusedError(25702, name="SKU", value=sku))


def get_offers(shop: Shop, request: SimRequest) -> SimReply:
    sku = request.param("sku")
    if not sku:
        raise RefusedError(25709, name="sku", value="A SKU is required.")
    site = request.param("marketplace_id")
    limit = whole_number(request, "limit", DEFAULT_LIMIT, 25706)
    found = [
        (listing, variation)
        for listing, variation in shop.catalogue.with_sku(sku)
        if listing.family is Family.INVENTORY and site in (None, "", listing.marketplace)
    ]
    body = {
        "href": f"{PATH}/offer?sku={sku}&offset=0&limit={limit}",
        "total": len(found),
        "size": len(found),
        "limit": limit,
        "offers": [_offer(shop, *pair) for pair in found],
    }
    return json_reply(200, body)


def get_offer(shop: Shop, request: SimRequest, offer_id: str) -> SimReply:
    found = shop.catalogue.offer(offer_id)
    if found is None:
        raise RefusedError(25713, name="offerId", value=offer_id)
    return json_reply(200, _offer(shop, *found))


def bulk_update_price_quantity(shop: Shop, request: SimRequest) -> SimReply:
    """A row for each offer, and one for each SKU that came without offers; each with a status of its own."""
    rows = _rows(body_of(request, 25709))
    if not 1 <= len(rows) <= MAX_BULK:
        raise RefusedError(25709, name="requests", value=f"Between 1 and {MAX_BULK} are allowed.")
    answers = [answer for row in rows for answer in _update(shop, row)]
    return json_reply(_bulk_status(shop, answers), {"responses": answers})


def _update(shop: Shop, row: Json) -> list[Json]:
    sku = str(row.get("sku") or "")
    operation = "bulkUpdatePriceQuantity"
    item = shop.catalogue.items.get(sku)
    if item is None:
        return [_failed_row(shop, operation, sku, RefusedError(25702, name="SKU", value=sku))]
    availability = mapping(row.get("shipToLocationAvailability"))
    try:
        stated = _quantity(availability.get("quantity"))
        offers = [_planned_offer(shop, sku, raw) for raw in _rows(row, "offers")]
        touched = _touched(shop, sku, stated, offers)
        _count_revisions(shop, touched)
    except RefusedError as error:
        return [_failed_row(shop, operation, sku, error)]
    before = {listing.listing_id: shop.catalogue.shown(listing, variation) for listing, variation in touched}
    if stated is not None:
        item.quantity = stated
    answers = [_apply(shop, sku, offer) for offer in offers] or [{"statusCode": 200, "sku": sku}]
    for listing, _ in touched:
        shop.catalogue.settle(listing)
        shop.revise(listing.listing_id, sku, before[listing.listing_id], "inventory")
    return answers


def _touched(shop: Shop, sku: str, stated: int | None, offers: list[Planned]) -> list[Sold]:
    """The item's own quantity concerns every live listing of the SKU, an offer's only its own."""
    if stated is None:
        return [found for _, found, quantity in offers if found and quantity is not None]
    return [
        (listing, variation)
        for listing, variation in shop.catalogue.with_sku(sku)
        if listing.family is Family.INVENTORY and listing.status is not ListingStatus.ENDED
    ]


def _planned_offer(shop: Shop, sku: str, raw: Json) -> Planned:
    offer_id = str(raw.get("offerId") or "")
    found = shop.catalogue.offer(offer_id)
    if found and (found[1].sku != sku or found[0].status is ListingStatus.ENDED):
        found = None
    return offer_id, found, _quantity(raw.get("availableQuantity"))


def _apply(shop: Shop, sku: str, planned: Planned) -> Json:
    offer_id, found, quantity = planned
    if found is None:
        error = RefusedError(25713, name="offerId", value=offer_id)
        return {**_failed_row(shop, "bulkUpdatePriceQuantity", sku, error), "offerId": offer_id}
    if quantity is not None:
        found[1].quantity = quantity
    return {"statusCode": 200, "sku": sku, "offerId": offer_id}


def _count_revisions(shop: Shop, touched: list[Sold]) -> None:
    """250 revisions per listing and calendar day; eBay's words for the refusal are unknown."""
    today = shop.now.date()
    if any(listing.revisions[today] >= shop.options.revisions_per_listing for listing, _ in touched):
        raise RefusedError(25002, name="additionalInfo", value="The listing was revised too often today.")
    for listing, _ in touched:
        listing.revisions[today] += 1


def _quantity(raw: object) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise RefusedError(25709, name="quantity", value=str(raw))
    return raw


def _rows(body: dict[str, object], name: str = "requests") -> list[Json]:
    rows = body.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefusedError(25709, name=name, value="A list is required.")
    return rows


def _bulk_status(shop: Shop, answers: list[Json]) -> int:
    """Rows of different fates: eBay has been seen answering 200, and documents 207."""
    mixed = any(answer["statusCode"] != 200 for answer in answers)
    return shop.options.bulk_mixed_status if mixed else 200


def _failed_row(shop: Shop, operation: str, sku: str, error: RefusedError) -> Json:
    shop.note_error(operation, error)
    return {"statusCode": error.status, "sku": sku, "errors": [error.as_json()]}


def _page(what: str, offset: int, limit: int) -> str:
    """Relative, unlike the addresses of the Fulfillment API (seen in production)."""
    return f"{PATH}/{what}?offset={offset}&limit={limit}"


def _item(shop: Shop, item: InventoryItem) -> Json:
    body: Json = {
        "sku": item.sku,
        "locale": SITES[shop.options.marketplaces[0]].locale,
        "product": {
            "title": item.title,
            "description": f"<p>{item.title}</p>",
            "aspects": {"Brand": ["Tern & Tide"]},
            "brand": "Tern & Tide",
            "mpn": item.sku,
            "imageUrls": [f"https://img.example/{abs(hash_of(item.sku))}.jpg"],
        },
        "condition": "NEW",
        "availability": {
            "shipToLocationAvailability": {
                "quantity": item.quantity,
                "allocationByFormat": {"auction": 0, "fixedPrice": item.quantity},
            }
        },
    }
    if item.group:
        body["inventoryItemGroupKeys"] = [item.group]
        body["groupIds"] = [item.group]
    return body


def hash_of(text: str) -> int:
    """The same in every process, unlike `hash`."""
    return int.from_bytes(text.encode()[:6].ljust(6, b"-"), "big")


def _offer(shop: Shop, listing: Listing, variation: Variation) -> Json:
    live = listing.status is not ListingStatus.ENDED
    body: Json = {
        "offerId": variation.offer_id,
        "sku": variation.sku,
        "marketplaceId": listing.marketplace.replace("EBAY_MOTORS_US", "EBAY_MOTORS"),
        "format": "FIXED_PRICE",
        "availableQuantity": variation.quantity,
        "pricingSummary": {"price": amount(variation.price, listing.currency)},
        "listingPolicies": {
            "paymentPolicyId": "6000001",
            "returnPolicyId": "6000002",
            "fulfillmentPolicyId": "6000003",
        },
        "categoryId": "11450",
        "merchantLocationKey": LOCATION_KEY,
        "tax": {"applyTax": False},
        "listingDescription": f"<p>{listing.title}</p>",
        "listingDuration": "GTC",
        "includeCatalogProductDetails": True,
        "hideBuyerDetails": False,
        "status": "PUBLISHED" if live else "UNPUBLISHED",
    }
    if live:
        body["listing"] = {
            "listingId": listing.listing_id,
            "listingStatus": listing.status.value,
            "soldQuantity": variation.sold,
        }
    return body


def get_inventory_locations(shop: Shop, request: SimRequest) -> SimReply:
    limit = whole_number(request, "limit", 100, 25804)
    offset = whole_number(request, "offset", 0, 25804)
    body = {
        "href": f"{shop.origin(request)}{PATH}/location?limit={limit}&offset={offset}",
        "limit": limit,
        "offset": offset,
        "total": 1,
        "locations": [_location()] if offset == 0 else [],
    }
    return json_reply(200, body)


def get_inventory_location(shop: Shop, request: SimRequest, key: str) -> SimReply:
    if key != LOCATION_KEY:
        raise RefusedError(25805, status=404, name="merchantLocationKey", value=key)
    return json_reply(200, _location())


def _location() -> Json:
    address = {"city": "Reno", "stateOrProvince": "NV", "postalCode": "89502", "country": "US"}
    return {
        "location": {"address": {"addressLine1": "7 Depot Street", **address}, "locationId": "9001"},
        "name": "Main warehouse",
        "phone": "7755550100",
        "locationTypes": ["WAREHOUSE"],
        "merchantLocationKey": LOCATION_KEY,
        "merchantLocationStatus": "ENABLED",
    }
