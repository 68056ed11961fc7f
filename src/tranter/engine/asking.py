"""Asking a cart live for an order, step by step: does it have it, would it be taken, when would it come?"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct

from tranter.engine import deciding, intake
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.run import Run
from tranter.ledger import connections, raw_records, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.order_marks import OrderToDecide
from tranter.model import Order, Unreadable
from tranter.routing.decide import Cancel, Decision, Hold, Send, Skip, Wait, decide
from tranter.routing.kits import component_skus
from tranter.sdk.errors import AuthError, ConnectorError
from tranter.sdk.verbs import PullsOrders, Raw


class StepWord(Enum):
    ASKED = "asked"
    HAS = "has"
    READ = "read"
    SITE = "site"
    DATE = "date"
    SKUS = "skus"
    DECISION = "decision"
    POLL = "poll"


class Step(Struct, frozen=True, kw_only=True):
    """`says` is for a terminal. A page makes its own sentence of `word`, `good`, `verdict`, `values` and `at`."""

    word: StepWord
    good: bool
    says: str
    verdict: str = ""
    values: tuple[str, ...] = ()
    at: datetime | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """What one cart says of an order. `remote_id` is empty where it has none."""

    connection: str
    found: bool
    remote_id: str
    steps: tuple[Step, ...]


def carts(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """Each account once, whichever of its connections came first."""
    found = [info for info in connections.all_of(book) if isinstance(hub.plug(info).connector, PullsOrders)]
    first: dict[tuple[str, str], ConnectionRecord] = {}
    for info in found:
        first.setdefault((info.connector, info.account), info)
    return list(first.values())


def ask(hub: Hub, book: Book, text: str, connection: str = "") -> list[Asked]:
    """Every cart, or the named one. Reads only: nothing is taken."""
    asked = [info for info in carts(hub, book) if connection in ("", info.name)]
    return [answer for info in asked for answer in _ask_one(hub, info, text.strip())]


def _ask_one(hub: Hub, info: ConnectionRecord, text: str) -> Iterator[Asked]:
    connector = hub.plug(info).connector
    assert isinstance(connector, PullsOrders)
    try:
        raws = connector.fetch_orders([text])
    except ConnectorError as error:
        verdict = "sign_in" if isinstance(error, AuthError) else "no_answer"
        says = f"it can't be asked: {error.reason}"
        step = Step(word=StepWord.ASKED, good=False, says=says, verdict=verdict, values=(error.reason,))
        yield Asked(connection=info.name, found=False, remote_id="", steps=(step,))
        return
    asked = Step(word=StepWord.ASKED, good=True, says=f"{info.name} was asked just now", at=hub.ports.clock.now())
    if not raws:
        has = Step(word=StepWord.HAS, good=False, says="it has no such order", values=(text,))
        yield Asked(connection=info.name, found=False, remote_id="", steps=(asked, has))
    for raw in raws:
        steps = (asked, *_judge(looking(hub, info), connector, raw))
        yield Asked(connection=info.name, found=True, remote_id=raw.key, steps=steps)


def _judge(run: Run, connector: PullsOrders, raw: Raw) -> Iterator[Step]:
    try:
        order = connector.read_order(raw.payload)
    except Unreadable as error:
        yield Step(word=StepWord.HAS, good=True, says="it has the order")
        says = f"it can't be read: {error.cause}. {error.remedy}".strip()
        yield Step(word=StepWord.READ, good=False, says=says, values=(error.cause,))
        return
    says = f"it has the order: {order.state.value}, changed {order.modified_at:%Y-%m-%d %H:%M} UTC"
    yield Step(word=StepWord.HAS, good=True, says=says, verdict=order.state.value, at=order.modified_at)
    taker = intake.taker_of(run, run.info, order)
    if taker.id != run.info.id:
        run = looking(run.hub, taker)
    yield _site(run, order)
    yield _date(run, order)
    yield _skus(run, order)
    yield _decision(would(run, order))
    yield _poll(run)


def would(run: Run, order: Order) -> Decision:
    """What the hub would make of it now."""
    asked = OrderToDecide(
        id=0,
        mark="",
        order=order,
        account=run.info.account,
        released=frozenset(),
        backlog=False,
        planned=False,
        held_kind="",
    )
    return decide(order, deciding.surroundings(run, [asked]).view)


def _site(run: Run, order: Order) -> Step:
    taken = sorted(getattr(run.plug.settings, "marketplaces", ()) or ())
    sites = {site for site in (order.marketplace, *(line.marketplace for line in order.lines)) if site}
    good = not taken or not sites or bool(sites & set(taken))
    where = ", ".join(sorted(sites)) or "no site"
    says = f"bought on {where}; {run.info.name} takes {', '.join(taken) or 'every site'}"
    return Step(word=StepWord.SITE, good=good, says=says, values=(where, ", ".join(taken)))


def _date(run: Run, order: Order) -> Step:
    earliest = deciding.earliest_order(run, run.plug.settings)
    says = f"ordered {order.ordered_at:%Y-%m-%d %H:%M} UTC; the earliest order date is {earliest:%Y-%m-%d %H:%M}"
    return Step(word=StepWord.DATE, good=order.ordered_at >= earliest, says=says, at=order.ordered_at)


def _skus(run: Run, order: Order) -> Step:
    asked = OrderToDecide(
        id=0, mark="", order=order, account="", released=frozenset(), backlog=False, planned=False, held_kind=""
    )
    view = deciding.surroundings(run, [asked]).view.as_of(order.ordered_at)
    read = [one for one in view.warehouses if one.products is not None]
    meant = {view.aliases.sku(view.cart, line.sku) for line in order.lines if line.quantity > 0}
    wanted = component_skus(meant, view.kits)
    if not read:
        says = "no warehouse's products are known yet"
        return Step(word=StepWord.SKUS, good=False, says=says, verdict="no_products")
    unknown = sorted(sku for sku in wanted if not any(one.knows(sku) for one in read))
    says = f"unknown at the warehouse: {', '.join(unknown)}" if unknown else f"{len(wanted)} SKUs, all known"
    return Step(word=StepWord.SKUS, good=not unknown, says=says, values=tuple(unknown) or (str(len(wanted)),))


def _decision(decision: Decision) -> Step:
    match decision:
        case Send(lines=lines):
            verdict, says, values = "send", f"it would be sent, {len(lines)} lines", (str(len(lines)),)
        case Hold() as held:
            verdict, says, values = "hold", f"it would be held: {held.cause}; {held.remedy}", (held.cause,)
        case Skip(reason=reason):
            verdict, says, values = "skip", f"it is not taken: {reason}", (reason,)
        case Wait(reason=reason):
            verdict, says, values = "wait", f"it would wait: {reason}", (reason,)
        case Cancel(reason=reason):
            verdict, says, values = "cancel", f"it would count as canceled: {reason}", (reason,)
    return Step(word=StepWord.DECISION, good=verdict == "send", says=says, verdict=verdict, values=values)


def _poll(run: Run) -> Step:
    info = run.info
    if not info.runs:
        says = f"{info.name} is {info.state.value}, so nothing is pulled"
        return Step(word=StepWord.POLL, good=False, says=says, verdict=info.state.value)
    lines = {line.name: line for line in schedule.flows_of(info.merchant_id) if line.connection == info.name}
    line = lines.get("orders")
    if line is None:
        return Step(word=StepWord.POLL, good=False, says="no orders are pulled from it", verdict="none")
    last = f"{line.last_ok_at:%H:%M:%S} UTC" if line.last_ok_at is not None else "never yet"
    trouble = f" ({line.trouble})" if line.failures else ""
    says = f"orders were last pulled {last}{trouble}; the next time at {line.due_at:%H:%M:%S} UTC"
    values = (line.last_ok_at.isoformat() if line.last_ok_at is not None else "", line.trouble if trouble else "")
    return Step(word=StepWord.POLL, good=not line.failures, says=says, verdict="live", values=values, at=line.due_at)


def fetch_now(hub: Hub, info: ConnectionRecord, remote_ids: Sequence[str]) -> tuple[str, ...]:
    """The named orders as the cart has them now, taken in. Which of them it has. May raise the connector's errors."""
    run = looking(hub, info)
    connector = run.plug.connector
    if not isinstance(connector, PullsOrders):
        return ()
    found = connector.fetch_orders(remote_ids)
    raw_records.store_reread(run.book, info.id, [(raw.key, raw.payload) for raw in found], run.now())
    raw_records.read_again(run.book, info.id)
    intake.take_orders(run, info, connector)
    return tuple(raw.key for raw in found)
