"""Orders in: pages of changes, single orders as they are now."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qs, quote, urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tranter.connectors.ebay import windows, wire
from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.marketplaces import MARKETPLACES
from tranter.connectors.ebay.refusals import RejectedByEbay
from tranter.connectors.ebay.windows import Cursor, Window
from tranter.connectors.ebay.words import TAX_ID_MARKETPLACES, CancelState, Environment, Payment
from tranter.sdk.errors import TransientError
from tranter.sdk.verbs import Page, Raw

ORDERS = "/sell/fulfillment/v1/order"
REREADS_PER_PAGE = 25
MAX_IDS = 50
BREAKDOWN = {"fieldGroups": "TAX_BREAKDOWN"}


class _PeekLine(Struct, rename="camel"):
    purchase_marketplace_id: str = ""


class _PeekCancel(Struct, rename="camel"):
    cancel_state: str = CancelState.NONE_REQUESTED.value


class _Peek(Struct, rename="camel"):
    """As much of an order as decides whether the page's record of it is enough."""

    order_id: str
    order_payment_status: str = ""
    cancel_status: _PeekCancel = msgspec.field(default_factory=_PeekCancel)
    line_items: list[_PeekLine] = []


class _PeekId(Struct, rename="camel"):
    order_id: str


class _OrdersPage(Struct):
    total: int
    orders: list[msgspec.Raw] = []
    offset: int = -1
    next: str = ""


def pull(client: Client, text: str, since: datetime, sweep: bool) -> Page:
    cursor = _cursor(text)
    if cursor.reread:
        return _reread(client, cursor, sweep)
    window = cursor.sweep if sweep else cursor.window
    if window is None:
        watermark = None if sweep else cursor.watermark
        window = windows.next_window(watermark, since, client.remote_now())
    found, window = _read_window(client, window, sweep)
    orders = _orders_of(found)
    records = tuple(_raw(payload) for payload in orders)
    mark = _mark(records)
    if window.offset and (_same(mark, window.previous) or found.offset not in (-1, window.offset)):
        raise TransientError("eBay answered with another page than the one that was asked for")
    page = windows.Progress(len(records), found.total, _offset_of(found.next), mark)
    following = windows.advance(window, page)
    cursor = replace(_moved(cursor, window, following, sweep), reread=_needing_more(orders))
    more = following is not None or bool(cursor.reread) or (not sweep and _is_old(client, window))
    return Page(records=records, cursor=cursor.text(), more=more, half=frozenset(cursor.reread))


def _is_old(client: Client, window: Window) -> bool:
    """The window was left lying, by a fault or a pause: what has happened since is read at once."""
    return client.remote_now() - window.ends_at > windows.SETTLE


