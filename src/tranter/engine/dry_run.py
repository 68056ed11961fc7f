"""What a change of rules, filters or the like would make of the orders of the last days. Nothing is stored or sent."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import deciding
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.ruling import NOTHING, Wanted
from tranter.ledger import connections, rules
from tranter.ledger.book import Book
from tranter.ledger.order_marks import OrderToDecide
from tranter.model import CartState, Order
from tranter.routing.decide import Cancel, Hold, Send, Skip, View, Wait, decide, ruling
from tranter.routing.rule_actions import Ruled
from tranter.sdk.verbs import PullsOrders

DAYS, MOST_ORDERS, EXAMPLES, BATCH = 30, 2000, 20, 200
Change = Callable[[View], View]


class Example(Struct, frozen=True, kw_only=True):
    """One order that the change concerns: what would become of it now, and then."""

    order_id: int
    number: str
    connection: str
    ordered_at: datetime
    before: str
    after: str


class DryRun(Struct, frozen=True, kw_only=True):
    """`whole` False: there are more orders than were looked at; the newest were.

    `unweighed`: so many of them hang on a weight that nobody knows, which is that of `unknown_weights`.
    """

    days: int
    looked_at: int
    changed: int
    examples: tuple[Example, ...]
    whole: bool
    unweighed: int = 0
    unknown_weights: tuple[str, ...] = ()


class Pair(Struct, frozen=True):
    """Two ways of looking at the same orders."""

    before: Change
    after: Change


def dry_run(hub: Hub, book: Book, change: Change, more: Wanted = NOTHING) -> DryRun:
    """What is so now against what would be so. `more`: what the change wants to be known."""
    return compare(hub, book, Pair(lambda view: view, change), more)


def compare(hub: Hub, book: Book, pair: Pair, more: Wanted = NOTHING) -> DryRun:
    """Every order is decided twice, as if it had just been taken."""
    now = hub.ports.clock.now()
    looked_at, found, whole = 0, list[Compared](), True
    for info in connections.all_of(book):
        if not isinstance(hub.plug(info).connector, PullsOrders):
            continue
        lately = rules.lately(book, info.id, now, DAYS, MOST_ORDERS - looked_at + 1)
        if looked_at + len(lately) > MOST_ORDERS:
            lately, whole = lately[: MOST_ORDERS - looked_at], False
        looked_at += len(lately)
        run = looking(hub, info)
        for start in range(0, len(lately), BATCH):
            batch = lately[start : start + BATCH]
            view = replace(deciding.surroundings(run, batch, more).view, now=None)
            found += [_compared(item, info.name, (pair.before(view), pair.after(view))) for item in batch]
    examples = sorted(
        (one.example for one in found if one.example is not None), key=lambda one: one.ordered_at, reverse=True
    )
    unknown = {sku for one in found for sku in one.unweighed}
    return DryRun(
        days=DAYS,
        looked_at=looked_at,
        changed=len(examples),
        examples=tuple(examples[:EXAMPLES]),
        whole=whole,
        unweighed=sum(1 for one in found if one.unweighed),
        unknown_weights=tuple(sorted(unknown)[:EXAMPLES]),
    )


class Compared(Struct, frozen=True):
    example: Example | None
    unweighed: tuple[str, ...]


def _compared(item: OrderToDecide, connection: str, views: tuple[View, View]) -> Compared:
    order = _as_taken(item.order)
    before, after = (replace(view, holds=item.released) for view in views)
    ruled_before, ruled_after = ruling(order, before), ruling(order, after)
    told = described(order, before, ruled_before), described(order, after, ruled_after)
    example = _example(item, connection, told) if told[0] != told[1] else None
    return Compared(example, ruled_after.unweighed)


def _example(item: OrderToDecide, connection: str, told: tuple[str, str]) -> Example:
    order, (before, after) = item.order, told
    return Example(
        order_id=item.id,
        number=order.number,
        connection=connection,
        ordered_at=order.ordered_at,
        before=before,
        after=after,
    )


def _as_taken(order: Order) -> Order:
    """What the cart counts as shipped by now was to be sent once."""
    return replace(order, state=CartState.OPEN) if order.state is CartState.SHIPPED else order


def described(order: Order, view: View, ruled: Ruled) -> str:
    """What becomes of it, in a sentence without the buyer's data."""
    decision = decide(order, view, ruled)
    told = [_decided(decision, view)]
    if ruled.delay_hours and isinstance(decision, Send):
        told.append(f"waits {ruled.delay_hours} h")
    if ruled.tags:
        told.append(f"tagged {', '.join(ruled.tags)}")
    return "; ".join(told)


def _decided(decision: Send | Hold | Skip | Wait | Cancel, view: View) -> str:
    match decision:
        case Send():
            return f"sent: {', '.join(_shares(decision, view))}" + (
                f", by {decision.ship_method}" if decision.ship_method else ""
            )
        case Hold():
            return f"held: {decision.cause}"
        case Skip():
            return f"not taken: {decision.reason}"
        case Wait():
            return f"waits: {decision.reason}"
        case Cancel():
            return f"canceled: {decision.reason}"


def _shares(decision: Send, view: View) -> list[str]:
    only = view.warehouse.name if view.warehouse is not None else ""
    by_share: dict[int, list[str]] = {}
    for line in decision.lines:
        by_share.setdefault(line.share, [f"from {line.warehouse or only}"]).append(f"{line.quantity} × {line.sku}")
    return [" ".join((words[0], " + ".join(words[1:]))) for words in by_share.values()]
