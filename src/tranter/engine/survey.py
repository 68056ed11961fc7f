"""What a cart holds right now, and what would become of each order: nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import deciding
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub, Plug
from tranter.engine.run import Run
from tranter.engine.warehouses import signed_in
from tranter.ledger import catalogue
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.order_marks import OrderToDecide
from tranter.model import Order, Unreadable
from tranter.routing.decide import Decision, View, Warehouse, decide
from tranter.routing.kits import component_skus
from tranter.routing.suggest import KnownSku
from tranter.sdk.verbs import PullsOrders, PullsProducts

MOST_ORDERS, MOST_PAGES = 5000, 60
DAYS_BACK = 90


class Judged(Struct, frozen=True):
    order: Order
    decision: Decision


class Goods(Struct, frozen=True):
    """SKU → the warehouse's ids. `known` has what a suggestion is made from."""

    products: Mapping[str, tuple[str, ...]]
    known: tuple[KnownSku, ...]


class Survey(Struct, frozen=True, kw_only=True):
    """`whole` false: there is more than was looked at. `unreadable` orders are in neither list."""

    earliest: datetime
    judged: tuple[Judged, ...]
    unreadable: int
    whole: bool
    view: View
    warehouse: ConnectionRecord | None
    goods: Goods | None


def survey(hub: Hub, book: Book, info: ConnectionRecord) -> Survey:
    """Everything bought since the earliest order date, or within 90 days where that is longer. May raise its errors."""
    run = looking(hub, info)
    plug = hub.plug(info)
    earliest = deciding.earliest_order(run, plug.settings)
    since = min(earliest, run.now() - timedelta(days=DAYS_BACK))
    orders, unreadable, whole = _orders(plug, since)
    warehouse = a_warehouse(hub, book, run)
    goods = goods_of(hub, book, warehouse) if warehouse is not None else None
    around = deciding.surroundings(run, [_unseen(info, order) for order in orders]).view
    if warehouse is not None and goods is not None:
        first = around.warehouse or Warehouse(warehouse.name)
        around = replace(around, warehouse=replace(first, products=goods.products))
    return Survey(
        earliest=earliest,
        judged=tuple(Judged(order, decide(order, around)) for order in orders),
        unreadable=unreadable,
        whole=whole,
        view=around,
        warehouse=warehouse,
        goods=goods,
    )


def _orders(plug: Plug, since: datetime) -> tuple[list[Order], int, bool]:
    connector = plug.connector
    if not isinstance(connector, PullsOrders):
        return [], 0, True
    found: dict[str, Order] = {}
    unreadable: set[str] = set()
    cursor, more = "", True
    for _ in range(MOST_PAGES):
        page = connector.pull_orders(cursor, since, True)
        for raw in page.records:
            try:
                found[raw.key] = connector.read_order(raw.payload)
            except Unreadable:
                unreadable.add(raw.key)
        cursor, more = page.cursor, page.more
        if not more or len(found) >= MOST_ORDERS:
            break
    return sorted(found.values(), key=lambda order: order.ordered_at), len(unreadable), not more


def a_warehouse(hub: Hub, book: Book, run: Run) -> ConnectionRecord | None:
    """The one that orders go to; else one that is being set up, and that somebody signed in at."""
    chosen = deciding.the_warehouse(run)
    if chosen is not None:
        return chosen
    return next(iter(signed_in(hub, book)), None)


def goods_of(hub: Hub, book: Book, warehouse: ConnectionRecord) -> Goods:
    """As the ledger knows them, or read at the warehouse where it does not."""
    if catalogue.has_products(warehouse.id):
        known = catalogue.known_skus(book, warehouse.id)
        products = catalogue.products_by_sku(book, warehouse.id, [sku for sku, _, _ in known])
        return Goods(products, tuple(KnownSku(sku, name, barcode) for sku, name, barcode in known))
    return _goods_live(hub.plug(warehouse))


def _goods_live(plug: Plug) -> Goods:
    connector = plug.connector
    if not isinstance(connector, PullsProducts):
        return Goods({}, ())
    products: dict[str, tuple[str, ...]] = {}
    known: list[KnownSku] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        page = connector.pull_products(cursor)
        for raw in page.records:
            try:
                product = connector.read_product(raw.payload)
            except Unreadable:
                continue
            if product.active:
                products[product.sku] = (*products.get(product.sku, ()), product.remote_id)
                known.append(KnownSku(product.sku, product.name, product.barcode))
        cursor = page.cursor
        if not page.more:
            break
    return Goods(products, tuple(known))


def _unseen(info: ConnectionRecord, order: Order) -> OrderToDecide:
    return OrderToDecide(
        id=0,
        mark="",
        order=order,
        account=info.account,
        released=frozenset(),
        backlog=False,
        planned=False,
        held_kind="",
    )


def skus_of(survey_: Survey, orders: Sequence[Order]) -> dict[str, tuple[str, int]]:
    """Codes of these orders that no product at the warehouse has → (title, in how many orders)."""
    if survey_.goods is None:
        return {}
    found: dict[str, tuple[str, int]] = {}
    for order in orders:
        codes = {line.sku: line.title for line in order.lines if line.quantity > 0 and line.sku}
        for code, title in codes.items():
            meant = survey_.view.as_of(order.ordered_at).aliases.sku(survey_.view.cart, code)
            if component_skus([meant], survey_.view.kits) - set(survey_.goods.products):
                found[code] = (title, found.get(code, ("", 0))[1] + 1)
    return found
