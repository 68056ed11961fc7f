"""Trading calls about orders: reading them, and correcting what was reported as sent."""

from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from xml.etree.ElementTree import Element

from tranter.connectors.ebay.simulator.money import ZERO, amount
from tranter.connectors.ebay.simulator.orders import Address, CancelState, Line, Order, Parcel, Payment
from tranter.connectors.ebay.simulator.sites import SITES
from tranter.connectors.ebay.simulator.times import parse
from tranter.connectors.ebay.simulator.trading import Call, TradingError, add

MAX_PAGE = 100
MAX_SPAN = timedelta(days=30)
Lines = tuple[tuple[str, int], ...]


def get_orders(call: Call) -> None:
    """Order ids override every other filter; unpaid orders are shown too, as active ones."""
    ids = [(each.text or "").strip() for each in call.asked.findall("OrderIDArray/OrderID")]
    found = [order for each in ids if (order := call.shop.book.get(each))] if ids else _in_window(call)
    size = min(call.number("Pagination/EntriesPerPage", 25), MAX_PAGE) or 25
    page = max(1, call.number("Pagination/PageNumber", 1))
    shown = found[(page - 1) * size : page * size]
    result = add(call.answer, "PaginationResult")
    add(result, "TotalNumberOfPages", ceil(len(found) / size))
    add(result, "TotalNumberOfEntries", len(found))
    add(call.answer, "HasMoreOrders", page * size < len(found))
    array = add(call.answer, "OrderArray")
    for order in shown:
        _order(array, order, call.shop.options.username)
    add(call.answer, "OrdersPerPage", size)
    add(call.answer, "PageNumber", page)
    add(call.answer, "ReturnedOrderCountActual", len(shown))


def complete_sale(call: Call) -> None:
    """Marks as sent, and replaces the tracking of the named lines by the tracking that is given."""
    order, lines = _addressed(call)
    if call.text("Shipped").lower() == "false":
        order.parcels = [parcel for parcel in order.parcels if not _concerns(parcel, lines)]
        call.shop.world.touch(order, "unshipped")
        return
    details = call.asked.findall("Shipment/ShipmentTrackingDetails")
    if not details and call.text("Shipped").lower() != "true":
        raise TradingError(37, about="Shipped")
    old = [parcel for parcel in order.parcels if _concerns(parcel, lines)]
    rest = [parcel for parcel in order.parcels if parcel not in old]
    new = _new_parcels(call, order, lines, old)
    order.parcels = rest + new
    kind = "tracking_corrected" if old else "shipped"
    for parcel in new:
        by = "complete_sale"
        call.shop.world.touch(order, kind, tracking=parcel.tracking, carrier=parcel.carrier, by=by)


def _new_parcels(call: Call, order: Order, lines: list[Line], old: list[Parcel]) -> list[Parcel]:
    """What each tracking number covers: what the call says, else what the parcel that it replaces covered."""
    details = call.asked.findall("Shipment/ShipmentTrackingDetails") or [Element("none")]
    given = {_tracking(each) for each in details}
    same = {parcel.tracking: parcel.lines for parcel in old if parcel.tracking in given}
    replaced = [parcel.lines for parcel in old if parcel.tracking not in given]
    whole: Lines = tuple((line.line_item_id, line.quantity) for line in lines)
    parcels = []
    for each in details:
        tracking, carrier = _tracking(each), (each.findtext("ShippingCarrierUsed") or "").strip()
        if bool(tracking) != bool(carrier):
            raise TradingError(37, about="ShipmentTrackingDetails")
        _refuse_foreign(call, order, tracking)
        covered = _stated(order, each) or same.get(tracking) or (replaced.pop(0) if replaced else whole)
        identity = tracking or str(call.shop.random.randrange(900, 10_000_000))
        by = "complete_sale"
        parcels.append(Parcel(identity, covered, carrier, tracking, _shipped_at(call), call.shop.now, by))
    return parcels


def _addressed(call: Call) -> tuple[Order, list[Line]]:
    """By order id, or by a line: OrderLineItemID, or ItemID with TransactionID."""
    item_id, transaction_id = call.text("ItemID"), call.text("TransactionID")
    if line_id := call.text("OrderLineItemID"):
        item_id, _, transaction_id = line_id.partition("-")
    for order in call.shop.book:
        by_id = order.order_id == call.text("OrderID")
        named = [line for line in order.lines if item_id == line.listing_id and transaction_id == line.transaction_id]
        if named:
            return order, named
        if by_id and not item_id:
            return order, order.lines
    raise TradingError(55, about=call.text("OrderID") or item_id)


def _concerns(parcel: Parcel, lines: list[Line]) -> bool:
    wanted = {line.line_item_id for line in lines}
    return any(line_item_id in wanted for line_item_id, _ in parcel.lines)


def _tracking(details: Element) -> str:
    return (details.findtext("ShipmentTrackingNumber") or "").strip()


def _refuse_foreign(call: Call, order: Order, tracking: str) -> None:
    """A tracking number belongs to one buyer's parcel."""
    for other in call.shop.book:
        foreign = tracking and other.buyer.username != order.buyer.username
        if foreign and any(parcel.tracking == tracking for parcel in other.parcels):
            raise TradingError(21916964, about=tracking)


