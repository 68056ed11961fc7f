"""The way of an order, top to bottom. Every step ends in committed rows, so the process may die after any line."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tranter.engine import intake, stocktaking
from tranter.engine.attempt import Steps, carry_out
from tranter.engine.commitments import see_commitments
from tranter.engine.deciding import decide_batch, earliest_order
from tranter.engine.delivering import Batch
from tranter.engine.parties import Party
from tranter.engine.run import Flow, Run, may_push
from tranter.engine.walking import readable, walk
from tranter.ledger import (
    cancellations,
    catalogue,
    connections,
    fulfillments,
    mappings,
    orders,
    privacy,
    raw_records,
    returns,
    schedule,
    shipments,
    stock,
    waits,
)
from tranter.ledger.intents import Claimed, Result
from tranter.ledger.raw_records import RawLine
from tranter.model import Cancellation, Return, Shipment, ShipmentState
from tranter.routing.allocate import CannotAllocate, OrderedLine, allocate
from tranter.routing.shipping_methods import Direction, MethodRow, method_table
from tranter.sdk.errors import AuthError, RejectedError
from tranter.sdk.verbs import (
    PullsCancellations,
    PullsListings,
    PullsOrders,
    PullsProducts,
    PullsReturns,
    PullsShipments,
    PullsStock,
    PushesCancellations,
    PushesFulfillments,
    PushesShipments,
    PushesStock,
    Raw,
    Receipt,
    Sighting,
    Verdict,
)

SWEEPS = ("orders_daily", "orders_weekly")
PULLS = ("orders", *SWEEPS)
DAILY, WEEKLY = timedelta(hours=48), timedelta(days=30)
TOLD_AGAIN, SOON = timedelta(seconds=30), timedelta(seconds=1)
"""How often stock is told while orders are being read, and how often it is looked whether they are in."""


# 1. Orders come in: raw records and the cursor first, then each becomes an order.


def pull_orders(run: Run) -> None:
    _pull_orders(run, lambda now: earliest_order(run, run.plug.settings), sweep=False)


def sweep_orders_daily(run: Run) -> None:
    _pull_orders(run, lambda now: now - DAILY, sweep=True)


def sweep_orders_weekly(run: Run) -> None:
    _pull_orders(run, lambda now: now - WEEKLY, sweep=True)


def _pull_orders(run: Run, since: intake.Since, sweep: bool) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsOrders)
    if connections.siblings(run.info)[0].id != run.info.id:
        return
    first = since(run.now())

    def take(told: intake.Told) -> None:
        run.counts.orders_pulled += intake.take_orders(run, run.info, connector, told=told)

    intake.pull_pages(run, "order", lambda cursor: connector.pull_orders(cursor, first, sweep), take)


# 2. Each order is decided: sent, held, skipped, or left to wait.


def decide_orders(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsOrders)
    if not schedule.are_leased(run.info.id, PULLS, run.now()):  # who pulls reads what came: two would do the same work
        run.counts.orders_pulled += intake.take_orders(run, run.info, connector)
    waits.decide_due(run.book, run.info.id, run.now())
    while batch := orders.undecided(run.book, run.info.id):
        decide_batch(run, batch)
        run.failpoint("decided")
        run.renew()
    run.come_back(waits.next_at(run.book, run.info.id))


# 3. The warehouse is asked to send.


def push_fulfillments(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PushesFulfillments)
    if not may_push():
        return

    batch = Batch(run)

    def send(item: Claimed) -> Receipt:
        return connector.push_fulfillment(batch.to_send(item))

    def look_up(items: Sequence[Claimed]) -> Sequence[Sighting]:
        return connector.look_up_fulfillments([batch.document(item) for item in items])

    def settle(results: Sequence[Result]) -> None:
        told = batch.unnamed(results)
        run.counts.fulfillments_pushed += fulfillments.settle(run.book, run.lease, told, run.now())

    carry_out(run, "push_fulfillment", Steps(prepare=batch.prepare, send=send, look_up=look_up, settle=settle))
    privacy.hold_erased(run.book, run.info.id, run.now())
    for connection_id in orders.carts_with_undecided(run.book):
        run.wake(connection_id, "decide")


# 4. An order that one side canceled is stopped at the other.


def push_cancellations(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PushesCancellations)
    if not may_push():
        return

    def send(item: Claimed) -> Receipt:
        return connector.push_cancellation(item.detail["remote_id"], item.key, item.detail.get("reason", ""))

    def look_up(items: Sequence[Claimed]) -> Sequence[Sighting]:
        # Stopping twice stops once: what is unknown is asked again.
        return [Sighting(key=item.key, verdict=Verdict.ABSENT) for item in items]

    def settle(results: Sequence[Result]) -> None:
        run.counts.cancellations_pushed += cancellations.settle(run.book, run.lease, results, run.now())

    carry_out(run, cancellations.VERB, Steps(send=send, look_up=look_up, settle=settle))


def pull_cancellations(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsCancellations)
    since = run.info.live_at or run.now()

    def take(read: list[tuple[RawLine, Cancellation]]) -> None:
        for party in run.parties():
            tell = _carts_to_tell(run, party)
            for _, found in read:
                voided = cancellations.Voided(
                    connection_id=party.info.id, remote_id=found.remote_order_id, reason=found.reason, tell_carts=tell
                )
                cancellations.void_at_warehouse(party.book, voided, run.now())
        _mark_read(run, read)

    heard = intake.Heard(run.info.id, "cancellation")
    intake.pull_and_read(
        run, heard, lambda cursor: connector.pull_cancellations(cursor, since), connector.read_cancellation, take
    )


def _mark_read(run: Run, read: Sequence[tuple[RawLine, object]]) -> None:
    raw_records.mark_read(run.book, {raw.id: raw.digest for raw, _ in read})
    for party in run.parties():
        privacy.erase_late(party.book, [raw.id for raw, _ in read])


def _carts_to_tell(run: Run, party: Party) -> frozenset[int]:
    """Off unless the merchant switched it on: to cancel at the cart may refund the buyer."""
    carts = party.others()
    return frozenset(info.id for info in carts if getattr(run.hub.plug(info).settings, "push_cancellations", False))


# 5. Parcels come back.


def pull_shipments(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsShipments)
    since = (run.info.live_at or run.now()) - timedelta(days=1)

    def take(read: list[tuple[RawLine, Shipment]]) -> None:
        _take_shipments(run, read)

    heard = intake.Heard(run.info.id, "shipment")
    intake.pull_and_read(
        run, heard, lambda cursor: connector.pull_shipments(cursor, since), connector.read_shipment, take
    )


def _take_shipments(run: Run, read: list[tuple[RawLine, Shipment]]) -> None:
    in_time = sorted(read, key=lambda pair: (pair[1].shipped_at, pair[1].remote_id))
    # Perhaps not ours; perhaps of a delivery whose answer was lost, and which is found in a moment.
    waiting = {raw.id: shipment.remote_order_id for raw, shipment in in_time}
    bad: list[tuple[Party, list[raw_records.Unread]]] = []
    for party in run.parties():
        known = shipments.known_orders(party.book, party.info.id, [shipment for _, shipment in in_time])
        allocated: list[shipments.Allocated] = []
        unfit: list[raw_records.Unread] = []
        for raw, shipment in in_time:
            order = known.get(shipment.remote_order_id)
            if order is None:
                continue
            waiting.pop(raw.id, None)
            try:
                allocated.append(_allocated(run, order, party.shipment(shipment)))
            except CannotAllocate as error:
                unfit.append(raw_records.Unread(raw.id, raw.key, error.cause, "compare the parcel with the order"))
        run.counts.shipments_pulled += shipments.record(party.book, party.info.id, allocated, run.now())
        bad.append((party, unfit))
    _mark_read(run, read)
    raw_records.mark_waiting(run.book, waiting)
    for party, unfit in bad:
        raw_records.mark_unreadable(party.book, party.info.id, "shipment", unfit, run.now())


def _allocated(run: Run, order: shipments.SentOrder, shipment: Shipment) -> shipments.Allocated:
    lines = [OrderedLine(line_id=a, sku=b, remote_line_id=c, quantity=d) for a, b, c, d in order.lines]
    allocated = allocate(shipment, lines, order.shipped)
    if shipment.state is not ShipmentState.VOID:
        for line in allocated:
            order.shipped[line.line_id] = order.shipped.get(line.line_id, 0) + line.quantity
    cart = connections.by_id(order.cart_connection_id)
    settings = run.hub.plug(cart).settings
    return shipments.Allocated(
        fulfillment_id=order.fulfillment_id,
        shipment=replace(shipment, lines=allocated),
        push=bool(getattr(settings, "push_tracking", True)),
        look_first=run.hub.doubt_before is not None and shipment.shipped_at < run.hub.doubt_before,
    )


# 6. The cart learns carrier and tracking number.


def push_shipments(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PushesShipments)
    if not may_push():
        return
    table = method_table([MethodRow(Direction.INWARD, c, word, to) for c, word, to in mappings.carriers(run.book)])
    told: dict[int, str] = {}

    def document(item: Claimed) -> Shipment:
        found = shipments.documents(run.book, [item.shipment_id or 0])[item.shipment_id or 0]
        told[item.shipment_id or 0] = found.tracking_number
        carrier = table.to_cart(shipments.warehouse_name(run.book, item.shipment_id or 0), found.carrier)
        return replace(found, carrier=carrier, key=item.key, replaces=item.detail.get("replaces"))

    def send(item: Claimed) -> Receipt:
        return connector.push_shipment(document(item))

    def look_up(items: Sequence[Claimed]) -> Sequence[Sighting]:
        return connector.look_up_shipments([document(item) for item in items])

    def settle(results: Sequence[Result]) -> None:
        run.counts.shipments_pushed += shipments.settle(run.book, run.lease, results, told, run.now())

    carry_out(run, shipments.VERB, Steps(send=send, look_up=look_up, settle=settle))


# 7. What buyers send back is shown, and nothing follows from it.


def pull_returns(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsReturns)
    since = (run.info.live_at or run.now()) - timedelta(days=1)

    def take(read: list[tuple[RawLine, Return]]) -> None:
        for party in run.parties():
            returns.record(party.book, party.info.id, [one for _, one in read], run.now())
        _mark_read(run, read)

    heard = intake.Heard(run.info.id, "return")
    intake.pull_and_read(run, heard, lambda cursor: connector.pull_returns(cursor, since), connector.read_return, take)


# 8. What there is: products, listings, stock levels.


def pull_products(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsProducts)
    parties = run.parties()
    changed: set[int] = set()

    def take(records: Sequence[Raw], read_at: datetime) -> None:
        products = readable(run, "product", records, connector.read_product)
        for party in parties:
            if catalogue.store_products(party.book, party.held(run.lease), party.products(products), read_at):
                changed.add(party.info.id)

    started_at = walk(run, connector.pull_products, take)
    for party in parties:
        gone = catalogue.retire_products(party.book, party.held(run.lease), started_at, run.now())
        if gone or party.info.id in changed:
            stocktaking.products_changed(run, party.book)


def pull_listings(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsListings)

    def take(records: Sequence[Raw], read_at: datetime) -> None:
        found = readable(run, "listing", records, connector.read_listing)
        listings = [listing for group in found for listing in group if stocktaking.is_ours(run, listing)]
        catalogue.store_listings(run.book, run.lease, listings, read_at)

    started_at = walk(run, connector.pull_listings, take)
    catalogue.retire_listings(run.book, run.lease, started_at, run.now())
    run.wake(run.info.id, "listing_stock")


def pull_stock(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PullsStock)

    def take(records: Sequence[Raw], read_at: datetime) -> None:
        found = readable(run, "stock level", records, lambda payload: connector.read_stock(payload, read_at))
        levels = [level for group in found for level in group]
        for party in parties:
            run.counts.stock_pulled += stock.store_levels(party.book, party.held(run.lease), party.levels(levels))

    parties = run.parties()
    for party in parties:
        see_commitments(run, party)
    walk(run, connector.pull_stock, take)
    for info in (info for party in parties for info in party.others()):
        run.wake(info.id, "listing_stock")


# 9. The cart's listings show what can be sold.


def push_stock(run: Run) -> None:
    connector = run.plug.connector
    assert isinstance(connector, PushesStock)
    if not may_push() or run.info.stock_live_at is None or not getattr(run.plug.settings, "push_stock", True):
        return
    if not run.lease.failures and _was_told_lately(run) and schedule.are_leased(run.info.id, PULLS, run.now()):
        run.come_back(run.now() + SOON)  # each batch of orders changes what can be sold: it is told when all are in
        return
    run.cursor = run.now().isoformat()
    stocktaking.write_down(run)
    while batches := stock.claim(run.book, run.lease, run.plug.manifest.limits.stock_batches, run.now()):
        run.failpoint("claimed.push_stock")
        answers = run.hub.ports.pool.map(lambda batch: stocktaking.push_batch(run, connector, batch), batches)
        run.failpoint("answered.push_stock")
        results = [result for batch, _ in answers for result in batch]
        run.counts.stock_pushed += stocktaking.settle(run, batches, results)
        refused = next((error for _, error in answers if isinstance(error, AuthError | RejectedError)), None)
        if refused is not None:
            raise refused
        run.renew()
    run.come_back(stock.next_due_at(run.info.id))


def _was_told_lately(run: Run) -> bool:
    """The cursor of this flow is when it was."""
    told = run.lease.cursor
    return bool(told) and timedelta(0) <= run.now() - datetime.fromisoformat(told) < TOLD_AGAIN


FLOWS: dict[str, Flow] = {
    "orders": pull_orders,
    "orders_daily": sweep_orders_daily,
    "orders_weekly": sweep_orders_weekly,
    "decide": decide_orders,
    "deliveries": push_fulfillments,
    "stops": push_cancellations,
    "cancellations": pull_cancellations,
    "shipments": pull_shipments,
    "tracking": push_shipments,
    "returns": pull_returns,
    "products": pull_products,
    "listings": pull_listings,
    "stock": pull_stock,
    "listing_stock": push_stock,
}