def fetch(client: Client, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
    """The named orders, each with all that eBay tells of it."""
    ids = tuple(dict.fromkeys(remote_ids))[:MAX_IDS]
    if not ids:
        return ()
    try:
        reply = client.get(ORDERS, {"orderIds": ",".join(ids), **BREAKDOWN})
    except RejectedByEbay:  # one bad id spoils the list
        return tuple(raw for order_id in ids if (raw := one(client, order_id)) is not None)
    found = _orders_of(read(reply, _OrdersPage))
    kept = {raw.key: raw for raw in map(_raw, found)}
    for order_id in _needing_more(found):
        full = one(client, order_id)
        if full is not None:
            kept[order_id] = full
    return tuple(kept[order_id] for order_id in ids if order_id in kept)


def seller_page(environment: Environment, order_id: str, marketplace: str) -> str:
    """Seller Hub's page of an order, on the site where it was bought (2026-11)."""
    known = MARKETPLACES.get(marketplace)
    domain = (known.domain if known is not None else "") or "ebay.com"
    match environment:
        case Environment.PRODUCTION:
            return f"https://www.{domain}/mesh/ord/details?orderid={quote(order_id, safe='')}"
        case Environment.SANDBOX:
            return f"https://www.sandbox.{domain}/mesh/ord/details?orderid={quote(order_id, safe='')}"
        case Environment.CUSTOM:
            return ""


def one(client: Client, order_id: str) -> Raw | None:
    """`getOrder`, the only call that tells of cancellation requests and tax ids. None for an unknown id."""
    try:
        reply = client.get(f"{ORDERS}/{quote(order_id, safe='')}", BREAKDOWN)
    except RejectedByEbay as refused:
        if refused.kind == "unknown_order":
            return None
        raise
    peek = read(reply, _Peek)
    return Raw(key=peek.order_id, payload=reply.body)


def _cursor(text: str) -> Cursor:
    try:
        return windows.parse(text)
    except ValueError:  # reading again from the beginning is slow and harmless
        return Cursor()


def _read_window(client: Client, window: Window, sweep: bool) -> tuple[_OrdersPage, Window]:
    try:
        page = _read_page(client, window, sweep)
    except RejectedByEbay as refused:
        if refused.kind != "future":
            raise
        window = windows.clamped(window, client.remote_date or client.remote_now())
        page = _read_page(client, window, sweep)
    if client.skew.total_seconds() < 0:  # our clock is ahead: what eBay hasn't seen yet is not read
        window = replace(window, ends_at=min(window.ends_at, client.remote_now()))
    return page, window


def _read_page(client: Client, window: Window, sweep: bool) -> _OrdersPage:
    """One of the two dates, never both: eBay silently forgets `lastmodifieddate` beside `creationdate`."""
    field = "creationdate" if sweep else "lastmodifieddate"
    query = {
        "filter": f"{field}:[{stamp(window.begins_at)}..{stamp(window.ends_at)}]",
        "limit": str(windows.PAGE_SIZE),
        "offset": str(window.offset),
        **BREAKDOWN,
    }
    return read(client.get(ORDERS, query), _OrdersPage)


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as eBay writes times itself."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _moved(cursor: Cursor, window: Window, following: Window | None, sweep: bool) -> Cursor:
    if sweep:
        return replace(cursor, sweep=following)
    if following is None:
        return windows.finished(cursor, window)
    return replace(cursor, window=following)


def _reread(client: Client, cursor: Cursor, sweep: bool) -> Page:
    """The orders of which the page told too little. What was read before a call fails is kept."""
    records: list[Raw] = []
    left = list(cursor.reread)
    for order_id in cursor.reread[:REREADS_PER_PAGE]:
        try:
            raw = one(client, order_id)
        except TransientError:
            if not records:
                raise
            break
        left.remove(order_id)
        if raw is not None:
            records.append(raw)
    following = replace(cursor, reread=tuple(left))
    unfinished = following.sweep if sweep else following.window
    more = bool(left) or unfinished is not None
    told = frozenset(cursor.reread) - frozenset(left)
    return Page(records=tuple(records), cursor=following.text(), more=more, whole=told)


def _needing_more(orders: Sequence[msgspec.Raw]) -> tuple[str, ...]:
    """Lists never tell of cancellation requests (`cancelRequests` is always empty) nor of tax ids."""
    found: list[str] = []
    for payload in orders:
        peek = _peek(payload)
        if peek is None:
            continue
        canceling = peek.cancel_status.cancel_state != CancelState.NONE_REQUESTED.value
        taxed = peek.order_payment_status == Payment.PAID.value and any(
            line.purchase_marketplace_id in TAX_ID_MARKETPLACES for line in peek.line_items
        )
        if canceling or taxed:
            found.append(peek.order_id)
    return tuple(found)


def _peek(payload: msgspec.Raw) -> _Peek | None:
    try:
        return wire.lenient(payload, _Peek)
    except ValueError:
        return None


def _orders_of(page: _OrdersPage) -> list[msgspec.Raw]:
    if page.total > 0 and page.offset < 1 and not page.orders:
        raise TransientError(f"eBay counts {page.total} orders and lists none of them")
    return page.orders


def _raw(payload: msgspec.Raw) -> Raw:
    """A record that has no order id is kept as well, under a name made of its content."""
    content = bytes(payload)
    try:
        key = msgspec.json.decode(payload, type=_PeekId).order_id
    except ValueError:
        key = f"unreadable-{hashlib.sha256(content).hexdigest()[:16]}"
    return Raw(key=key, payload=content)


def _same(mark: str, previous: str) -> bool:
    return bool(mark) and mark == previous


def _mark(records: Sequence[Raw]) -> str:
    keys = "\n".join(sorted(raw.key for raw in records))
    return hashlib.sha256(keys.encode()).hexdigest()[:16] if keys else ""


def _offset_of(url: str) -> int | None:
    """eBay's `next` names another host than a proxy or a simulator has: only its offset is taken."""
    said = parse_qs(urlsplit(url).query).get("offset", [""])[0]
    return int(said) if said.isdigit() else None
