"""Trading calls about listings and the account: what is for sale, and new quantities for it."""

from datetime import datetime, timedelta
from math import ceil
from xml.etree.ElementTree import Element

from tranter.connectors.ebay.simulator.catalogue import (
    Family,
    Listing,
    ListingStatus,
    TrackingMethod,
    Variation,
)
from tranter.connectors.ebay.simulator.money import amount, written
from tranter.connectors.ebay.simulator.sites import SITES
from tranter.connectors.ebay.simulator.times import parse
from tranter.connectors.ebay.simulator.trading import Call, TradingError, add

MAX_ROWS = 4
MAX_PAGE = 200
CONDITION = ("1000", "New")


def official_time(call: Call) -> None:
    """The time is in every answer's Timestamp."""


def get_user(call: Call) -> None:
    shop = call.shop
    user = add(call.answer, "User")
    add(user, "EIASToken", shop.user_id + "==")
    add(user, "UserID", shop.options.username)
    add(user, "Email", "seller@sim-shop.example")
    add(user, "Status", "Confirmed")
    add(user, "Site", SITES[shop.options.registration_marketplace].trading_name)
    add(add(user, "SellerInfo"), "StoreOwner", True)


def get_user_preferences(call: Call) -> None:
    if call.text("ShowOutOfStockControlPreference").lower() == "true":
        add(call.answer, "OutOfStockControlPreference", call.shop.catalogue.out_of_stock_control)


def set_user_preferences(call: Call) -> None:
    word = call.text("OutOfStockControlPreference").lower()
    if word in ("true", "false"):
        call.shop.catalogue.out_of_stock_control = word == "true"
        call.shop.history.add(call.shop.now, "out_of_stock_control", on=word == "true")


def get_notification_preferences(call: Call) -> None:
    wanted = add(call.answer, "ApplicationDeliveryPreferences")
    add(wanted, "ApplicationEnable", "Disable")


def get_my_ebay_selling(call: Call) -> None:
    if call.asked.find("ActiveList") is None:
        return
    active = _active(call)
    shown, page, size = _page(call, "ActiveList/Pagination", active)
    listing_box = add(call.answer, "ActiveList")
    array = add(listing_box, "ItemArray")
    for listing in shown:
        _item(call, array, listing)
    _page_result(listing_box, size, len(active))
    add(listing_box, "PageNumber", page)


def get_seller_list(call: Call) -> None:
    """Windows over start or end times, 120 days at most."""
    windows = [_window(call, "StartTimeFrom", "StartTimeTo"), _window(call, "EndTimeFrom", "EndTimeTo")]
    if not any(windows):
        raise TradingError(37, about="StartTimeFrom")
    started, ended = windows
    found = [
        listing
        for listing in call.shop.catalogue.listings.values()
        if (not started or started[0] <= listing.started_at <= started[1])
        and (not ended or listing.status is not ListingStatus.ENDED)
    ]
    shown, page, size = _page(call, "Pagination", found)
    _page_result(call.answer, size, len(found))
    add(call.answer, "HasMoreItems", page * size < len(found))
    array = add(call.answer, "ItemArray")
    for listing in shown:
        _item(call, array, listing)
    add(call.answer, "ItemsPerPage", size)
    add(call.answer, "PageNumber", page)
    add(call.answer, "ReturnedItemCountActual", len(shown))


def get_item(call: Call) -> None:
    listing = call.shop.catalogue.listings.get(call.text("ItemID"))
    if listing is None:
        raise TradingError(17, about=call.text("ItemID"))
    _item(call, call.answer, listing)


def revise_inventory_status(call: Call) -> None:
    """Up to four rows; each is done or refused by itself."""
    rows = call.asked.findall("InventoryStatus")
    if not 1 <= len(rows) <= MAX_ROWS:
        raise TradingError(37, about="InventoryStatus")
    for row in rows:
        try:
            _revise(call, row)
        except TradingError as problem:
            call.problems.append(problem)


def _revise(call: Call, row: Element) -> None:
    item_id = (row.findtext("ItemID") or "").strip()
    sku = (row.findtext("SKU") or "").strip()
    raw = (row.findtext("Quantity") or "").strip()
    listing, variation = _find(call, item_id, sku)
    if listing.family is Family.INVENTORY:
        raise TradingError(21919474, about=listing.listing_id)
    if listing.status is ListingStatus.ENDED:
        raise TradingError(291, about=listing.listing_id)
    if raw and not raw.isdecimal():
        raise TradingError(37, about="Quantity")
    today = call.shop.now.date()
    if listing.revisions[today] >= call.shop.options.revisions_per_listing:
        raise TradingError(21919188, about=listing.listing_id)
    quantity = int(raw) if raw else variation.quantity
    if quantity == variation.quantity:
        call.problems.append(TradingError(21917091, warning=True, about=listing.listing_id))
    else:
        listing.revisions[today] += 1
        before, variation.quantity = variation.quantity, quantity
        call.shop.catalogue.settle(listing)
        call.shop.revise(listing.listing_id, variation.sku, before, "trading")
    echo = add(call.answer, "InventoryStatus")
    add(echo, "ItemID", listing.listing_id)
    if variation.sku:
        add(echo, "SKU", variation.sku)
    add(echo, "StartPrice", written(variation.price), currencyID=listing.currency)
    add(echo, "Quantity", variation.quantity)


