"""The connectors of the stub: a cart and a warehouse, a call and a translation each. No manifest is installed: a hub is
given `manifest` instead of the registry's."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from tranter.model import (
    Address,
    Buyer,
    CartState,
    Fulfillment,
    Listing,
    Money,
    Order,
    OrderLine,
    Product,
    Shipment,
    ShipmentLine,
    ShipmentState,
    StockLevel,
    StockTarget,
    Unreadable,
)
from tranter.model.address import address_key
from tranter.sdk import registry
from tranter.sdk.errors import UnexpectedResponseError
from tranter.sdk.forms import Settings
from tranter.sdk.http import Request
from tranter.sdk.manifest import Context, Limits, Manifest, Pace, Role
from tranter.sdk.verbs import (
    HookAnswer,
    HookRequest,
    Link,
    Page,
    Raw,
    Receipt,
    Seen,
    Sighting,
    StockAnswer,
    StockOutcome,
    Verdict,
)

NO_LIMIT = Pace(calls=100_000_000, seconds=60.0)
JSON = (("Content-Type", "application/json"),)
SECRETS = {"access_token": "a-token-that-never-ends"}


class StubSettings(Settings):
    base_url: str


class RawBuyer(Struct):
    id: str
    name: str
    email: str
    phone: str
    street: str
    city: str
    code: str
    country: str


class RawLine(Struct):
    id: str
    sku: str
    title: str
    listing: str
    quantity: int
    amount: int


class RawOrder(Struct):
    id: str
    at: datetime
    buyer: RawBuyer
    lines: list[RawLine]
    total: int
    service: str


class RawName(Struct):
    id: str


class RawOrders(Struct):
    orders: list[msgspec.Raw]
    next: str = ""
    more: bool = False


class RawParcel(Struct):
    id: str
    order: str
    tracking: str
    lines: list[tuple[str, int]]


class RawParcels(Struct):
    parcels: list[msgspec.Raw]
    next: str
    more: bool


class RawRow(Struct):
    """Of a product, a listing or a level."""

    id: str
    sku: str = ""
    name: str = ""
    title: str = ""
    quantity: int = 0
    available: int = 0


class RawRows(Struct):
    rows: list[msgspec.Raw]
    next: str
    more: bool


class RawReceipt(Struct):
    id: str
    buyer: str
    address: str
    lines: list[tuple[str, str]]


read_raw_order = msgspec.json.Decoder(RawOrder).decode
read_name = msgspec.json.Decoder(RawName).decode
read_row = msgspec.json.Decoder(RawRow).decode


class Wire:
    def __init__(self, context: Context) -> None:
        assert isinstance(context.settings, StubSettings)
        self._caller, self._url = context.caller, context.settings.base_url

    def get(self, path: str, query: Mapping[str, str]) -> bytes:
        return self._send(Request("GET", f"{self._url}{path}?{urlencode(query)}"))

    def post(self, path: str, body: object) -> bytes:
        return self._send(Request("POST", f"{self._url}{path}", JSON, msgspec.json.encode(body)))

    def _send(self, request: Request) -> bytes:
        reply = self._caller.call(request)
        if reply.status != 200:
            raise UnexpectedResponseError(f"the stub answered {reply.status}")
        return reply.body


class StubCart:
    def __init__(self, context: Context) -> None:
        self._wire = Wire(context)

    def verify(self) -> Seen:
        return Seen(account_id="", facts={"out_of_stock_control": "on"})

    def pull_orders(self, cursor: str, since: datetime, sweep: bool) -> Page:
        found = msgspec.json.decode(self._wire.get("/orders", {"after": cursor}), type=RawOrders)
        return Page(records=_raws(found.orders), cursor=found.next, more=found.more)

    def fetch_orders(self, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
        found = msgspec.json.decode(self._wire.get("/orders/some", {"ids": ",".join(remote_ids)}), type=RawOrders)
        return _raws(found.orders)

    def read_order(self, payload: bytes) -> Order:
        return read_order(payload)

    def push_shipment(self, shipment: Shipment) -> Receipt:
        body = {"reference": shipment.remote_order_id, "tracking": shipment.tracking_number}
        return Receipt(remote_id=msgspec.json.decode(self._wire.post("/parcels", body), type=RawName).id)

    def look_up_shipments(self, shipments: Sequence[Shipment]) -> tuple[Sighting, ...]:
        return tuple(Sighting(key=one.key, verdict=Verdict.DOUBT) for one in shipments)

    def pull_listings(self, cursor: str) -> Page:
        return _rows(self._wire, "/listings", cursor)

    def read_listing(self, payload: bytes) -> tuple[Listing, ...]:
        row = read_row(payload)
        return (Listing(listing_id=row.id, sku=row.sku, title=row.title, family="plain", quantity=row.quantity),)

    def push_stock(self, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
        self._wire.post("/stock", [(target.listing_id, target.sku, target.quantity) for target in targets])
        return tuple(StockAnswer(key=target.key, outcome=StockOutcome.DONE) for target in targets)

    def receive_hook(self, hook: HookRequest) -> HookAnswer:
        return HookAnswer(status=200, event_id=hook.headers.get("event", ""), ring=("orders",))


class StubWarehouse:
    def __init__(self, context: Context) -> None:
        self._wire = Wire(context)

    def verify(self) -> Seen:
        return Seen(account_id="")

    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt:
        return _receipt(fulfillment, self._wire.post("/fulfillments", delivery(fulfillment)))

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        asked = ",".join(one.idempotency_key for one in fulfillments)
        found = msgspec.json.decode(self._wire.get("/fulfillments", {"keys": asked}), type=dict[str, msgspec.Raw])
        return tuple(_sighting(one, found.get(one.idempotency_key)) for one in fulfillments)

    def pull_shipments(self, cursor: str, since: datetime) -> Page:
        found = msgspec.json.decode(self._wire.get("/parcels", {"after": cursor}), type=RawParcels)
        return Page(records=_raws(found.parcels), cursor=found.next, more=found.more)

    def read_shipment(self, payload: bytes) -> Shipment:
        raw = msgspec.json.decode(payload, type=RawParcel)
        return Shipment(
            remote_id=raw.id,
            remote_order_id=raw.order,
            state=ShipmentState.SHIPPED,
            carrier="Royal Mail",
            tracking_number=raw.tracking,
            shipped_at=PARCELS_AT,
            modified_at=PARCELS_AT,
            lines=tuple(ShipmentLine(remote_line_id=line_id, quantity=units) for line_id, units in raw.lines),
        )

    def pull_products(self, cursor: str) -> Page:
        return _rows(self._wire, "/products", cursor)

    def read_product(self, payload: bytes) -> Product:
        row = read_row(payload)
        return Product(remote_id=row.id, sku=row.sku, name=row.name)

    def pull_stock(self, cursor: str) -> Page:
        return _rows(self._wire, "/levels", cursor)

    def read_stock(self, payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
        row = read_row(payload)
        return (StockLevel(product_id=row.id, available=row.available, read_at=read_at),)


PARCELS_AT = datetime.fromisoformat("2026-03-02T08:00:00+00:00")


def read_order(payload: bytes) -> Order:
    """Pure. Raises `Unreadable`."""
    try:
        raw = read_raw_order(payload)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error), "") from error
    nothing = Money(0, "GBP")
    return Order(
        remote_id=raw.id,
        number=raw.id,
        state=CartState.OPEN,
        marketplace="STUB",
        ordered_at=raw.at,
        modified_at=raw.at,
        currency="GBP",
        buyer=Buyer(remote_id=raw.buyer.id, name=raw.buyer.name, email=raw.buyer.email, phone=raw.buyer.phone),
        ship_to=_address(raw.buyer),
        lines=tuple(_line(line) for line in raw.lines),
        shipping=nothing,
        discount=nothing,
        tax=nothing,
        collected_tax=nothing,
        total=Money(raw.total, "GBP"),
        ship_method=raw.service,
        ship_by=raw.at + timedelta(days=2),
    )


def _address(buyer: RawBuyer) -> Address:
    return Address(
        name=buyer.name,
        lines=(buyer.street,),
        city=buyer.city,
        postal_code=buyer.code,
        country=buyer.country,
        phone=buyer.phone,
        email=buyer.email,
    )


def _line(raw: RawLine) -> OrderLine:
    return OrderLine(
        line_id=raw.id,
        sku=raw.sku,
        quantity=raw.quantity,
        amount=Money(raw.amount, "GBP"),
        title=raw.title,
        listing_id=raw.listing,
    )


def delivery(fulfillment: Fulfillment) -> dict[str, Any]:
    """What a warehouse is told: whom, what and how."""
    return {
        "reference": fulfillment.reference,
        "key": fulfillment.idempotency_key,
        "buyer_id": fulfillment.buyer_id,
        "address_id": fulfillment.address_id,
        "buyer": fulfillment.buyer,
        "ship_to": fulfillment.ship_to,
        "lines": [(line.line_id, line.product_id or line.sku, line.quantity) for line in fulfillment.lines],
        "total": fulfillment.total,
        "ship_method": fulfillment.ship_method,
        "ordered_at": fulfillment.ordered_at,
    }


def _receipt(fulfillment: Fulfillment, body: bytes) -> Receipt:
    made = msgspec.json.decode(body, type=RawReceipt)
    links = []
    if not fulfillment.buyer_id:
        links.append(Link(kind="buyer", key=fulfillment.buyer.remote_id, remote_id=made.buyer))
    if not fulfillment.address_id:
        links.append(Link(kind="address", key=address_key(fulfillment.ship_to), remote_id=made.address))
    return Receipt(remote_id=made.id, number=f"SO{made.id}", lines=tuple(made.lines), links=tuple(links))


def _sighting(fulfillment: Fulfillment, body: msgspec.Raw | None) -> Sighting:
    if body is None:
        return Sighting(key=fulfillment.key, verdict=Verdict.ABSENT)
    return Sighting(key=fulfillment.key, verdict=Verdict.FOUND, receipt=_receipt(fulfillment, bytes(body)))


def _raws(found: Sequence[msgspec.Raw]) -> tuple[Raw, ...]:
    return tuple(Raw(key=read_name(one).id, payload=bytes(one)) for one in found)


def _rows(wire: Wire, path: str, cursor: str) -> Page:
    found = msgspec.json.decode(wire.get(path, {"after": cursor}), type=RawRows)
    return Page(records=_raws(found.rows), cursor=found.next, more=found.more)


CART = Manifest(
    slug="stub-cart",
    label="Stub cart",
    roles=(Role.CART,),
    settings=StubSettings,
    build=StubCart,
    pace=NO_LIMIT,
    limits=Limits(stock_batches={"plain": 25}),
)
WAREHOUSE = Manifest(
    slug="stub-warehouse",
    label="Stub warehouse",
    roles=(Role.WAREHOUSE,),
    settings=StubSettings,
    build=StubWarehouse,
    pace=NO_LIMIT,
    limits=Limits(visibility_seconds=1.0, repeat_safe_seconds=82_800.0, look_up_batch=50),
)


def manifest(name: str) -> Manifest:
    """In place of the registry's."""
    ours = {CART.slug: CART, WAREHOUSE.slug: WAREHOUSE}
    return ours[name] if name in ours else registry.manifest(name)
