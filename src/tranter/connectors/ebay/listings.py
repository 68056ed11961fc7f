"""Listings in: inventory items with their offers first, then what only the Trading API knows.

https://developer.ebay.com/api-docs/sell/inventory/resources/inventory_item/methods/getInventoryItems
https://developer.ebay.com/devzone/xml/docs/reference/ebay/GetMyeBaySelling.html
"""

import hashlib
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, tostring

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tranter.connectors.ebay import wire
from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.refusals import RejectedByEbay
from tranter.connectors.ebay.trading import Trading, element, text_of
from tranter.sdk.errors import TransientError
from tranter.sdk.verbs import Page, Raw

ITEMS, OFFERS = "/sell/inventory/v1/inventory_item", "/sell/inventory/v1/offer"
ITEMS_PER_PAGE = 50
LISTINGS_PER_PAGE = 200
NO_OFFER = frozenset({25702, 25710, 25713})


class _Cursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`items` wait for their offers; `next` is the query of the next page of items, empty after the last.

    `managed` are listings of the Inventory API: Trading lists them too. `page` counts its pages from 1.
    """

    items: tuple[wire.Item, ...] = ()
    next: str = f"limit={ITEMS_PER_PAGE}&offset=0"
    managed: tuple[str, ...] = ()
    page: int = 1
    previous: str = ""

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


class _ItemsPage(Struct, rename="camel"):
    total: int
    inventory_items: list[msgspec.Raw] = []
    next: str = ""


class _OffersPage(Struct):
    offers: list[wire.Offer]
    next: str = ""


def pull(client: Client, trading: Trading, text: str) -> Page:
    """eBay has no list of offers: they are asked for SKU by SKU, a page of items at a time."""
    cursor = _cursor(text)
    if cursor.items:
        return _with_offers(client, cursor)
    if cursor.next:
        return _items_page(client, cursor)
    return _trading_page(trading, cursor)


def _cursor(text: str) -> _Cursor:
    try:
        return msgspec.json.decode(text, type=_Cursor) if text else _Cursor()
    except msgspec.DecodeError:  # from the beginning: it only costs calls
        return _Cursor()


def _items_page(client: Client, cursor: _Cursor) -> Page:
    """eBay's offset is a page number here, or is it: so `next` is followed, never worked out."""
    page = read(client.get(ITEMS, dict(parse_qsl(cursor.next))), _ItemsPage)
    items, unreadable = _items(page.inventory_items)
    mark = _mark([item.sku for item in items])
    if mark and mark == cursor.previous:
        raise TransientError("eBay answered with the page before the one that was asked for")
    following = urlsplit(page.next).query
    if following == cursor.next:
        following = ""
    moved = replace(cursor, items=items, next=following, previous=mark)
    return Page(records=unreadable, cursor=moved.text(), more=True)


def _items(rows: list[msgspec.Raw]) -> tuple[tuple[wire.Item, ...], tuple[Raw, ...]]:
    """What can't be read goes on as it came: its mapping says so, and the others flow."""
    items: list[wire.Item] = []
    unreadable: list[Raw] = []
    for row in rows:
        try:
            items.append(wire.lenient(row, wire.Item))
        except ValueError:
            content = bytes(row)
            key = f"unreadable-{hashlib.sha256(content).hexdigest()[:16]}"
            unreadable.append(Raw(key=key, payload=content))
    return tuple(items), tuple(unreadable)


def _with_offers(client: Client, cursor: _Cursor) -> Page:
    """What was read before a call fails is kept."""
    records: list[Raw] = []
    managed = dict.fromkeys(cursor.managed)
    for item in cursor.items:
        try:
            offers = _offers(client, item.sku)
        except TransientError:
            if not records:
                raise
            break
        managed.update(dict.fromkeys(offer.listing.listing_id for offer in offers if offer.listing.listing_id))
        records.append(Raw(key=f"sku/{item.sku}", payload=msgspec.json.encode(wire.ItemOffers(item, offers))))
    following = replace(cursor, items=cursor.items[len(records) :], managed=tuple(managed))
    return Page(records=tuple(records), cursor=following.text(), more=True)


def _offers(client: Client, sku: str) -> list[wire.Offer]:
    offers: list[wire.Offer] = []
    query = {"sku": sku, "limit": "100"}
    while query:
        try:
            page = read(client.get(OFFERS, query), _OffersPage)
        except RejectedByEbay as refused:
            if refused.error_id in NO_OFFER or refused.status == 404:
                return offers
            raise
        offers.extend(page.offers)
        following = dict(parse_qsl(urlsplit(page.next).query)) if page.offers else {}
        query = following if following != query else {}
    return offers


def _trading_page(trading: Trading, cursor: _Cursor) -> Page:
    pagination = element(
        "Pagination",
        element("EntriesPerPage", str(LISTINGS_PER_PAGE)),
        element("PageNumber", str(cursor.page)),
    )
    root = trading.call(
        "GetMyeBaySelling",
        element("ActiveList", element("Include", "true"), pagination),
        element("DetailLevel", "ReturnAll"),
    )
    items = root.findall("ActiveList/ItemArray/Item")
    mark = _mark([text_of(item, "ItemID") for item in items])
    if mark and mark == cursor.previous:
        raise TransientError("eBay answered with the page before the one that was asked for")
    managed = frozenset(cursor.managed)
    records = tuple(_raw(item) for item in items if text_of(item, "ItemID") not in managed)
    pages = text_of(root, "ActiveList/PaginationResult/TotalNumberOfPages")
    if not pages.isdigit() or cursor.page >= int(pages):
        return Page(records=records, cursor="", more=False)
    following = replace(cursor, page=cursor.page + 1, previous=mark)
    return Page(records=records, cursor=following.text(), more=True)


def _raw(item: Element) -> Raw:
    return Raw(key=f"item/{text_of(item, 'ItemID')}", payload=tostring(item, encoding="utf-8"))


def _mark(keys: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:16] if keys else ""