def _find(call: Call, item_id: str, sku: str) -> tuple[Listing, Variation]:
    """A variation wants item id and SKU; a listing tracked by SKU may be named by that alone."""
    if item_id:
        listing = call.shop.catalogue.listings.get(item_id)
        if listing is None:
            raise TradingError(17, about=item_id)
        single = len(listing.variations) == 1 and not listing.variations[0].variation_id
        variation = listing.variations[0] if single else listing.variation(sku)
        if variation is None or (single and sku and variation.sku != sku):
            raise TradingError(21916635, about=f"{item_id} {sku}")
        return listing, variation
    for listing, variation in call.shop.catalogue.with_sku(sku) if sku else ():
        if listing.tracking_method is TrackingMethod.SKU:
            return listing, variation
    raise TradingError(17, about=sku)


def _active(call: Call) -> list[Listing]:
    """Sold-out listings stay active while out-of-stock control hides them from buyers."""
    listings = call.shop.catalogue.listings.values()
    return [listing for listing in listings if listing.status is not ListingStatus.ENDED]


def _page(call: Call, path: str, found: list[Listing]) -> tuple[list[Listing], int, int]:
    size = min(call.number(f"{path}/EntriesPerPage", 25), MAX_PAGE) or 25
    page = max(1, call.number(f"{path}/PageNumber", 1))
    return found[(page - 1) * size : page * size], page, size


def _page_result(parent: Element, size: int, total: int) -> None:
    result = add(parent, "PaginationResult")
    add(result, "TotalNumberOfPages", ceil(total / size))
    add(result, "TotalNumberOfEntries", total)


def _window(call: Call, start: str, end: str) -> tuple[datetime, datetime] | None:
    if not call.text(start) or not call.text(end):
        return None
    try:
        window = parse(call.text(start)), parse(call.text(end))
    except ValueError:
        raise TradingError(37, about=start) from None
    if window[1] - window[0] > timedelta(days=121):
        raise TradingError(37, about=start)
    return window


def _item(call: Call, parent: Element, listing: Listing) -> None:
    """`Quantity` counts what was ever offered: available plus sold."""
    variations = [each for each in listing.variations if each.variation_id]
    first = listing.variations[0]
    shown = [call.shop.catalogue.shown(listing, each) for each in listing.variations]
    sold = sum(each.sold for each in listing.variations)
    item = add(parent, "Item")
    add(item, "ItemID", listing.listing_id)
    add(item, "ListingType", "FixedPriceItem")
    add(item, "Title", listing.title)
    add(item, "Site", SITES[listing.marketplace].trading_name)
    add(item, "Currency", listing.currency)
    add(item, "StartPrice", _price(first, listing), currencyID=listing.currency)
    add(item, "InventoryTrackingMethod", listing.tracking_method.value)
    add(item, "Quantity", sum(shown) + sold)
    add(item, "QuantityAvailable", sum(shown))
    if not variations and first.sku:
        add(item, "SKU", first.sku)
    details = add(item, "ListingDetails")
    add(details, "StartTime", listing.started_at)
    add(details, "EndTime", listing.started_at + timedelta(days=3650))
    add(details, "ViewItemURL", f"https://www.ebay.com/itm/{listing.listing_id}")
    status = add(item, "SellingStatus")
    add(status, "CurrentPrice", _price(first, listing), currencyID=listing.currency)
    add(status, "QuantitySold", sold)
    add(status, "ListingStatus", "Completed" if listing.status is ListingStatus.ENDED else "Active")
    if variations:
        box = add(item, "Variations")
        for variation in variations:
            _variation(call, box, listing, variation)


def _price(variation: Variation, listing: Listing) -> str:
    return amount(variation.price, listing.currency)["value"]


def _variation(call: Call, box: Element, listing: Listing, variation: Variation) -> None:
    node = add(box, "Variation")
    if variation.sku:
        add(node, "SKU", variation.sku)
    add(node, "StartPrice", _price(variation, listing), currencyID=listing.currency)
    add(node, "Quantity", call.shop.catalogue.shown(listing, variation) + variation.sold)
    specifics = add(node, "VariationSpecifics")
    for name, value in variation.aspects.items():
        pair = add(specifics, "NameValueList")
        add(pair, "Name", name)
        add(pair, "Value", value)
    add(add(node, "SellingStatus"), "QuantitySold", variation.sold)