def _stated(order: Order, details: Element) -> Lines:
    lines = []
    for each in details.findall("ShipmentLineItem/LineItem"):
        item_id, transaction_id = each.findtext("ItemID"), each.findtext("TransactionID")
        for line in order.lines:
            if line.listing_id == item_id and line.transaction_id == transaction_id:
                quantity = (each.findtext("Quantity") or str(line.quantity)).strip()
                if not quantity.isdecimal():
                    raise TradingError(37, about="Quantity")
                lines.append((line.line_item_id, int(quantity)))
    return tuple(lines)


def _shipped_at(call: Call) -> datetime:
    text = call.text("Shipment/ShippedTime")
    try:
        return parse(text) if text else call.shop.now
    except ValueError:
        raise TradingError(37, about="ShippedTime") from None


def _in_window(call: Call) -> list[Order]:
    modified = _window(call, "ModTimeFrom", "ModTimeTo")
    created = _window(call, "CreateTimeFrom", "CreateTimeTo")
    if days := call.number("NumberOfDays", 0):
        if days > MAX_SPAN.days:
            raise TradingError(37, about="NumberOfDays")
        modified = call.shop.now - timedelta(days=days), call.shop.now
    status = call.text("OrderStatus") or "All"
    found = [
        order
        for order in call.shop.book
        if (not created or created[0] <= order.created_at <= created[1])
        and (created or not modified or modified[0] <= order.modified_at <= modified[1])
        and status in ("All", _status(order))
    ]
    return sorted(found, key=lambda order: (order.created_at, order.order_id))


def _window(call: Call, start: str, end: str) -> tuple[datetime, datetime] | None:
    if not call.text(start):
        return None
    try:
        first = parse(call.text(start))
        last = parse(call.text(end)) if call.text(end) else call.shop.now
    except ValueError:
        raise TradingError(37, about=start) from None
    if first > last or last - first > MAX_SPAN:
        raise TradingError(37, about=start)
    return first, last


def _status(order: Order) -> str:
    if order.cancel_state is CancelState.CANCELED:
        return "Cancelled"
    return "Active" if order.payment is Payment.PENDING else "Completed"


def _order(array: Element, order: Order, seller: str) -> None:
    node = add(array, "Order")
    add(node, "OrderID", order.order_id)
    add(node, "OrderStatus", _status(order))
    _money(node, "AmountPaid", order, order.total if order.paid_at else ZERO)
    checkout = add(node, "CheckoutStatus")
    add(checkout, "LastModifiedTime", order.modified_at)
    add(checkout, "Status", "Complete" if order.paid_at else "Incomplete")
    add(node, "CreatedTime", order.created_at)
    _address(add(node, "ShippingAddress"), order, order.ship_to)
    service = add(node, "ShippingServiceSelected")
    add(service, "ShippingService", order.service)
    _money(service, "ShippingServiceCost", order, sum((line.shipping for line in order.lines), ZERO))
    _money(node, "Subtotal", order, sum((line.cost - line.discount for line in order.lines), ZERO))
    _money(node, "Total", order, order.total)
    transactions = add(node, "TransactionArray")
    for line in order.lines:
        _transaction(transactions, order, line)
    add(node, "BuyerUserID", order.buyer.username)
    if order.note:
        add(node, "BuyerCheckoutMessage", order.note)
    if order.paid_at:
        add(node, "PaidTime", order.paid_at)
    if order.all_units_shipped and order.parcels:
        add(node, "ShippedTime", order.parcels[-1].shipped_at)
    add(node, "SellerUserID", seller)
    add(node, "ExtendedOrderID", order.order_id)


def _transaction(array: Element, order: Order, line: Line) -> None:
    node = add(array, "Transaction")
    add(add(node, "Buyer"), "Email", order.buyer.email)
    details = add(node, "ShippingDetails")
    add(details, "SellingManagerSalesRecordNumber", order.sales_record)
    for parcel in order.parcels:
        if parcel.tracking and line.line_item_id in {each for each, _ in parcel.lines}:
            box = add(details, "ShipmentTrackingDetails")
            add(box, "ShippingCarrierUsed", parcel.carrier)
            add(box, "ShipmentTrackingNumber", parcel.tracking)
    add(node, "CreatedDate", order.created_at)
    item = add(node, "Item")
    add(item, "ItemID", line.listing_id)
    add(item, "Site", SITES[line.listing_marketplace].trading_name)
    add(item, "Title", line.title)
    if line.sku and not line.variation_id:
        add(item, "SKU", line.sku)
    add(node, "QuantityPurchased", line.quantity)
    add(node, "TransactionID", line.transaction_id)
    _money(node, "TransactionPrice", order, line.unit_price)
    if line.variation_id and line.sku:
        add(add(node, "Variation"), "SKU", line.sku)
    add(node, "OrderLineItemID", f"{line.listing_id}-{line.transaction_id}")


def _address(node: Element, order: Order, address: Address) -> None:
    add(node, "Name", order.buyer.name)
    add(node, "Street1", address.line1)
    add(node, "Street2", address.line2)
    add(node, "CityName", address.city)
    add(node, "StateOrProvince", address.state)
    add(node, "Country", address.country)
    add(node, "Phone", order.buyer.phone)
    add(node, "PostalCode", address.postal_code)


def _money(parent: Element, tag: str, order: Order, value: Decimal) -> None:
    add(parent, tag, amount(value, order.currency)["value"], currencyID=order.currency)
