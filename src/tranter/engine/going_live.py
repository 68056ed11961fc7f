"""Stock as people look at it: what listings show and shall show, and the plan before the first push."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import stocktaking
from tranter.engine.hub import Hub
from tranter.engine.kit_stock import shelves_with_kits
from tranter.engine.naming import aliases_of_listings
from tranter.engine.run import LEASE_SECONDS, Run
from tranter.engine.schedule import run_one
from tranter.engine.stock_at_hand import Shelves, feeding
from tranter.ledger import catalogue, connections, exceptions, schedule, stock
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.stock import ListingState
from tranter.routing.stock import sum_levels
from tranter.sdk.verbs import PushesStock


class StockLine(Struct, frozen=True, kw_only=True):
    """One listing. `shown` is what the cart is expected to show now; `wanted` None: nothing is sent."""

    connection: str
    sku: str
    item_sku: str
    listing_id: str
    marketplace: str
    shown: int | None
    wanted: int | None
    available: int | None
    reserved: int
    trouble: str = ""


class StockPlan(Struct, frozen=True, kw_only=True):
    """What a push would change. Unmatched and unknown listings are left alone."""

    connection: str
    listings: int
    up: tuple[StockLine, ...]
    down: tuple[StockLine, ...]
    to_zero: tuple[StockLine, ...]
    unmatched: tuple[StockLine, ...]
    unknown: tuple[StockLine, ...]


def looking(hub: Hub, info: ConnectionRecord) -> Run:
    """A run that holds no lease: for looking only, every settle of it would be refused."""
    now = hub.ports.clock.now()
    nobody = schedule.Lease(
        flow_id=0,
        connection_id=info.id,
        name="look",
        fence=0,
        until=now + timedelta(seconds=LEASE_SECONDS * 12),
        cursor="",
        owner="",
    )
    return Run(hub, info, nobody)


def stock_lines(hub: Hub, book: Book) -> list[StockLine]:
    """Every active listing of every cart that takes stock."""
    found: list[StockLine] = []
    for info in connections.all_of(book):
        if isinstance(hub.plug(info).connector, PushesStock):
            found += _lines(hub, book, info)
    return found


def _lines(hub: Hub, book: Book, info: ConnectionRecord) -> list[StockLine]:
    run = looking(hub, info)
    states = stock.listing_states(book, info.id, run.now().date())
    aliases = aliases_of_listings(run)
    skus = {state.id: aliases.sku(info.name, state.sku) for state in states}
    shelves: Shelves = {}
    wanted: Mapping[str, int | None] = {}
    out = set(stocktaking.left_out(run, states))
    if feeding(hub, book):
        shelves = shelves_with_kits(hub, book, set(skus.values()), run.plug.settings)
        wanted = stocktaking.from_shelves(run, skus, shelves) | dict.fromkeys(out)
    lines = ((state, _line(info, state, skus[state.id], shelves, wanted.get(str(state.id)))) for state in states)
    return [
        replace(line, trouble="a filter keeps stock from it") if str(state.id) in out else line for state, line in lines
    ]


def _line(info: ConnectionRecord, state: ListingState, sku: str, shelves: Shelves, wanted: int | None) -> StockLine:
    mine = shelves.get(sku, ())
    trouble = {0: "the warehouse has no such SKU", 1: ""}.get(len(mine), "the SKU is at the warehouse more than once")
    available = sum_levels(mine[0].levels, frozenset()) if len(mine) == 1 else None
    if len(mine) == 1 and wanted is None:
        trouble = "the warehouse does not count it" if not mine[0].tracked else "no level has been read yet"
    return StockLine(
        connection=info.name,
        sku=sku,
        item_sku=state.sku,
        listing_id=state.listing_id,
        marketplace=state.marketplace,
        shown=stocktaking.expected(state),
        wanted=wanted,
        available=available,
        reserved=mine[0].reserved if len(mine) == 1 else 0,
        trouble=trouble,
    )


def stock_plan(hub: Hub, book: Book, info: ConnectionRecord) -> StockPlan:
    """Reads listings, products and levels first where that never happened."""
    _read_first(hub, book, info)
    lines = _lines(hub, book, connections.by_id(info.id))
    changing = [line for line in lines if line.wanted is not None and line.wanted != line.shown]
    return StockPlan(
        connection=info.name,
        listings=len(lines),
        up=tuple(line for line in changing if line.wanted and line.wanted > (line.shown or 0)),
        down=tuple(line for line in changing if line.wanted and line.shown is not None and line.wanted < line.shown),
        to_zero=tuple(line for line in changing if line.wanted == 0),
        unmatched=tuple(line for line in lines if line.wanted is None and line.trouble.startswith("the warehouse has")),
        unknown=tuple(line for line in lines if line.wanted is None and "no level" in line.trouble),
    )


def _read_first(hub: Hub, book: Book, info: ConnectionRecord) -> None:
    if not stock.listing_states(book, info.id, hub.ports.clock.now().date()):
        _run(hub, info, "listings")
    for warehouse in feeding(hub, book):
        if not catalogue.has_products(warehouse.id):
            _run(hub, warehouse, "products")
            _run(hub, warehouse, "stock")


def _run(hub: Hub, info: ConnectionRecord, flow: str) -> None:
    flow_id = schedule.flow_id(info.id, flow)
    if flow_id is not None:
        run_one(hub, flow_id)


def confirm(hub: Hub, book: Book, info: ConnectionRecord) -> None:
    """Somebody saw the plan and said yes."""
    now = hub.ports.clock.now()
    connections.confirm_stock(book, info, now)
    exceptions.resolve(book, now, connection_id=info.id, kinds=["mass_change"])
    schedule.ring(info.id, ["listing_stock"], now)
