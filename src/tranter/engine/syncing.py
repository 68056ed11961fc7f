"""Running what is due for somebody who waits for it: once, or until nothing is due any more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from tranter.engine import connecting
from tranter.engine.flow import SWEEPS
from tranter.engine.hub import Hub
from tranter.engine.run import Counts
from tranter.engine.schedule import free_dead_owners, run_one
from tranter.ledger import pending, schedule
from tranter.ledger.book import Book, pushes_paused
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.schedule import Scope

NAP_SECONDS = 0.2
ELSEWHERE_SECONDS = 1.0
MOMENT = timedelta(seconds=10)


class Ask(Struct, frozen=True, kw_only=True):
    """`connection` narrows it to one, `flow` to one of its flows. `retries`: wait for those too."""

    connection: ConnectionRecord | None = None
    flow: str = ""
    until_idle: bool = False
    retries: bool = False


class Watch(Struct, frozen=True, kw_only=True):
    """How the one who waits takes part: `stop` is asked between runs, `look` is shown the counts after each."""

    is_dead: Callable[[str], bool]
    stop: Callable[[], bool] = lambda: False
    look: Callable[[Counts], None] = lambda counts: None


class NoSuchFlow(LookupError):
    """This connection has no flow of that name."""


def sync(hub: Hub, book: Book, ask: Ask, watch: Watch) -> Counts:
    """With a connection its flows run now, due or not (the sweeps only when due)."""
    counts, began = Counts(), hub.ports.clock.now()
    free_dead_owners(hub, watch.is_dead)
    connecting.check_unseen(hub, book)
    if ask.connection is not None:
        ring(hub, book, ask.connection, ask.flow)
    scope = Scope(book.merchant_id, ask.connection.id if ask.connection is not None and not ask.until_idle else None)
    if ask.flow and not ask.until_idle:
        _run(hub, _named(hub, book, ask), counts, watch)
        return counts
    while not watch.stop():
        due = schedule.due(hub.ports.clock.now(), scope=scope)
        _run(hub, due, counts, watch)
        if not ask.until_idle:
            break
        if due:
            continue
        at = _wait_until(hub, book, ask, began)
        if at is None:
            break
        _nap(hub, at, watch)
        free_dead_owners(hub, watch.is_dead)
    return counts


def _run(hub: Hub, flow_ids: list[int], counts: Counts, watch: Watch) -> None:
    for flow_id in flow_ids:
        if watch.stop():
            return
        counts.add(run_one(hub, flow_id))
        watch.look(counts)


def ring(hub: Hub, book: Book, info: ConnectionRecord, flow: str = "") -> None:
    """Its flow is due now; without one all are, but the sweeps. Raises `NoSuchFlow`."""
    names = [line.name for line in schedule.flows_of(book.merchant_id) if line.connection == info.name]
    if flow and flow not in names:
        raise NoSuchFlow(f"{info.name} has no flow {flow!r}; it has {', '.join(sorted(names))}")
    wanted = [flow] if flow else [name for name in names if name not in SWEEPS]
    schedule.ring(info.id, wanted, hub.ports.clock.now())


def _named(hub: Hub, book: Book, ask: Ask) -> list[int]:
    flow_id = schedule.flow_id(ask.connection.id, ask.flow) if ask.connection is not None else None
    return [flow_id] if flow_id is not None else []


def _wait_until(hub: Hub, book: Book, ask: Ask, began: datetime) -> datetime | None:
    """Look-ups that are pending count as due; retries only when somebody wants to wait for them."""
    now = hub.ports.clock.now()
    times: list[datetime | None] = []
    if not pushes_paused():
        times += [_look_up_at(found, now) for found in pending.look_ups(book.merchant_id, began)]
        times += [pending.postponed_at(book.merchant_id, now + MOMENT)]
    if ask.retries:
        times += [pending.retry_at(book.merchant_id, now)]
    return min((at for at in times if at is not None), default=None)


def _look_up_at(found: pending.LookUp, now: datetime) -> datetime:
    if found.running:
        return now + timedelta(seconds=ELSEWHERE_SECONDS)
    schedule.ring(found.connection_id, [found.flow], found.at)
    return found.at


def _nap(hub: Hub, at: datetime, watch: Watch) -> None:
    """In short pieces of real time, so that it can be stopped."""
    clock = hub.ports.clock
    piece = NAP_SECONDS * clock.scale
    clock.sleep(min(piece, 0.05 * clock.scale))
    while (left := (at - clock.now()).total_seconds()) > 0 and not watch.stop():
        clock.sleep(min(left, piece))
