"""From an order and what is known to rows: routing decides, this file only gathers and hands over."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.changed import changed, compare_sent
from tranter.engine.combined import put_together, with_mates
from tranter.engine.naming import aliases_of_orders, filters_of_cart, kits_of
from tranter.engine.numbering import numbered, share_number
from tranter.engine.ruling import NOTHING, Wanted, rules_of, wanted_by
from tranter.engine.run import Run
from tranter.engine.warehouses import plan_of, shelves_for, warehouse_of, warehouses_of, weights_at
from tranter.ledger import (
    cancellations,
    decisions,
    elsewhere,
    exceptions,
    fulfillments,
    mappings,
    orders,
    status,
)
from tranter.ledger.cancellations import REPLACE
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.decisions import Held, Outcome, PlannedFulfillment, Ruling, Settled, intent_key, key_subject
from tranter.ledger.order_marks import OrderToDecide
from tranter.model import CartState, DelayFrom
from tranter.model.address import AddressCheck
from tranter.routing.decide import (
    Cancel,
    Hold,
    PlannedLine,
    Send,
    Skip,
    View,
    Wait,
    decide,
    fulfillment,
    ruling,
    shares,
)
from tranter.routing.kits import component_skus
from tranter.routing.rule_actions import Ruled
from tranter.routing.shipping_methods import Direction, MethodRow, method_table
from tranter.routing.warehouses import spent

EARLIEST_DAYS = 90
HOLD, CANCEL = "hold", "cancel"  # what an operator may wish


class Surroundings(Struct, frozen=True, kw_only=True):
    """What all orders of one batch are decided against. `warehouses` are by priority."""

    view: View
    warehouses: tuple[ConnectionRecord, ...]

    def named(self, name: str) -> ConnectionRecord:
        """Empty: the only one, or the first."""
        return next(info for info in self.warehouses if name in ("", info.name))

    def after(self, lines: Sequence[PlannedLine]) -> "Surroundings":
        """With what these lines leave of the stock, where there is a choice."""
        if len(self.warehouses) < 2:
            return self
        first, *others = spent(self.view.warehouses, [(line.warehouse, line.sku, line.quantity) for line in lines])
        return replace(self, view=replace(self.view, warehouse=first, others=tuple(others)))


def surroundings(run: Run, batch: Sequence[OrderToDecide], more: Wanted = NOTHING) -> Surroundings:
    """`more` is to be known too, besides what the batch and the rules want."""
    cart, settings = run.info, run.plug.settings
    aliases = aliases_of_orders(run)
    methods = method_table(
        [MethodRow(Direction.OUTWARD, c, code, to) for c, code, to in mappings.ship_methods(run.book)]
    )
    rules = rules_of(run.book)
    warehouses = tuple(warehouses_of(run.hub, run.book))
    meant = {
        then.sku(cart.name, line.sku)
        for item in batch
        for then in [aliases.on(item.order.ordered_at)]
        for line in item.order.lines
    }
    kits = kits_of(run.book, meant)
    skus, wanted = component_skus(meant, kits), wanted_by(rules) | more
    shelves = shelves_for(run.hub, run.book, warehouses, skus | wanted.skus)
    view = View(
        cart=cart.name,
        warehouse=next(iter(shelves), None),
        others=shelves[1:],
        policy=plan_of(run.book).policy,
        rules=rules,
        filters=filters_of_cart(run),
        delay=timedelta(minutes=int(getattr(settings, "delay_minutes", 0))),
        delay_from=getattr(settings, "delay_from", DelayFrom.ORDERED),
        now=run.now(),
        address_check=getattr(settings, "address_check", AddressCheck.OFF),
        address_countries=frozenset(getattr(settings, "address_countries", ()) or ()),
        aliases=aliases,
        kits=kits,
        grams=weights_at(run.book, warehouses, skus) if wanted.weight else {},
        methods=methods,
        reject_unmapped=bool(getattr(settings, "reject_unmapped_ship_methods", False)),
        marketplaces=frozenset(getattr(settings, "marketplaces", ()) or ()),
        earliest=earliest_order(run, settings),
        elsewhere=_elsewhere(run, batch),
    )
    return Surroundings(view=view, warehouses=warehouses)


def _elsewhere(run: Run, batch: Sequence[OrderToDecide]) -> Mapping[str, str]:
    """What a warehouse of ours was asked for already is nobody else's."""
    ours = [item.order for item in batch if not item.planned]
    return elsewhere.of(run.book, (number for order in ours for number in (order.number, order.remote_id)))


def the_warehouse(run: Run) -> ConnectionRecord | None:
    return warehouse_of(run.hub, run.book)


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
    batch = numbered(run, with_mates(run, batch))
    around = surroundings(run, batch)
    free = _free(run, batch)
    outcomes = list[Outcome]()
    for item in batch:
        if item.id in free:
            found, around = _outcome(run, item, around)
            outcomes += found
    review = [item for item in batch if item.id not in free]
    _review(run, review)
    marks = {item.id: item.mark for item in batch if item.id in free}
    planned = decisions.apply(run.book, put_together(run, outcomes), marks, run.now())
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
        changed = [item.id for item in items if _outcome(run, item, around)[0] != [waiting[item.id]]]
        orders.undecide(run.book, changed)


