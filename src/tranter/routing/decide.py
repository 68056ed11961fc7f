"""Shall this order be sent, and if so, what of it?"""

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from tranter.model import Address, CartState, Order, OrderLine
from tranter.model.kit import write_recipe
from tranter.routing.address_rules import faults, said, tidied
from tranter.routing.addresses import country_code
from tranter.routing.decision import (
    DELAY,
    ELSEWHERE,
    FILTERED,
    LIFTABLE,
    OTHER_SITE,
    RULE_SKIP,
    TOO_EARLY,
    Cancel,
    Decision,
    Hold,
    PlannedLine,
    Policy,
    Send,
    Skip,
    View,
    Wait,
    Warehouse,
)
from tranter.routing.delay import delayed
from tranter.routing.filters import Sifted, sift
from tranter.routing.fulfillment import fulfillment, shares
from tranter.routing.kits import items_of
from tranter.routing.rule_actions import NOTHING, Ruled, apply_rules
from tranter.routing.rule_conditions import Seen
from tranter.routing.sending import candidates, placed
from tranter.routing.troubles import checks, troubles

__all__ = [
    "DELAY",
    "LIFTABLE",
    "Cancel",
    "Decision",
    "Hold",
    "PlannedLine",
    "Policy",
    "Send",
    "Skip",
    "View",
    "Wait",
    "Warehouse",
    "decide",
    "fulfillment",
    "ruling",
    "shares",
]


def decide(order: Order, view: View, ruled: Ruled | None = None) -> Decision:
    """`ruled`: what `ruling` said of it in this view, where that was asked already."""
    view = view.as_of(order.ordered_at)
    turned_away = _not_ours(order, view) or _by_state(order)
    if turned_away is not None:
        return turned_away
    sifted = _sifted(order, view)
    if sifted.reason:
        return Skip(sifted.reason, FILTERED)
    ruled, order = ruling(order, view) if ruled is None else ruled, sifted.order
    if ruled.skip is not None and RULE_SKIP not in view.holds:
        return Skip(f"{ruled.skip.reason} (rule {ruled.skip.rule!r})", RULE_SKIP)
    found = troubles(order, view, ruled)
    if found:
        return _held(found)
    if all(line.quantity <= 0 for line in order.lines):
        return Skip("there is nothing to send")
    if not candidates(view, ruled.route):
        return Wait("the warehouse's products have not been read yet")
    return delayed(order, view, ruled) or _without(sifted, _sent(order, view, ruled))


def _sifted(order: Order, view: View) -> Sifted:
    """Without what filters leave out, unless somebody lifted them."""
    return Sifted(order) if FILTERED in view.holds else sift(order, view.filters)


def _without(sifted: Sifted, decision: Send | Hold) -> Send | Hold:
    if isinstance(decision, Hold) or not sifted.left_out:
        return decision
    notes = (f"{line.sku!r} is left out by a filter" for line in sifted.left_out)
    return replace(decision, notes=(*decision.notes, *dict.fromkeys(notes)))


def ruling(order: Order, view: View) -> Ruled:
    """What the merchant's rules make of it."""
    if not view.rules:
        return NOTHING
    view = view.as_of(order.ordered_at)
    ours = _sifted(order, view).order
    seen = Seen(order=ours, cart=view.cart, aliases=view.aliases, kits=view.kits, grams=view.grams)
    return apply_rules(view.rules, seen)


def _not_ours(order: Order, view: View) -> Skip | None:
    # One grant covers all sites of an account: a basket is ours when any line of it was bought on ours.
    sites = {site for site in (order.marketplace, *(line.marketplace for line in order.lines)) if site}
    if view.marketplaces and sites and not sites & view.marketplaces and OTHER_SITE not in view.holds:
        return Skip(f"bought on {', '.join(sorted(sites))}, which this connection does not take", OTHER_SITE)
    if view.earliest is not None and order.ordered_at < view.earliest and TOO_EARLY not in view.holds:
        return Skip(f"ordered before {view.earliest:%Y-%m-%d %H:%M} UTC, the earliest order date", TOO_EARLY)
    there = view.elsewhere.get(order.number) or view.elsewhere.get(order.remote_id)
    if there and ELSEWHERE not in view.holds:
        return Skip(f"already at {there}: left there", ELSEWHERE)
    return None


def _by_state(order: Order) -> Decision | None:
    match order.state:
        case CartState.OPEN | CartState.CANCEL_REQUESTED:
            return None if order.lines else Skip(order.state_reason or "there is nothing to send")
        case CartState.WAITING:
            return Wait(order.state_reason or "the cart has not released it yet")
        case CartState.CANCELED:
            return Cancel(order.state_reason or "canceled at the cart")
        case CartState.SHIPPED:
            return Skip(order.state_reason or "already shipped at the cart")
        case CartState.SKIPPED:
            return Skip(order.state_reason or "the cart says that it is not ours to send")
        case _:
            assert_never(order.state)


def _held(found: tuple[Hold, ...]) -> Hold:
    first, *others = found
    if not others:
        return first
    also = "; ".join(dict.fromkeys(hold.cause for hold in others))
    return Hold(kind=first.kind, cause=f"{first.cause}; also: {also}", remedy=first.remedy, value=first.value)


def _sent(order: Order, view: View, ruled: Ruled) -> Send | Hold:
    asked = [line for line in order.lines if line.quantity > 0]
    lines = placed(order, [planned for line in asked for planned in _planned(line, view)], view, ruled)
    if isinstance(lines, Hold):
        return lines
    mapped = view.methods.to_warehouse(view.cart, order.ship_method)
    method = mapped if ruled.ship_method is None else ruled.ship_method
    ship_to, noted = _addressed(order, view)
    return Send(lines=lines, ship_method=method, notes=(*_notes(order, view, method), *noted), ship_to=ship_to)


def _addressed(order: Order, view: View) -> tuple[Address | None, tuple[str, ...]]:
    """As its country writes it, and what may be wrong with it all the same. Without the buyer's data."""
    address = order.ship_to
    if address is None or not checks(address, view):
        return None, ()
    sent = tidied(address)
    wrong = [f"the address may be wrong: {part.replace('_', ' ')}" for part in faults(address)]
    return (sent if sent != address else None), (*said(address, sent), *wrong)


def _planned(line: OrderLine, view: View) -> Iterator[PlannedLine]:
    """Several for a kit."""
    return items_of(line, view.aliases.sku(view.cart, line.sku), view.kits)


def _notes(order: Order, view: View, method: str) -> tuple[str, ...]:
    notes: dict[str, None] = {}
    for line in order.lines:
        sku = view.aliases.sku(view.cart, line.sku)
        if line.quantity <= 0:
            notes[f"line {line.line_id} is left out: {line.quantity} units"] = None
        elif sku != line.sku:
            notes[f"{line.sku!r} is sent as {sku!r}"] = None
        if line.quantity > 0 and sku in view.kits:
            notes[f"the kit {sku!r} is sent as {write_recipe(view.kits[sku])}"] = None
    if method != order.ship_method:
        notes[f"ship method {order.ship_method!r} becomes {method!r}"] = None
    if order.ship_to is not None and country_code(order.ship_to.country) != order.ship_to.country:
        notes[f"country {order.ship_to.country!r} is sent as {country_code(order.ship_to.country)!r}"] = None
    if view.holds:
        notes[f"released by an operator: {', '.join(sorted(view.holds))}"] = None
    return tuple(notes)
