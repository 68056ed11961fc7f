"""From an order and what is known to rows: routing decides, this file only gathers and hands over."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.changed import changed, compare_sent
from tranter.engine.hub import Hub
from tranter.engine.naming import aliases_of
from tranter.engine.numbering import numbered
from tranter.engine.run import Run
from tranter.ledger import (
    cancellations,
    catalogue,
    connections,
    decisions,
    exceptions,
    fulfillments,
    mappings,
    orders,
    status,
)
from tranter.ledger.book import Book
from tranter.ledger.cancellations import REPLACE
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.decisions import Held, Outcome, PlannedFulfillment, Settled, intent_key
from tranter.ledger.orders import OrderToDecide
from tranter.model import CartState
from tranter.routing.decide import Cancel, Hold, Send, Skip, View, Wait, Warehouse, decide, fulfillment
from tranter.routing.shipping_methods import Direction, MethodRow, method_table
from tranter.sdk.verbs import PushesFulfillments

EARLIEST_DAYS = 90
HOLD, CANCEL = "hold", "cancel"  # what an operator may wish


class Surroundings(Struct, frozen=True, kw_only=True):
    """What all orders of one batch are decided against."""

    view: View
    warehouse: ConnectionRecord | None
    look_first: bool


def surroundings(run: Run, batch: Sequence[OrderToDecide]) -> Surroundings:
    cart = run.info
    aliases = aliases_of(run.book)
    methods = method_table(
        [MethodRow(Direction.OUTWARD, c, code, to) for c, code, to in mappings.ship_methods(run.book)]
    )
    warehouse = the_warehouse(run)
    skus = {aliases.sku(cart.name, line.sku) for item in batch for line in item.order.lines}
    shelf = None
    if warehouse is not None:
        known = catalogue.has_products(warehouse.id)
        found = catalogue.products_by_sku(run.book, warehouse.id, skus) if known else None
        shelf = Warehouse(name=warehouse.name, products=found)
    view = View(
        cart=cart.name,
        warehouse=shelf,
        aliases=aliases,
        methods=methods,
        marketplaces=frozenset(getattr(run.plug.settings, "marketplaces", ()) or ()),
        earliest=earliest_order(run, run.plug.settings),
    )
    settings = run.hub.plug(warehouse).settings if warehouse is not None else None
    return Surroundings(view=view, warehouse=warehouse, look_first=getattr(settings, "backlog", "look_up") == "look_up")


def the_warehouse(run: Run) -> ConnectionRecord | None:
    return warehouse_of(run.hub, run.book)


def warehouse_of(hub: Hub, book: Book) -> ConnectionRecord | None:
    """A merchant with one warehouse needs no route. It stays the one while it waits for a sign-in, or is paused."""
    known = [info for info in connections.all_of(book) if info.state is not ConnectionState.DRAFT]
    found = [info for info in known if isinstance(hub.plug(info).connector, PushesFulfillments)]
    return min(found, key=lambda info: (info.state is ConnectionState.PAUSED, info.id), default=None)


def earliest_order(run: Run, settings: object) -> datetime:
    """The merchant's date, or 90 days before the connection went live."""
    chosen = getattr(settings, "earliest_order_date", None)
    if isinstance(chosen, datetime):
        return chosen
    if isinstance(chosen, date):
        return datetime.combine(chosen, time(), UTC)
    return (run.info.live_at or run.now()) - timedelta(days=EARLIEST_DAYS)


def decide_batch(run: Run, batch: Sequence[OrderToDecide]) -> int:
    """How many fulfillments were planned."""
    batch = numbered(run, batch)
    around = surroundings(run, batch)
    free = _free(run, batch)
    outcomes = [_outcome(run, item, around) for item in batch if item.id in free]
    review = [item for item in batch if item.id not in free]
    _review(run, review)
    marks = {item.id: item.mark for item in batch if item.id in free}
    planned = decisions.apply(run.book, outcomes, marks, run.now())
    _look_again(run, batch, outcomes)
    return planned


def _look_again(run: Run, batch: Sequence[OrderToDecide], outcomes: Sequence[Outcome]) -> None:
    """What waits now is compared with what is known now.

    A product or an alias that came while the batch was decided found nothing waiting for it yet.
    """
    waiting = {each.order_id: each for each in outcomes if _waits(each)}
    items = [item for item in batch if item.id in waiting]
    if items:
        around = surroundings(run, items)
        orders.undecide(run.book, [item.id for item in items if _outcome(run, item, around) != waiting[item.id]])


def _waits(outcome: Outcome) -> bool:
    return isinstance(outcome, Held) or (isinstance(outcome, Settled) and outcome.status == "new")


