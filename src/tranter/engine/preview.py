"""A connection tried out with real data, while nothing is stored and nothing is sent."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tranter.engine.connecting import refuse_second
from tranter.engine.hub import Hub
from tranter.engine.survey import Judged, Survey, goods_of, skus_of, survey
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.model import CartState
from tranter.routing.decide import Hold, Send, Wait
from tranter.routing.suggest import Suggestion, index_skus, likely, suggest
from tranter.sdk.verbs import PullsOrders, Seen

SUGGESTIONS, SAMPLES = 3, 8


class StrangeSku(Struct, frozen=True, kw_only=True):
    """A code that the warehouse has no product for, and what it most likely means."""

    sku: str
    title: str
    orders: int
    suggestions: tuple[Suggestion, ...]

    @property
    def likely(self) -> tuple[Suggestion, ...]:
        return likely(self.suggestions)


class OrdersSeen(Struct, frozen=True, kw_only=True):
    """`open` would be taken; `too_old` are open too, and the earliest order date leaves them out."""

    earliest: datetime
    open: int
    too_old: int
    shipped: int
    waiting: int
    elsewhere: int
    unreadable: int
    whole: bool
    numbers: tuple[str, ...]


class Preview(Struct, frozen=True, kw_only=True):
    """`orders` is None for a warehouse; `products` for a cart without one. `methods`: code → orders that bear it."""

    seen: Seen
    marketplaces: tuple[str, ...]
    orders: OrdersSeen | None
    strange_skus: tuple[StrangeSku, ...]
    methods: Mapping[str, int]
    warehouse: str
    products: int | None
    sample_products: tuple[str, ...]


def preview(hub: Hub, book: Book, info: ConnectionRecord) -> Preview:
    """Raises `AccountTaken` and the connector's errors."""
    plug = hub.plug(info)
    seen = plug.connector.verify()
    refuse_second(book, info.name, plug.manifest, plug.settings, seen)
    if not isinstance(plug.connector, PullsOrders):
        return _of_warehouse(hub, book, info, seen)
    found = survey(hub, book, info)
    taken = [one for one in found.judged if _is_taken(one)]
    return Preview(
        seen=seen,
        marketplaces=tuple(getattr(plug.settings, "marketplaces", ()) or ()),
        orders=orders_seen(found),
        strange_skus=_strange(found, taken),
        methods=_unmapped(found, taken),
        warehouse=found.warehouse.name if found.warehouse is not None else "",
        products=len(found.goods.products) if found.goods is not None else None,
        sample_products=(),
    )


def _of_warehouse(hub: Hub, book: Book, info: ConnectionRecord, seen: Seen) -> Preview:
    goods = goods_of(hub, book, info)
    return Preview(
        seen=seen,
        marketplaces=(),
        orders=None,
        strange_skus=(),
        methods={},
        warehouse="",
        products=len(goods.products),
        sample_products=tuple(sku for sku in sorted(goods.products) if sku)[:SAMPLES],
    )


def _is_taken(one: Judged) -> bool:
    return isinstance(one.decision, Send | Hold) or _waits_for_goods(one)


def _waits_for_goods(one: Judged) -> bool:
    return isinstance(one.decision, Wait) and one.order.state is CartState.OPEN


def orders_seen(found: Survey) -> OrdersSeen:
    kinds = Counter(_kind(found, one) for one in found.judged)
    newest = [one.order.number for one in found.judged if _kind(found, one) == "open"]
    return OrdersSeen(
        earliest=found.earliest,
        open=kinds["open"],
        too_old=kinds["too_old"],
        shipped=kinds["shipped"],
        waiting=kinds["waiting"],
        elsewhere=kinds["elsewhere"],
        unreadable=found.unreadable,
        whole=found.whole,
        numbers=tuple(reversed(newest[-SAMPLES:])),
    )


def _kind(found: Survey, one: Judged) -> str:
    state, is_old = one.order.state, one.order.ordered_at < found.earliest
    if state in (CartState.CANCELED, CartState.SKIPPED):
        return "over"
    if is_old:
        return "too_old" if state in (CartState.OPEN, CartState.WAITING, CartState.CANCEL_REQUESTED) else "over"
    if state is CartState.SHIPPED:
        return "shipped"
    if _is_taken(one):
        return "open"
    return "waiting" if isinstance(one.decision, Wait) else "elsewhere"


def _strange(found: Survey, taken: list[Judged]) -> tuple[StrangeSku, ...]:
    unknown = skus_of(found, [one.order for one in taken])
    if not unknown or found.goods is None:
        return ()
    index = index_skus(found.goods.known)
    rows = [
        StrangeSku(sku=sku, title=title, orders=orders, suggestions=suggest(sku, index, SUGGESTIONS, title))
        for sku, (title, orders) in unknown.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.orders, row.sku)))


def _unmapped(found: Survey, taken: list[Judged]) -> dict[str, int]:
    """Ways of shipping that nobody has given the warehouse's word for: they travel as they are."""
    mapped = {code for cart, code in found.view.methods.outward if cart == found.view.cart}
    codes = Counter(one.order.ship_method for one in taken if one.order.ship_method)
    return {code: count for code, count in codes.most_common() if code not in mapped}
