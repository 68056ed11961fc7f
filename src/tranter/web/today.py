"""What the status page shows, in words and numbers."""

from datetime import datetime

from msgspec import Struct

from tranter.ledger import book, connections, exceptions, intents, overview, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.exceptions import ExceptionLine
from tranter.ledger.schedule import FlowLine
from tranter.web.house import House

SHOWN_EXCEPTIONS = 20
FAR_SECONDS = 60 * 86400.0
STATUSES = ("new", "at_wms", "shipped", "confirmed", "error", "canceled", "skipped")
LABELS = {"at_wms": "at the warehouse", "error": "held"}


class Pill(Struct, frozen=True):
    tone: str
    text: str


class FlowRow(Struct, frozen=True, kw_only=True):
    name: str
    last: str
    next: str
    trouble: str


class ConnectionCard(Struct, frozen=True, kw_only=True):
    name: str
    connector: str
    account: str
    pill: Pill
    reason: str
    flows: list[FlowRow]


class Problem(Struct, frozen=True, kw_only=True):
    subject: str
    kind: str
    cause: str
    remedy: str


class MerchantPage(Struct, frozen=True, kw_only=True):
    name: str
    headline: str
    sub: str
    counts: list[tuple[str, int]]
    cards: list[ConnectionCard]
    problems: list[Problem]
    more_exceptions: int


class Today(Struct, frozen=True, kw_only=True):
    banner: str
    at: datetime
    merchants: list[MerchantPage]


def today(house: House) -> Today:
    now = house.hub.ports.clock.now()
    pages = [_merchant(book.open_book(house.hub.vault, slug), slug, now) for slug in book.merchants()]
    banner = house.trouble() or book.pushes_paused()
    if not house.alive():
        banner = "The worker threads have stopped: restart the hub. " + banner
    return Today(banner=banner, at=now, merchants=pages)


def _merchant(page: Book, slug: str, now: datetime) -> MerchantPage:
    found = overview.status_counts(page)
    waiting = exceptions.open_exceptions(page)
    unknown = intents.count_unknown(page.merchant_id)
    flows = schedule.flows_of(page.merchant_id)
    cards = [
        _card(info, [flow for flow in flows if flow.connection == info.name], now) for info in connections.all_of(page)
    ]
    return MerchantPage(
        name=slug,
        headline=f"{_orders(sum(found.values()))}. {_need(len(waiting))}",
        sub=_sub(unknown, cards),
        counts=[(LABELS.get(status, status), found[status]) for status in STATUSES if found[status]],
        cards=cards,
        problems=[_problem(line) for line in waiting[:SHOWN_EXCEPTIONS]],
        more_exceptions=max(len(waiting) - SHOWN_EXCEPTIONS, 0),
    )


def _problem(line: ExceptionLine) -> Problem:
    kind = line.kind.replace("_", " ").replace("sku", "SKU")
    return Problem(subject=line.subject, kind=kind, cause=line.cause, remedy=line.remedy)


def _orders(count: int) -> str:
    match count:
        case 0:
            return "No orders yet"
        case 1:
            return "One order"
        case _:
            return f"{count:,} orders"


def _need(count: int) -> str:
    match count:
        case 0:
            return "Nothing needs you."
        case 1:
            return "One thing needs you."
        case _:
            return f"{count:,} things need you."


def _sub(unknown: int, cards: list[ConnectionCard]) -> str:
    if not cards:
        return "There is no connection yet: tranter connect"
    if still := [card.name for card in cards if card.pill.tone in ("bad", "plain") or card.pill.text == "Paused"]:
        return f"What goes by {' and '.join(still)} waits; everything else is on its way."
    if unknown == 1:
        return "One push has no answer yet; it is looked up by itself."
    if unknown:
        return f"{unknown:,} pushes have no answer yet; they are looked up by themselves."
    return "Everything else is on its way."


def _card(info: ConnectionRecord, flows: list[FlowLine], now: datetime) -> ConnectionCard:
    return ConnectionCard(
        name=info.name,
        connector=info.connector,
        account=info.account_name or info.account_id,
        pill=_pill(info, flows),
        reason=info.state_reason if info.state is not ConnectionState.LIVE else "",
        flows=[_flow(flow, info.runs, now) for flow in flows if flow.last_ok_at or flow.failures or flow.every_seconds],
    )


def _pill(info: ConnectionRecord, flows: list[FlowLine]) -> Pill:
    match info.state:
        case ConnectionState.LIVE if any(flow.failures for flow in flows):
            return Pill("warn", "Something fails")
        case ConnectionState.LIVE:
            return Pill("good", "Healthy")
        case ConnectionState.NEEDS_SIGN_IN:
            return Pill("bad", "Needs sign-in")
        case ConnectionState.PAUSED:
            return Pill("warn", "Paused")
        case ConnectionState.DRAFT:
            return Pill("plain", "Draft")


def _flow(flow: FlowLine, runs: bool, now: datetime) -> FlowRow:
    last = f"{span((now - flow.last_ok_at).total_seconds())} ago" if flow.last_ok_at else "never yet"
    wait = (flow.due_at - now).total_seconds()
    if not runs:
        coming = "waits"
    elif flow.running:
        coming = "running"
    elif wait > FAR_SECONDS:
        coming = "when there is something"
    else:
        coming = f"in {span(wait)}" if wait > 0 else "due"
    trouble = f"failed {flow.failures}×: {flow.trouble}" if flow.failures else ""
    return FlowRow(name=flow.name.replace("_", " "), last=last, next=coming, trouble=trouble)


def span(seconds: float) -> str:
    """One number is enough for a glance."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(int(seconds), 0)} s"
