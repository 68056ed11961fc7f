"""Stock as people look at it, SKU by SKU: what there is, what is kept back, what each cart shows and why."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import stocktaking
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.naming import aliases_of_listings, kits_of
from tranter.engine.stock_at_hand import Shelves, feeding, shelves_at_hand
from tranter.engine.warehouses import warehouses_of, weights_at
from tranter.ledger import book as books
from tranter.ledger import connections, shelf_list, stock
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.shelf_list import Holding, PushView, Wanted
from tranter.ledger.stock import ListingState, Shelf
from tranter.model import StockLevel
from tranter.routing.stock import sum_levels
from tranter.sdk.verbs import PushesStock


class ListingLine(Struct, frozen=True, kw_only=True):
    """One page of a cart. `result` is what became of the last quantity, `cause` why where that needs saying.

    `result` is sent, unchanged, superseded, waiting, sending or failed; or why nothing is sent: off, filtered, paused,
    duplicate, untracked, unread, mass_change, zero_needs_choice.
    """

    connection: str
    marketplace: str
    listing_id: str
    title: str
    code: str
    shown: int | None
    wanted: int | None
    result: str
    at: datetime | None = None
    quantity: int | None = None
    cause: str = ""
    next_at: datetime | None = None
    tries: int = 0


class SkuLine(Struct, frozen=True, kw_only=True):
    """`available` and `weight_grams` None: nobody knows. `buffer` is the largest that a cart keeps back."""

    sku: str
    name: str
    products: int
    tracked: bool
    levels: tuple[StockLevel, ...]
    available: int | None
    reserved: int
    buffer: int
    listings: tuple[ListingLine, ...]
    weight_grams: Decimal | None = None

    @property
    def results(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.result for line in self.listings))


class SkuPage(Struct, frozen=True, kw_only=True):
    warehouse: str
    lines: tuple[SkuLine, ...]
    total: int


class SkuStory(Struct, frozen=True, kw_only=True):
    line: SkuLine
    holding: tuple[Holding, ...]


def sku_page(hub: Hub, book: Book, wanted: Wanted) -> SkuPage | None:
    """None: no warehouse is connected."""
    warehouses = warehouses_of(hub, book)
    if not warehouses:
        return None
    wanted = replace(wanted, day=hub.ports.clock.now().date())
    skus, total = shelf_list.skus(book, [info.id for info in warehouses], wanted)
    names = ", ".join(info.name for info in warehouses)
    return SkuPage(warehouse=names, lines=tuple(_lines(hub, book, warehouses, skus)), total=total)


def sku_story(hub: Hub, book: Book, sku: str) -> SkuStory | None:
    """None: no warehouse has such a SKU."""
    warehouses = warehouses_of(hub, book)
    if sku not in shelf_list.names(book, [info.id for info in warehouses], [sku]):
        return None
    [line] = _lines(hub, book, warehouses, [sku])
    return SkuStory(line=line, holding=_holding(book, sku))


def _holding(book: Book, sku: str) -> tuple[Holding, ...]:
    """Open orders of it, and of the kits that hold it."""
    found = shelf_list.holding(book, shelf_list.codes(book, [sku]))
    for kit, recipe in kits_of(book).items():
        for each in [part.quantity for part in recipe if part.sku == sku]:
            orders = shelf_list.holding(book, shelf_list.codes(book, [kit]))
            found += [replace(one, units=one.units * each) for one in orders]
    return tuple(sorted(found, key=lambda one: (one.ordered_at, one.id)))


def _lines(hub: Hub, book: Book, warehouses: Sequence[ConnectionRecord], skus: Sequence[str]) -> list[SkuLine]:
    shelves = shelves_at_hand(hub, book, skus)
    names = shelf_list.names(book, [info.id for info in warehouses], skus)
    listed: dict[str, list[ListingLine]] = {sku: [] for sku in skus}
    buffers = [0]
    for cart in connections.all_of(book):
        if not isinstance(hub.plug(cart).connector, PushesStock):
            continue
        buffers.append(int(getattr(hub.plug(cart).settings, "buffer", 0)))
        for sku, line in _at_cart(hub, book, cart, shelves):
            listed[sku].append(line)
    grams = weights_at(book, warehouses, skus)
    found = [_line(sku, names.get(sku, ""), shelves.get(sku, ()), (listed[sku], max(buffers))) for sku in skus]
    return [replace(line, weight_grams=grams.get(line.sku)) for line in found]


def _line(sku: str, name: str, shelves: Sequence[Shelf], rest: tuple[list[ListingLine], int]) -> SkuLine:
    listings, buffer = rest
    known = [sum_levels(shelf.levels, frozenset()) for shelf in shelves]
    counted = [units for units in known if units is not None]
    return SkuLine(
        sku=sku,
        name=name,
        products=len(shelves),
        tracked=all(shelf.tracked for shelf in shelves),
        levels=tuple(level for shelf in shelves for level in shelf.levels),
        available=sum(counted) if counted else None,
        reserved=max((shelf.reserved for shelf in shelves), default=0),
        buffer=buffer,
        listings=tuple(listings),
    )


def _at_cart(hub: Hub, book: Book, cart: ConnectionRecord, shelves: Shelves) -> Iterable[tuple[str, ListingLine]]:
    run = looking(hub, cart)
    states = stock.listing_states(book, cart.id, run.now().date(), shelf_list.codes(book, shelves))
    aliases = aliases_of_listings(run)
    mine = [(state, sku) for state in states if (sku := aliases.sku(cart.name, state.sku)) in shelves]
    places = shelves if len(feeding(hub, book)) == 1 else shelves_at_hand(hub, book, shelves, run.plug.settings)
    wanted = stocktaking.from_shelves(run, {state.id: sku for state, sku in mine}, places)
    out = set(stocktaking.left_out(run, [state for state, _ in mine]))
    records = shelf_list.pushes(book, [state.id for state, _ in mine])
    stopped = shelf_list.stopped(book).get(cart.id, set())
    paused = bool(books.pushes_paused()) or cart.state is not ConnectionState.LIVE
    for state, sku in mine:
        quantity = wanted.get(str(state.id))
        record = records[state.id]
        around = Around(off=cart.stock_live_at is None, paused=paused, stopped=frozenset(stopped))
        found = _why_not(state, quantity, shelves[sku], around) or _became(state, quantity, record)
        if str(state.id) in out:
            quantity, found = None, Result(word="filtered")
        yield sku, _listing(cart, state, record, (quantity, found))


class Around(Struct, frozen=True):
    off: bool
    paused: bool
    stopped: frozenset[str]


class Result(Struct, frozen=True, kw_only=True):
    word: str
    at: datetime | None = None
    quantity: int | None = None
    cause: str = ""
    next_at: datetime | None = None


def _why_not(state: ListingState, wanted: int | None, shelves: Sequence[Shelf], around: Around) -> Result | None:
    """Why nothing is sent for this listing, if that is so."""
    if len(shelves) > 1:
        return Result(word="duplicate")
    if wanted is None:
        return Result(word="unread" if shelves[0].tracked else "untracked")
    if around.off:
        return Result(word="off")
    if around.paused:
        return Result(word="paused")
    if stocktaking.expected(state) == wanted:
        return None
    if wanted == 0 and "zero_needs_choice" in around.stopped:
        return Result(word="zero_needs_choice")
    return Result(word="mass_change") if "mass_change" in around.stopped else None


def _became(state: ListingState, wanted: int | None, record: PushView) -> Result:
    if record.failing_since is not None:
        return Result(word="failed", at=record.failing_since, cause=record.trouble, next_at=record.due_at)
    if record.pushing:
        return Result(word="sending", quantity=state.wanted)
    if state.wanted is not None:
        return Result(word="waiting", quantity=state.wanted, next_at=record.due_at)
    if record.superseded_at is not None and (record.pushed_at is None or record.superseded_at > record.pushed_at):
        return Result(word="superseded", at=record.superseded_at, quantity=record.superseded)
    if stocktaking.expected(state) != wanted:
        return Result(word="waiting", quantity=wanted)
    if record.pushed_at is not None:
        return Result(word="sent", at=record.pushed_at, quantity=record.pushed)
    return Result(word="unchanged", at=record.read_at)


def _listing(
    cart: ConnectionRecord, state: ListingState, record: PushView, rest: tuple[int | None, Result]
) -> ListingLine:
    wanted, found = rest
    return ListingLine(
        connection=cart.name,
        marketplace=state.marketplace,
        listing_id=state.listing_id,
        title=record.title,
        code=state.sku,
        shown=stocktaking.expected(state),
        wanted=wanted,
        result=found.word,
        at=found.at,
        quantity=found.quantity,
        cause=found.cause,
        next_at=found.next_at,
        tries=record.attempts,
    )
