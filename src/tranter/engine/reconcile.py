"""Cart ↔ hub ↔ warehouse: does each of them tell the same of every order? Nothing is sent by it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tranter.engine import intake
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.operator import decide_now
from tranter.engine.schedule import run_one
from tranter.ledger import book as books
from tranter.ledger import comparing, connections, fulfillments, operator, raw_records, schedule
from tranter.ledger.book import Book
from tranter.ledger.comparing import Delivery, OnRecord
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.model import CartState, Order, Unreadable
from tranter.sdk.errors import ConnectorError, TransientError
from tranter.sdk.verbs import PullsOrders, PushesFulfillments, Sighting, Verdict

RESTORED_DAYS = 90
Look = Callable[[str], None]


class Difference(Struct, frozen=True, kw_only=True):
    order: str
    kind: str
    cause: str
    remedy: str


class Report(Struct, frozen=True, kw_only=True):
    """`orders` are those that the carts have in the window; `not_asked` the connections that did not answer."""

    since: datetime
    orders: int
    accounted_for: int
    deliveries: int
    adopted: int
    differences: tuple[Difference, ...]
    not_asked: tuple[str, ...]


def reconcile(hub: Hub, book: Book, days: int, look: Look = lambda text: None) -> Report:
    """Reads the carts' orders of the last `days`, takes what was missing, and asks the warehouses for each delivery."""
    since = hub.ports.clock.now() - timedelta(days=days)
    count, differences, not_asked = 0, list[Difference](), _signed_out(book)
    for info in _carts(hub, book):
        look(f"reading the orders of {info.name}")
        try:
            told, unread = _read_cart(hub, book, info, since)
        except ConnectorError as error:
            not_asked.append(f"{info.name}: {error.reason}")
            continue
        count += len(told) + len(unread)
        differences += _compare_cart(book, info, told, unread)
    asked, adopted = 0, 0
    for info in _warehouses(hub, book):
        look(f"looking up the deliveries at {info.name}")
        try:
            deliveries = _pulled(hub, book, info, since)
            found = list(_compare_warehouse(hub, book, info, deliveries))
        except ConnectorError as error:
            not_asked.append(f"{info.name}: {error.reason}")
            continue
        asked += len(deliveries)
        adopted += _adopt(hub, book, info, [delivery for delivery, one in found if one is None])
        differences += [one for _, one in found if one is not None]
    wrong = {one.order for one in differences}
    return Report(
        since=since,
        orders=count,
        accounted_for=max(count - len(wrong), 0),
        deliveries=asked,
        adopted=adopted,
        differences=tuple(differences),
        not_asked=tuple(not_asked),
    )


def reconcile_restored(hub: Hub, look: Look = lambda text: None) -> dict[str, Report]:
    """After a restore, every merchant: what the ledger forgot is looked up before it is sent, then pushes resume."""
    reports = {}
    for slug in books.merchants():
        book = books.open_book(hub.vault, slug)
        look(slug)
        reports[slug] = reconcile(hub, book, RESTORED_DAYS, look)
        operator.look_first_everywhere(book)
        for info in _carts(hub, book):
            schedule.ring(info.id, ["listings"], hub.ports.clock.now())
    if not any(report.not_asked for report in reports.values()):
        books.resume_pushes()
        for slug in reports:
            _wake_pushes(hub, books.open_book(hub.vault, slug))
    return reports


def _wake_pushes(hub: Hub, book: Book) -> None:
    for info in connections.all_of(book):
        schedule.ring(info.id, ["deliveries", "stops", "tracking", "listing_stock"], hub.ports.clock.now())


def _signed_out(book: Book) -> list[str]:
    """Connections that can't answer before somebody signs in: a restored refresh token is often used up."""
    waiting = [info for info in connections.all_of(book) if info.state is ConnectionState.NEEDS_SIGN_IN]
    return [f"{info.name}: it needs a sign-in first ({info.state_reason})" for info in waiting]


def _carts(hub: Hub, book: Book) -> list[ConnectionRecord]:
    """One for each account."""
    live = [info for info in connections.all_of(book) if info.runs]
    mine = [info for info in live if isinstance(hub.plug(info).connector, PullsOrders)]
    return [info for info in mine if connections.siblings(info)[0].id == info.id]


def _warehouses(hub: Hub, book: Book) -> list[ConnectionRecord]:
    live = [info for info in connections.all_of(book) if info.runs]
    return [info for info in live if isinstance(hub.plug(info).connector, PushesFulfillments)]


def _read_cart(
    hub: Hub, book: Book, info: ConnectionRecord, since: datetime
) -> tuple[dict[str, Order], dict[str, Unreadable]]:
    """Everything is stored as it is read, so that what the hub did not know is taken like any other order."""
    connector = hub.plug(info).connector
    if not isinstance(connector, PullsOrders):
        return {}, {}
    told: dict[str, Order] = {}
    unread: dict[str, Unreadable] = {}
    cursor = ""
    while True:
        page = connector.pull_orders(cursor, since, True)
        raw_records.store_reread(book, info.id, [(raw.key, raw.payload) for raw in page.records], hub.ports.clock.now())
        for raw in page.records:
            try:
                told[raw.key] = connector.read_order(raw.payload)
            except Unreadable as error:
                unread[raw.key] = error
        if not page.more:
            break
        cursor = page.cursor
    intake.take_orders(looking(hub, info), info, connector)
    decide_now(hub, info.id)
    return told, unread


