"""eBay's two sorts of listings → our listings. Pure."""

from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tranter.connectors.ebay import wire
from tranter.connectors.ebay.mapping import Reading
from tranter.connectors.ebay.marketplaces import MARKETPLACES, by_host, by_site_name, canonical
from tranter.connectors.ebay.words import BlankSku, Family
from tranter.model import Listing, Unreadable

# https://developer.ebay.com/api-docs/sell/inventory/types/slr:ListingStatusEnum
LIVE = frozenset({"ACTIVE", "OUT_OF_STOCK", ""})
REMEDY = "look at the listing in Seller Hub; if it is in order there, report this to us"


def listings(payload: bytes, reading: Reading, home: str) -> tuple[Listing, ...]:
    """`home` is the marketplace of listings that don't say theirs. Raises `Unreadable`."""
    if payload.lstrip().startswith(b"<"):
        return _of_trading(payload, reading, home)
    return _of_inventory(payload)


def _of_inventory(payload: bytes) -> tuple[Listing, ...]:
    """One for each published offer. A page shows the lesser of the item's and the offer's quantity."""
    try:
        found = msgspec.json.decode(payload, type=wire.ItemOffers, strict=False)
    except ValueError as error:
        raise Unreadable(f"eBay's record of the inventory item can't be read: {error}", REMEDY) from error
    in_stock = found.item.availability.ship_to_location_availability.quantity
    return tuple(
        Listing(
            listing_id=offer.listing.listing_id,
            sku=found.item.sku,
            marketplace=canonical(offer.marketplace_id),
            title=found.item.product.title,
            family=Family.INVENTORY.value,
            offer_id=offer.offer_id,
            quantity=_lesser(in_stock, offer.available_quantity),
            active=offer.listing.listing_status in LIVE,
        )
        for offer in found.offers
        if offer.status == "PUBLISHED" and offer.listing.listing_id
    )


def _lesser(first: int | None, second: int | None) -> int | None:
    known = [quantity for quantity in (first, second) if quantity is not None]
    return min(known, default=None)


def _of_trading(payload: bytes, reading: Reading, home: str) -> tuple[Listing, ...]:
    try:
        item: Element = fromstring(payload)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable("eBay's record of the listing is not XML", REMEDY) from error
    if not _text(item, "ItemID"):
        raise Unreadable("eBay's record of the listing has no item id", REMEDY)
    variations = item.findall("Variations/Variation")
    if variations:
        return tuple(_variation(item, node, home) for node in variations)
    return (_single(item, reading, home),)


def _single(item: Element, reading: Reading, home: str) -> Listing:
    listing_id = _text(item, "ItemID")
    return Listing(
        listing_id=listing_id,
        sku=_text(item, "SKU") or _instead(listing_id, reading),
        marketplace=_marketplace(item, home),
        title=_text(item, "Title"),
        family=Family.TRADING.value,
        quantity=_available(item),
    )


def _variation(item: Element, node: Element, home: str) -> Listing:
    """`variation` is set, which tells `push_stock` to name the code beside the item id.

    The Trading API gives no variation id: without a code a variation can't be recognized in an order.
    """
    aspects = "; ".join(
        f"{_text(pair, 'Name')}={_text(pair, 'Value')}" for pair in node.findall("VariationSpecifics/NameValueList")
    )
    sku = _text(node, "SKU")
    return Listing(
        listing_id=_text(item, "ItemID"),
        sku=sku,
        variation=sku or aspects or "?",
        marketplace=_marketplace(item, home),
        title=f"{_text(item, 'Title')} ({aspects})" if aspects else _text(item, "Title"),
        family=Family.TRADING.value,
        quantity=_available(node),
    )


def _instead(listing_id: str, reading: Reading) -> str:
    """As for the lines of orders."""
    match reading.blank_sku:
        case BlankSku.HOLD:
            return ""
        case BlankSku.ITEM_ID:
            return listing_id
        case BlankSku.FIXED:
            return reading.fixed_sku


def _available(node: Element) -> int | None:
    """`Quantity` counts what was ever offered: what is left is less what was sold."""
    if (left := _number(node, "QuantityAvailable")) is not None:
        return max(left, 0)
    offered = _number(node, "Quantity")
    return None if offered is None else max(offered - (_number(node, "SellingStatus/QuantitySold") or 0), 0)


def _marketplace(item: Element, home: str) -> str:
    """By site name, else by the address of its page, else by its currency when only one site has that."""
    if found := by_site_name(_text(item, "Site")):
        return found
    if found := by_host(urlsplit(_text(item, "ListingDetails/ViewItemURL")).hostname or ""):
        return found
    currency = _text(item, "Currency")
    same = [name for name, marketplace in MARKETPLACES.items() if marketplace.currency == currency]
    return same[0] if len(same) == 1 and home not in same else home


def _text(node: Element, path: str) -> str:
    return (node.findtext(path) or "").strip()


def _number(node: Element, path: str) -> int | None:
    text = _text(node, path)
    return int(text) if text.lstrip("-").isdigit() else None