def _free(run: Run, batch: Sequence[OrderToDecide]) -> set[int]:
    """Orders of which nothing was sent: they can be decided anew, a plan that never left is taken back."""
    planned = [item.id for item in batch if item.planned and _is_in_question(item)]
    dropped = fulfillments.drop_unsent(run.book, planned, run.now())
    return {item.id for item in batch if not item.planned} | set(dropped)


def _is_in_question(item: OrderToDecide) -> bool:
    return bool(item.held_kind or item.wish or changed(item)) or item.order.state is not CartState.OPEN


def would_plan(run: Run, item: OrderToDecide) -> Outcome:
    """What would be decided of it if nothing of it had been sent."""
    return _outcome(run, replace(item, wish=""), surroundings(run, [item]))


def _outcome(run: Run, item: OrderToDecide, around: Surroundings) -> Outcome:
    order = item.order
    decision = decide(order, _with_holds(around.view, item))
    if item.wish == CANCEL:
        return Settled(order_id=item.id, status="canceled", reason="canceled by an operator")
    if item.wish == HOLD and not isinstance(decision, Skip | Cancel):
        remedy = f"when it may go: tranter release {order.number}"
        return Held(order_id=item.id, kind="operator", cause="held by an operator", remedy=remedy)
    match decision:
        case Send():
            assert around.warehouse is not None
            number = fulfillments.next_number(run.book, item.id)
            key = intent_key("push_fulfillment", around.warehouse.id, order.remote_id, number)
            planned = fulfillment(order, decision, key, item.cust_ref)
            return PlannedFulfillment(
                order_id=item.id,
                connection_id=around.warehouse.id,
                number=number,
                fulfillment=planned,
                lane=run.book.vault.hash(order.buyer.remote_id)[:64] if order.buyer.remote_id else "",
                # What waited for a person may have been keyed in at the warehouse by one meanwhile.
                look_first=around.look_first and (item.backlog or bool(item.held_kind)),
                notes=decision.notes,
            )
        case Hold():
            return Held(
                order_id=item.id,
                kind=decision.kind,
                cause=decision.cause,
                remedy=decision.remedy,
                value=decision.value,
            )
        case Skip():
            return Settled(order_id=item.id, status="skipped", reason=decision.reason)
        case Wait():
            return Settled(order_id=item.id, status="new", reason=decision.reason)
        case Cancel():
            return Settled(order_id=item.id, status="canceled", reason=decision.reason)


def _with_holds(view: View, item: OrderToDecide) -> View:
    return replace(view, holds=item.released) if item.released else view


def _review(run: Run, sent: Sequence[OrderToDecide]) -> None:
    """Orders that the warehouse has, or may have, and that the cart changed."""
    facts = status.recorded([item.id for item in sent])
    for item in sent:
        if item.wish == CANCEL:
            cancellations.ask_warehouse(run.book, item.id, "canceled by an operator", run.now())
            continue
        if item.wish == REPLACE:
            cancellations.ask_warehouse(run.book, item.id, "changed at the cart", run.now())
            continue
        match item.order.state:
            case CartState.CANCELED:
                cancellations.ask_warehouse(run.book, item.id, item.order.state_reason, run.now())
            case CartState.CANCEL_REQUESTED:
                _tell(
                    run,
                    item,
                    "cancel_requested",
                    "the buyer asks to cancel an order that the warehouse already has",
                )
            case CartState.SHIPPED | CartState.OPEN:
                exceptions.resolve(run.book, run.now(), order_ids=[item.id], kinds=["cancel_requested"])
                _compare_shipped(run, item, facts[item.id])
                compare_sent(run, item, facts[item.id])
            case CartState.WAITING | CartState.SKIPPED:
                pass
    orders.decided(run.book, {item.id: item.mark for item in sent})


def _compare_shipped(run: Run, item: OrderToDecide, facts: status.Recorded) -> None:
    """The cart counts a line as shipped, and no parcel of ours carries it: somebody shipped it by hand."""
    by_hand = [line_id for line_id, units in item.order.shipped_quantities if units and not facts.shipped.get(line_id)]
    if by_hand and facts.at_warehouse and any(line_id in facts.ordered for line_id in by_hand):
        _tell(
            run,
            item,
            "shipped_at_cart",
            "somebody marked it as shipped at the cart while the warehouse still has it",
        )


REMEDIES: Mapping[str, str] = {
    "cancel_requested": "stop it at the warehouse (tranter cancel), or decline the request at the cart",
    "shipped_at_cart": "if it really left, stop it at the warehouse (tranter cancel) so that it does not leave twice",
}


def _tell(run: Run, item: OrderToDecide, kind: str, cause: str) -> None:
    trouble = exceptions.Trouble(
        kind=kind,
        subject=item.order.number,
        cause=cause,
        remedy=REMEDIES[kind],
        order_id=item.id,
        connection_id=run.info.id,
    )
    exceptions.raise_exceptions(run.book, [trouble], run.now())