def _waits(outcome: Outcome) -> bool:
    return isinstance(outcome, Held) or (isinstance(outcome, Settled) and outcome.status == "new")


def _free(run: Run, batch: Sequence[OrderToDecide]) -> set[int]:
    """Orders of which nothing was sent: they can be decided anew, a plan that never left is taken back."""
    planned = [item.id for item in batch if item.planned and _is_in_question(item)]
    dropped = fulfillments.drop_unsent(run.book, planned, run.now())
    return {item.id for item in batch if not item.planned} | set(dropped)


def _is_in_question(item: OrderToDecide) -> bool:
    return bool(item.held_kind or item.wish or changed(item)) or item.order.state is not CartState.OPEN


def would_plan(run: Run, item: OrderToDecide) -> list[Outcome]:
    """What would be decided of it if nothing of it had been sent: one for each share."""
    return _outcome(run, replace(item, wish=""), surroundings(run, [item]))[0]


def _outcome(run: Run, item: OrderToDecide, around: Surroundings) -> tuple[list[Outcome], Surroundings]:
    """What becomes of it, and what is left for the next one."""
    order, view = item.order, _with_holds(around.view, item)
    asked = ruling(order, view)
    decision, ruled = decide(order, view, asked), _recorded(asked)
    if item.wish == CANCEL:
        return [Settled(order_id=item.id, status="canceled", reason="canceled by an operator")], around
    if item.wish == HOLD and not isinstance(decision, Skip | Cancel):
        remedy = f"when it may go: tranter release {order.number}"
        held = Held(order_id=item.id, kind="operator", cause="held by an operator", remedy=remedy, ruling=ruled)
        return [held], around
    if isinstance(decision, Send):
        return _planned(run, item, around, (decision, ruled)), around.after(decision.lines)
    return [_waiting(item, decision, ruled)], around


def _recorded(ruled: Ruled) -> Ruling:
    return Ruling(tags=ruled.tags, rules=tuple((one.rule, ", ".join(one.did)) for one in ruled.applied))


def _waiting(item: OrderToDecide, decision: Hold | Skip | Wait | Cancel, ruled: Ruling) -> Outcome:
    match decision:
        case Hold():
            return Held(
                order_id=item.id,
                kind=decision.kind,
                cause=decision.cause,
                remedy=decision.remedy,
                value=decision.value,
                ruling=ruled,
            )
        case Skip():
            return Settled(order_id=item.id, status="skipped", reason=decision.reason, ruling=ruled)
        case Wait():
            reason, until = decision.reason, decision.until
            return Settled(order_id=item.id, status="new", reason=reason, until=until, ruling=ruled)
        case Cancel():
            return Settled(order_id=item.id, status="canceled", reason=decision.reason, ruling=ruled)


def _planned(run: Run, item: OrderToDecide, around: Surroundings, decided: tuple[Send, Ruling]) -> list[Outcome]:
    """One fulfillment for each share."""
    decision, ruled = decided
    names, subject = share_number(run, item, around.warehouses), key_subject(item.account, item.order.remote_id)
    found: list[Outcome] = []
    for number, (name, part) in enumerate(shares(decision), item.number):
        warehouse = around.named(name)
        key = intent_key("push_fulfillment", warehouse.id, subject, number)
        # What waited for a person may have been keyed in at the warehouse by one meanwhile.
        doubted = item.backlog or bool(item.held_kind)
        found.append(
            PlannedFulfillment(
                order_id=item.id,
                connection_id=warehouse.id,
                number=number,
                fulfillment=fulfillment(item.order, part, key, names(part.lines[0].share)),
                lane=run.book.vault.hash(item.order.buyer.remote_id) if item.order.buyer.remote_id else "",
                look_first=doubted and _looks_first(run, warehouse),
                notes=decision.notes,
                ruling=ruled,
            )
        )
    return found


def _looks_first(run: Run, warehouse: ConnectionRecord) -> bool:
    return getattr(run.hub.plug(warehouse).settings, "backlog", "look_up") == "look_up"


def _with_holds(view: View, item: OrderToDecide) -> View:
    return replace(view, holds=item.released) if item.released else view


def _review(run: Run, sent: Sequence[OrderToDecide]) -> None:
    """Orders that the warehouse has, or may have, and that the cart changed."""
    if not sent:
        return
    facts = status.recorded([item.id for item in sent])
    for item in sent:
        if item.wish in (CANCEL, REPLACE) or item.order.state is CartState.CANCELED:
            fulfillments.drop_unsent_shares(run.book, item.id, run.now())
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
