"""Records → our nouns. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tranter.connectors.csv.cells import Cells, Reading
from tranter.connectors.csv.records import Record, decoded
from tranter.connectors.csv.words import ADDRESS, CART_STATES, SHIPMENT_STATES, YES_OR_NO, Kind
from tranter.model import (
    Address,
    Buyer,
    Listing,
    Money,
    Order,
    OrderLine,
    Product,
    Shipment,
    ShipmentLine,
    StockLevel,
    Unreadable,
    total,
)

ONE_PER_ORDER = tuple(
    f"order_number status currency ordered_at paid_at modified_at ship_by ship_method marketplace note buyer_id "
    f"{ADDRESS} shipping discount tax total".split()
)
ONE_PER_PARCEL = ("status", "carrier", "service", "tracking_url", "shipped_at")


def order(payload: bytes, reading: Reading) -> Order:
    record = decoded(payload)
    rows = record.cells(Kind.ORDERS, reading)
    head = _head(rows, ONE_PER_ORDER, record)
    number = head.needed("order_number")
    remote_id = head.text("order_id") or number
    currency = _currency(head, reading)
    lines = tuple(_order_line(row, str(position), currency) for position, row in enumerate(rows, 1))
    _refuse_doubles(record, "line_id", [line.line_id for line in lines])
    zero = Money.zero(currency)
    shipping, discount, tax = (head.money(field, currency) or zero for field in ("shipping", "discount", "tax"))
    counted = total((line.amount for line in lines), currency) + shipping + tax - discount
    ordered_at = head.moment("ordered_at") or record.written_at
    return Order(
        remote_id=remote_id,
        number=number,
        state=head.word("status", CART_STATES),
        state_reason=head.text("status"),
        marketplace=head.text("marketplace"),
        ordered_at=ordered_at,
        modified_at=max(head.moment("modified_at") or record.written_at, ordered_at),
        currency=currency,
        buyer=_buyer(head, remote_id),
        ship_to=_address(head, reading.country),
        lines=lines,
        shipping=shipping,
        discount=discount,
        tax=tax,
        collected_tax=zero,
        total=head.money("total", currency) or counted,
        ship_method=head.text("ship_method"),
        ship_by=head.moment("ship_by"),
        paid_at=head.moment("paid_at"),
        note=head.text("note"),
    )


def shipment(payload: bytes, reading: Reading) -> Shipment:
    record = decoded(payload)
    rows = record.cells(Kind.SHIPMENTS, reading)
    head = _head(rows, ONE_PER_PARCEL, record)
    number, tracking = head.needed("order_number"), head.text("tracking_number")
    return Shipment(
        remote_id=f"{number}/{tracking}",
        remote_order_id=number,
        state=head.word("status", SHIPMENT_STATES),
        carrier=head.text("carrier"),
        service=head.text("service"),
        tracking_number=tracking,
        tracking_url=head.text("tracking_url"),
        shipped_at=head.moment("shipped_at") or record.written_at,
        modified_at=record.written_at,
        lines=tuple(
            ShipmentLine(quantity=row.count("quantity"), sku=row.needed("sku"), remote_line_id=row.text("line"))
            for row in rows
        ),
    )


def stock_levels(payload: bytes, reading: Reading, read_at: datetime) -> tuple[StockLevel, ...]:
    """As old as the file: what was sold since is not in it."""
    record = decoded(payload)
    rows = record.cells(Kind.STOCK, reading)
    _refuse_doubles(record, "location", [row.text("location") for row in rows])
    return tuple(
        StockLevel(
            product_id=row.needed("sku"),
            sku=row.needed("sku"),
            location=row.text("location"),
            available=row.count("available"),
            read_at=min(record.written_at, read_at),
        )
        for row in rows
    )


def product(payload: bytes, reading: Reading) -> Product:
    """A list of stock is a list of products too: the first row of an item speaks for it."""
    row = decoded(payload).cells(Kind.PRODUCTS, reading)[0]
    sku = row.needed("sku")
    active = row.word("active", YES_OR_NO)
    return Product(remote_id=sku, sku=sku, name=row.text("title"), barcode=row.text("barcode"), active=active)


def listings(payload: bytes, reading: Reading) -> tuple[Listing, ...]:
    record = decoded(payload)
    rows = record.cells(Kind.LISTINGS, reading)
    return tuple(
        Listing(
            listing_id=row.text("listing_id") or row.needed("sku"),
            sku=row.needed("sku"),
            title=row.text("title"),
            family=Kind.LEVELS.value,
            quantity=row.count_or_none("quantity"),
        )
        for row in rows
    )


def _currency(head: Cells, reading: Reading) -> str:
    currency = head.text("currency") or reading.currency
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        head.fail("currency", "it is no ISO code of a currency, such as EUR")
    return currency.upper()


def _order_line(row: Cells, position: str, currency: str) -> OrderLine:
    quantity = row.count("quantity")
    price = row.money("unit_price", currency)
    amount = row.money("line_total", currency) or (price or Money.zero(currency)).times(quantity)
    line_id, sku = row.text("line_id") or position, row.text("sku")
    return OrderLine(line_id=line_id, sku=sku, quantity=quantity, amount=amount, title=row.text("title"))


def _buyer(head: Cells, order_id: str) -> Buyer:
    """Who says nothing of himself is somebody new with every order."""
    known = head.text("buyer_id") or head.text("email") or order_id
    return Buyer(remote_id=known, name=head.text("name"), email=head.text("email"), phone=head.text("phone"))


def _address(head: Cells, country: str) -> Address:
    lines = (head.text(field) for field in ("address1", "address2", "address3"))
    return Address(
        name=head.text("name"),
        company=head.text("company"),
        lines=tuple(line for line in lines if line),
        city=head.text("city"),
        region=head.text("region"),
        postal_code=head.text("postal_code"),
        country=head.text("country") or country,
        phone=head.text("phone"),
        email=head.text("email"),
    )


def _head(rows: Sequence[Cells], fields: Iterable[str], record: Record) -> Cells:
    """What is said once, in the first row or in each; rows that differ in it are not one order."""
    for field in fields:
        if len({row.text(field) for row in rows if row.text(field)}) > 1:
            lines = ", ".join(str(row.line) for row in record.rows)
            cause = f"{record.file}, lines {lines}: the rows of one order differ in {field}"
            raise Unreadable(cause, "give each order a number of its own, or write the same in all its rows")
    return rows[0].filled_from(rows[1:], fields)


def _refuse_doubles(record: Record, field: str, values: Sequence[str]) -> None:
    if len(set(values)) < len(values):
        lines = ", ".join(str(row.line) for row in record.rows)
        raise Unreadable(f"{record.file}, lines {lines}: two rows have the same {field}", "correct the file")
