"""A test order: it goes the way of every order to the warehouse, as a draft, and is canceled there again."""

from datetime import datetime

from msgspec.structs import replace

from tranter.engine.deciding import surroundings
from tranter.engine.going_live import looking
from tranter.engine.hub import Hub
from tranter.engine.numbering import numbered
from tranter.engine.run import Run
from tranter.engine.survey import a_warehouse, goods_of
from tranter.ledger import catalogue, trials
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.decisions import PlannedFulfillment, intent_key, key_subject
from tranter.ledger.trials import TrialView
from tranter.model import Address, Buyer, CartState, Money, Order, OrderLine
from tranter.routing.decide import Send, View, Warehouse, decide, fulfillment
from tranter.sdk.forms import FieldKind
from tranter.sdk.verbs import PullsOrders

PREFIX = "TEST-"
PRICE = 100
NAME = "TEST ORDER, do not send"


class NoTrial(Exception):
    """It can't be begun; the text says why and what to do."""


def begin(hub: Hub, book: Book, cart: ConnectionRecord, code: str = "", method: str = "") -> TrialView:
    """`code` is the cart's own; without one the first that both sides know is taken. Raises `NoTrial`."""
    if not isinstance(hub.plug(cart).connector, PullsOrders):
        raise NoTrial(f"{cart.name} brings no orders: try a test order of a cart")
    run, now = looking(hub, cart), hub.ports.clock.now()
    warehouse = _warehouse(hub, book, run)
    order = _order(hub, cart, code or _some_code(hub, book, cart, warehouse), method, now)
    decided = surroundings(run, []).view
    products = goods_of(hub, book, warehouse).products
    view = View(
        cart=decided.cart,
        warehouse=Warehouse(warehouse.name, products),
        aliases=decided.aliases,
        methods=decided.methods,
    )
    decision = decide(order, view)
    if not isinstance(decision, Send):
        raise NoTrial(getattr(decision, "cause", "") or getattr(decision, "reason", "it would not be sent"))
    try:
        [item] = numbered(run, [trials.record(book, cart, order, now)])
    except trials.BegunAlready as error:
        raise NoTrial(f"{error} was begun this very second: see how it stands") from error
    key = intent_key("push_fulfillment", warehouse.id, key_subject(item.account, order.remote_id), 1)
    planned = PlannedFulfillment(
        order_id=item.id,
        connection_id=warehouse.id,
        number=1,
        fulfillment=replace(fulfillment(order, decision, key, item.cust_ref), test=True),
        lane="test",
        look_first=False,
        notes=decision.notes,
    )
    trials.plan(book, item, planned, now)
    return trials.view(book, item.id)


def follow(book: Book, order_id: int) -> TrialView:
    return trials.view(book, order_id)


def end(hub: Hub, book: Book, order_id: int) -> TrialView:
    """Canceled at the warehouse again. Raises `NoTrial` while nobody knows whether it arrived."""
    stands = trials.view(book, order_id)
    if stands.state == "canceled":
        return stands
    trials.cancel(book, order_id, hub.ports.clock.now())
    return trials.view(book, order_id)


def _warehouse(hub: Hub, book: Book, run: Run) -> ConnectionRecord:
    warehouse = a_warehouse(hub, book, run)
    if warehouse is None:
        raise NoTrial("there is no warehouse yet: connect one first")
    if not warehouse.runs:
        raise NoTrial(f"{warehouse.name} does not run: let it go live first, or resume it")
    return warehouse


def _some_code(hub: Hub, book: Book, cart: ConnectionRecord, warehouse: ConnectionRecord) -> str:
    products = goods_of(hub, book, warehouse).products
    aliases = surroundings(looking(hub, cart), []).view.aliases
    listed = catalogue.listed_skus(book, cart.id)
    both = [code for code in listed if len(products.get(aliases.sku(cart.name, code), ())) == 1]
    chosen = both or sorted(sku for sku, ids in products.items() if sku and len(ids) == 1)
    if not chosen:
        raise NoTrial(f"{warehouse.name} has no product that could be ordered")
    return chosen[0]


def _order(hub: Hub, cart: ConnectionRecord, code: str, method: str, now: datetime) -> Order:
    country, currency = _place(hub, cart)
    nothing, price = Money.zero(currency), Money(PRICE, currency)
    number = f"{PREFIX}{now:%y%m%d-%H%M%S}"
    address = Address(name=NAME, lines=("TEST ORDER",), city="TEST ORDER", postal_code="00000", country=country)
    line = OrderLine(line_id="1", sku=code, quantity=1, amount=price, title=NAME)
    return Order(
        remote_id=number,
        number=number,
        state=CartState.OPEN,
        marketplace="",
        ordered_at=now,
        modified_at=now,
        currency=currency,
        buyer=Buyer(remote_id="tranter-test-order", name=NAME),
        ship_to=address,
        lines=(line,),
        shipping=nothing,
        discount=nothing,
        tax=nothing,
        collected_tax=nothing,
        total=price,
        ship_method=method,
        note="This is a test of the connection: please leave it alone, it is canceled again.",
    )


def _place(hub: Hub, cart: ConnectionRecord) -> tuple[str, str]:
    """Country and currency of the cart's first marketplace, as its form tells them."""
    plug = hub.plug(cart)
    chosen = plug.settings.shown_values()
    for sheet in plug.settings.sheets():
        if sheet.kind is not FieldKind.CHOICES:
            continue
        values = chosen.get(sheet.name)
        for choice in sheet.choices:
            if isinstance(values, list) and values[:1] == [choice.value] and choice.country:
                return choice.country, choice.currency
    return "US", "USD"
