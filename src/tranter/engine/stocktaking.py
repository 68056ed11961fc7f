"""What the cart's listings shall show, and the calls that make them show it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from tranter.engine.kit_stock import shelves_with_kits
from tranter.engine.naming import aliases_of_listings, filters_of_cart
from tranter.engine.retry import again_at
from tranter.engine.run import LeaseTooShort, Run
from tranter.engine.stock_at_hand import Shelves, feeding, locations_of
from tranter.ledger import exceptions, orders, stock
from tranter.ledger.book import Book
from tranter.ledger.schedule import LeaseLost
from tranter.ledger.stock import ListingState, Shelf, StockResult
from tranter.model import Listing, StockTarget
from tranter.routing.filters import gets_stock
from tranter.routing.stock import (
    Change,
    StockPolicy,
    mass_change,
    plan_changes,
    publishable,
    sum_levels,
    within_revisions,
)
from tranter.sdk.errors import ConnectorError, RejectedError, TransientError
from tranter.sdk.verbs import PushesStock, StockAnswer, StockOutcome

CONFIRMED_FOR = timedelta(minutes=30)


def products_changed(run: Run, book: Book) -> None:
    """Orders that waited for a product, or for products at all, are decided again."""
    orders.decide_again(book, run.now(), kinds=["unknown_sku", "duplicate_sku", "no_warehouse"])
    orders.decide_waiting_again(book)
    for connection_id in orders.carts_with_undecided(book):
        run.wake(connection_id, "decide")


def is_ours(run: Run, listing: Listing) -> bool:
    """One account may serve several connections: each keeps the stock of its own sites."""
    sites = getattr(run.plug.settings, "marketplaces", ()) or ()
    return not sites or not listing.marketplace or listing.marketplace in sites


def write_down(run: Run) -> tuple[Change, ...]:
    """The wishes of this moment, written down before any call."""
    changes, states = plan(run)
    run.failpoint("stock_planned")
    reason = mass_change(changes, len(states))
    if reason is not None and not _confirmed_lately(run):
        _ask(run, "mass_change", reason, f"if that is right: tranter go-live {run.info.name} --stock --yes")
        changes = ()
    else:
        exceptions.resolve(run.book, run.now(), connection_id=run.info.id, kinds=["mass_change"])
    limit = run.plug.manifest.limits.revisions_per_day
    if limit:
        changes = within_revisions(changes, _revisions_made(states), limit)
    wanted: dict[int, int | None] = {int(change.key): change.wanted for change in changes}
    obsolete = {state.id: None for state in states if state.wanted is not None and state.id not in wanted}
    stock.want(run.book, run.info.id, {**obsolete, **wanted}, run.now())
    return changes


def _revisions_made(states: Sequence[ListingState]) -> dict[str, int]:
    """The vendor counts revisions by page, and one page may sell many codes."""
    by_page: Counter[str] = Counter()
    for state in states:
        by_page[state.listing_id] += state.revisions
    return {str(state.id): by_page[state.listing_id] for state in states}


def plan(run: Run) -> tuple[tuple[Change, ...], list[ListingState]]:
    """What differs between what listings are expected to show now and what they shall show."""
    states = stock.listing_states(run.book, run.info.id, run.now().date())
    if not feeding(run.hub, run.book):
        return (), states
    wanted = wanted_quantities(run, states)
    changes = plan_changes(wanted, {str(state.id): expected(state) for state in states})
    if not any(change.wanted == 0 for change in changes):
        exceptions.resolve(run.book, run.now(), connection_id=run.info.id, kinds=["zero_needs_choice"])
    allowed = (_allowed(run, change) for change in changes)
    return tuple(change for change in allowed if change is not None), states


def expected(state: ListingState) -> int | None:
    return None if state.acknowledged is None else max(state.acknowledged - state.sold, 0)


def wanted_quantities(run: Run, states: Sequence[ListingState]) -> dict[str, int | None]:
    aliases = aliases_of_listings(run)
    skus = {state.id: aliases.sku(run.info.name, state.sku) for state in states}
    wanted = from_shelves(run, skus, shelves_with_kits(run.hub, run.book, set(skus.values()), run.plug.settings))
    return wanted | dict.fromkeys(left_out(run, states))


def left_out(run: Run, states: Sequence[ListingState]) -> list[str]:
    """Listings that a filter keeps our stock from: nothing is written there."""
    filters = filters_of_cart(run)
    return [str(state.id) for state in states if not gets_stock(state.sku, filters)]


def from_shelves(run: Run, skus: Mapping[int, str], shelves: Shelves) -> dict[str, int | None]:
    """`skus`: listing → the SKU that it means."""
    settings = run.plug.settings
    policy = StockPolicy(
        share_percent=getattr(settings, "share_percent", 100),
        buffer=getattr(settings, "buffer", 0),
        minimum_level=getattr(settings, "minimum_level", 0),
        maximum_shown=getattr(settings, "maximum_shown", None),
    )
    warehouses = feeding(run.hub, run.book)
    locations = locations_of(run.hub, warehouses[0], settings) if len(warehouses) == 1 else frozenset()
    return {str(listing): _quantity(shelves.get(sku, []), locations, policy) for listing, sku in skus.items()}


def _quantity(shelves: Sequence[Shelf], locations: frozenset[str], policy: StockPolicy) -> int | None:
    """None when the SKU is not at the warehouse, or there twice: nothing is written then."""
    if len(shelves) != 1:
        return None
    shelf = shelves[0]
    available = sum_levels(shelf.levels, locations)
    return publishable(available, shelf.reserved, shelf.tracked, shelf.at_most, policy)


def _allowed(run: Run, change: Change) -> Change | None:
    """A zero goes out only where the cart keeps the listing, or where the merchant chose so; else one is shown."""
    if change.wanted > 0 or run.info.facts.get("out_of_stock_control") == "on":
        return change
    chosen = getattr(run.plug.settings, "out_of_stock", "allow")
    choice = getattr(chosen, "value", chosen)  # the cart's own enumeration
    if choice == "allow":
        return change
    if choice == "ask":
        remedy = (
            f"switch on Out-of-Stock control at the cart and run: tranter check {run.info.name}; "
            f"or choose: tranter connect … --set out_of_stock=allow (listings end) or never (they keep showing 1)"
        )
        _ask(
            run,
            "zero_needs_choice",
            "a zero would end the listing: Out-of-Stock control is off at the cart. It shows 1 until you choose",
            remedy,
        )
    return replace(change, wanted=1) if change.expected is None or change.expected > 1 else None


def _ask(run: Run, kind: str, cause: str, remedy: str) -> None:
    trouble = exceptions.Trouble(
        kind=kind, subject=run.info.name, cause=cause, remedy=remedy, connection_id=run.info.id
    )
    exceptions.raise_exceptions(run.book, [trouble], run.now())


def _confirmed_lately(run: Run) -> bool:
    confirmed = run.info.stock_live_at
    return confirmed is not None and run.now() - confirmed < CONFIRMED_FOR


Batch = Sequence[tuple[int, StockTarget]]


def push_batch(run: Run, connector: PushesStock, batch: Batch) -> tuple[list[StockResult], ConnectorError | None]:
    """One call. Quantities are absolute: what has no answer is simply sent again, at its newest value."""
    began = run.now()
    try:
        run.failpoint("before_call.push_stock")
        run.check_time()
        answers = connector.push_stock([target for _, target in batch])
        run.failpoint("after_call.push_stock")
    except LeaseTooShort:
        return [], None
    except ConnectorError as error:
        retry_after = error.retry_after if isinstance(error, TransientError) else None
        failures = 3 if isinstance(error, RejectedError) else 1
        at = again_at(run.now(), failures, retry_after, run.hub.ports.random)
        results = [
            StockResult(
                listing_row_id=row_id,
                quantity=target.quantity,
                outcome="again",
                at=began,
                due_at=at,
                reason=error.reason,
            )
            for row_id, target in batch
        ]
        return results, error
    found: Mapping[str, StockAnswer] = {answer.key: answer for answer in answers}
    return [_result(run, row_id, target, found.get(target.key)) for row_id, target in batch], None


def settle(run: Run, batches: Sequence[Batch], results: Sequence[StockResult]) -> int:
    """What an overtaken run has written may have covered what the newer one wrote: then nobody knows what is shown."""
    try:
        return stock.settle(run.book, run.lease, results, run.now())
    except LeaseLost:
        stock.doubt(run.book, [row_id for batch in batches for row_id, _ in batch])
        run.wake(run.info.id, "listing_stock")
        raise


OUTCOMES = {
    StockOutcome.DONE: "done",
    StockOutcome.REJECTED: "rejected",
    StockOutcome.RETRY: "again",
    StockOutcome.MOVED: "moved",
}


def _result(run: Run, row_id: int, target: StockTarget, answer: StockAnswer | None) -> StockResult:
    """A row that the reply does not mention is sent again."""
    now = run.now()
    outcome = StockOutcome.RETRY if answer is None else answer.outcome
    wait = 3600.0 if outcome is StockOutcome.REJECTED else None
    return StockResult(
        listing_row_id=row_id,
        quantity=target.quantity,
        outcome=OUTCOMES[outcome],
        at=now,
        due_at=again_at(now, 1, wait, run.hub.ports.random),
        reason="" if answer is None else answer.reason,
        family="" if answer is None else answer.family,
    )
