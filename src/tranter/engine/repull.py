"""A stretch of time read again at a cart, for whoever misses orders. What is here already stays as it is."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tranter.engine import intake
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.operator import NotPossible, decide_all_now
from tranter.ledger import comparing, connections, journal, raw_records
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.model import Unreadable
from tranter.sdk.verbs import PullsOrders, Raw

MOST_PAGES = 200
MOST_ORDERS = 2000


class Stretch(Struct, frozen=True, kw_only=True):
    """Orders bought from `since` on, and before `until`."""

    since: datetime
    until: datetime
    most: int = MOST_ORDERS


class Repulled(Struct, frozen=True, kw_only=True):
    """`new` orders by their status now; `whole` False: there are more than were read. `missed` are their numbers."""

    connection: str
    since: datetime
    until: datetime
    found: int
    known: int
    changed: int
    unreadable: int
    new: Mapping[str, int]
    missed: tuple[str, ...]
    whole: bool


def repull(hub: Hub, book: Book, info: ConnectionRecord, asked: Stretch, by: str) -> Repulled:
    """Raises NotPossible, and the connector's errors."""
    _check(hub, info, asked)
    cart = connections.siblings(info)[0]  # an account is read once for all of its connections
    run = looking(hub, cart)
    connector = run.plug.connector
    assert isinstance(connector, PullsOrders)
    raws, unreadable, whole = _read(connector, asked)
    before = comparing.on_record(book, cart.account, raws)
    records = [(raw.key, raw.payload) for raw in raws.values()]
    touched = raw_records.store_reread(book, cart.id, records, run.now())
    raw_records.read_again(book, cart.id)
    intake.take_orders(run, cart, connector)
    decide_all_now(hub, book)
    after = comparing.on_record(book, cart.account, raws)
    fresh = [after[key] for key in raws if key in after and key not in before]
    detail: journal.Detail = {"found": len(raws), "new": len(fresh)}
    entry = journal.Entry(what="window_read_again", subject=info.name, actor=by, detail=detail)
    journal.append(book, [entry], run.now())
    return Repulled(
        connection=info.name,
        since=asked.since,
        until=asked.until,
        found=len(raws),
        known=len(before),
        changed=max(touched - len(fresh) - unreadable, 0),
        unreadable=unreadable,
        new=Counter(one.status for one in fresh),
        missed=tuple(one.number for one in fresh),
        whole=whole,
    )


def _check(hub: Hub, info: ConnectionRecord, asked: Stretch) -> None:
    if not isinstance(hub.plug(info).connector, PullsOrders):
        raise NotPossible(f"{info.name} brings no orders")
    if not info.account_id and info.live_at is None:
        raise NotPossible(f"{info.name} is not set up yet", remedy=f"tranter sign-in {info.name}")
    if asked.since >= asked.until:
        raise NotPossible("the window ends before it begins")


def _read(connector: PullsOrders, asked: Stretch) -> tuple[dict[str, Raw], int, bool]:
    """A cart is asked for what was changed since then; what was bought outside the window is left out."""
    found: dict[str, Raw] = {}
    unreadable: set[str] = set()
    cursor, more = "", True
    for _ in range(MOST_PAGES):
        page = connector.pull_orders(cursor, asked.since, True)
        for raw in page.records:
            try:
                bought_at = connector.read_order(raw.payload).ordered_at
            except Unreadable:
                unreadable.add(raw.key)
                found[raw.key] = raw
                continue
            if asked.since <= bought_at < asked.until:
                found[raw.key] = raw
        cursor, more = page.cursor, page.more
        if not more or len(found) > asked.most:
            break
    kept = dict(list(found.items())[: asked.most])
    return kept, len(unreadable & set(kept)), not more and len(kept) == len(found)