def _compare_cart(
    book: Book, info: ConnectionRecord, told: dict[str, Order], unread: dict[str, Unreadable]
) -> list[Difference]:
    here = comparing.on_record(book, info.account, told)
    shown = comparing.unreadable(book, info.id, unread)
    found = [
        Difference(order=key, kind="unreadable", cause=f"it can't be read: {error.cause}", remedy=error.remedy)
        for key, error in unread.items()
        if key not in shown
    ]
    for key, order in told.items():
        record = here.get(key)
        if record is None:
            found.append(_missing(order, info))
            continue
        found += _differences(order, record, info)
    return found


def _missing(order: Order, info: ConnectionRecord) -> Difference:
    return Difference(
        order=order.number,
        kind="not_here",
        cause=f"{info.name} has it and the hub has not",
        remedy=f"tranter sync {info.name} orders_weekly",
    )


def _differences(order: Order, record: OnRecord, info: ConnectionRecord) -> Iterator[Difference]:
    if order.state is CartState.CANCELED:
        if record.there and not record.canceling and record.status not in ("shipped", "confirmed"):
            yield Difference(
                order=order.number,
                kind="cancel_state",
                cause=f"it is canceled at {info.name}, and the warehouse still has it",
                remedy=f"tranter cancel {order.number}",
            )
        return
    if not record.there or record.status == "canceled":
        return
    shipped = dict(order.shipped_quantities)
    left = () if order.state is CartState.SHIPPED else order.lines  # of a shipped order, carts show all lines again
    wanted = shipped | {line.line_id: line.quantity + shipped.get(line.line_id, 0) for line in left}
    if wrong := [line for line, units in record.ordered.items() if wanted.get(line, 0) != units]:
        yield Difference(
            order=order.number,
            kind="quantities",
            cause=f"lines {', '.join(wrong)}: {info.name} asks for other quantities than the warehouse was asked for",
            remedy="compare both, and correct the order at the warehouse",
        )
    untold = [line for line, units in record.confirmed.items() if shipped.get(line, 0) < units]
    if untold and order.state is not CartState.SHIPPED:
        yield Difference(
            order=order.number,
            kind="tracking",
            cause=f"lines {', '.join(untold)}: the hub told the tracking number, and {info.name} does not show it",
            remedy=f"look at the order at {info.name}; enter the number there if it is missing",
        )


def _pulled(hub: Hub, book: Book, info: ConnectionRecord, since: datetime) -> list[Delivery]:
    """Parcels are read first: they are part of what is on record."""
    flow_id = schedule.flow_id(info.id, "shipments")
    if flow_id is not None:
        run_one(hub, flow_id)
    for line in schedule.flows_of(book.merchant_id):
        if (line.connection, line.name) == (info.name, "shipments") and line.failures:
            raise TransientError(line.trouble)
    return comparing.deliveries(book, info.id, since)


def _compare_warehouse(
    hub: Hub, book: Book, info: ConnectionRecord, deliveries: Sequence[Delivery]
) -> Iterator[tuple[Delivery, Difference | None]]:
    """A difference; or None for a delivery that stands there and is not on record: it can be adopted."""
    plug = hub.plug(info)
    if not isinstance(plug.connector, PushesFulfillments):
        return
    size = max(plug.manifest.limits.look_up_batch, 1)
    for start in range(0, len(deliveries), size):
        batch = deliveries[start : start + size]
        documents = fulfillments.documents(book, [one.fulfillment_id for one in batch])
        seen = {one.key: one for one in plug.connector.look_up_fulfillments(list(documents.values()))}
        for delivery in batch:
            sighting = seen.get(documents[delivery.fulfillment_id].key)
            if sighting is not None:
                yield from _of_sighting(info, delivery, sighting)


def _of_sighting(
    info: ConnectionRecord, delivery: Delivery, sighting: Sighting
) -> Iterator[tuple[Delivery, Difference | None]]:
    number, known = delivery.order_number, delivery.remote_id
    match sighting.verdict:
        case Verdict.FOUND:
            found = sighting.receipt.remote_id if sighting.receipt is not None else known
            if not known:
                yield delivery, None
            elif found != known:
                cause = f"it is recorded as {known} at {info.name}, and {found} is what stands there"
                yield delivery, Difference(order=number, kind="ids", cause=cause, remedy="look at both orders there")
        case Verdict.ABSENT if known:
            cause = f"it was delivered to {info.name} as {known}, and is not there any more"
            remedy = f"tranter resend {number}, or tranter cancel {number}"
            yield delivery, Difference(order=number, kind="not_at_warehouse", cause=cause, remedy=remedy)
        case Verdict.DOUBT:
            remedy = "compare both, and correct what is wrong there"
            yield delivery, Difference(order=number, kind="differs_at_warehouse", cause=sighting.reason, remedy=remedy)
        case Verdict.ABSENT:
            pass


def _adopt(hub: Hub, book: Book, info: ConnectionRecord, there: Sequence[Delivery]) -> int:
    """Found though no answer said so: the next attempt of each looks, and records what agrees."""
    now = hub.ports.clock.now()
    known = [one.intent_id for one in there if one.intent_id is not None]
    comparing.look_first(book, known, now)
    if known:
        schedule.ring(info.id, ["deliveries"], now)
    return len(known)
