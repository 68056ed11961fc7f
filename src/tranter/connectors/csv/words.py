"""Our names for columns, and the headings under which other systems are used to write the same."""

from enum import Enum

from tranter.model import CartState, ShipmentState


class Kind(Enum):
    """What one file is about. The first five come in, the last three go out."""

    ORDERS = "orders"
    LISTINGS = "listings"
    STOCK = "stock"
    PRODUCTS = "products"
    SHIPMENTS = "shipments"
    DELIVERIES = "deliveries"
    TRACKING = "tracking"
    LEVELS = "levels"


ADDRESS = "name company address1 address2 address3 city region postal_code country phone email"

FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.ORDERS: tuple(
        f"order_number order_id status ordered_at paid_at modified_at ship_by ship_method marketplace note buyer_id "
        f"{ADDRESS} line_id sku quantity title unit_price line_total currency shipping discount tax total".split()
    ),
    Kind.LISTINGS: ("sku", "listing_id", "title", "quantity"),
    Kind.STOCK: ("sku", "available", "location"),
    Kind.PRODUCTS: ("sku", "title", "barcode", "active"),
    Kind.SHIPMENTS: tuple(
        "order_number status carrier tracking_number tracking_url service shipped_at line sku quantity".split()
    ),
    Kind.DELIVERIES: tuple(
        f"order_number reference ordered_at ship_by ship_method marketplace note {ADDRESS} address_reference "
        "line sku quantity title line_total currency shipping discount tax total tax_references".split()
    ),
    Kind.TRACKING: tuple(
        "order_id status carrier tracking_number tracking_url service shipped_at line_id sku quantity replaces".split()
    ),
    Kind.LEVELS: ("sku", "listing_id", "quantity"),
}

NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.ORDERS: ("order_number", "sku", "quantity"),
    Kind.LISTINGS: ("sku",),
    Kind.STOCK: ("sku", "available"),
    Kind.PRODUCTS: ("sku",),
    Kind.SHIPMENTS: ("order_number", "tracking_number", "sku", "quantity"),
}

HEADINGS: dict[str, tuple[str, ...]] = {
    "order_number": ("order", "order no", "order id", "order reference", "po number", "number"),
    "ordered_at": ("order date", "date", "purchase date", "created at"),
    "paid_at": ("payment date", "paid", "date paid", "paid on"),
    "status": ("state", "order status", "shipment status"),
    "name": ("ship to", "recipient", "recipient name", "ship name", "shipping name", "delivery name"),
    "company": ("ship company", "shipping company", "company name"),
    "address1": ("address", "address 1", "address line 1", "street", "ship address 1", "shipping address1"),
    "address2": ("address 2", "address line 2", "ship address 2", "shipping address2"),
    "address3": ("address 3", "address line 3", "ship address 3"),
    "city": ("town", "ship city", "shipping city"),
    "region": ("state or province", "province", "county", "ship state", "shipping province"),
    "postal_code": ("zip", "zip code", "postcode", "post code", "ship zip", "shipping zip"),
    "country": ("country code", "ship country", "shipping country"),
    "phone": ("phone number", "telephone", "ship phone", "shipping phone"),
    "email": ("e-mail", "email address", "buyer email"),
    "buyer_id": ("customer id", "customer", "buyer"),
    "sku": ("item code", "item", "product code", "article", "seller sku", "lineitem sku"),
    "quantity": ("qty", "units", "quantity ordered", "quantity shipped", "lineitem quantity"),
    "title": ("description", "product name", "item name", "lineitem name"),
    "unit_price": ("price", "item price", "lineitem price"),
    "line_total": ("amount", "line amount"),
    "currency": ("currency code",),
    "shipping": ("shipping cost", "shipping price", "postage"),
    "ship_method": ("shipping method", "delivery method", "ship service"),
    "note": ("notes", "comment", "delivery instructions"),
    "available": ("quantity", "qty", "stock", "on hand", "available quantity", "stock on hand"),
    "location": ("warehouse", "site"),
    "barcode": ("ean", "upc", "gtin"),
    "tracking_number": ("tracking", "tracking no", "tracking code", "parcel number"),
    "carrier": ("courier", "shipping carrier", "carrier code"),
    "service": ("carrier service",),
    "shipped_at": ("ship date", "shipped", "shipped on", "dispatch date", "date"),
    "listing_id": ("item id", "listing"),
}

CART_STATES: dict[str, CartState] = {
    "": CartState.OPEN,
    **dict.fromkeys("open paid new processing unshipped unfulfilled ready".split(), CartState.OPEN),
    **dict.fromkeys(("pending", "unpaid", "on hold", "hold", "waiting"), CartState.WAITING),
    **dict.fromkeys(("canceled", "cancelled", "refunded", "void"), CartState.CANCELED),
    **dict.fromkeys(("shipped", "fulfilled", "complete", "completed", "closed"), CartState.SHIPPED),
}

SHIPMENT_STATES: dict[str, ShipmentState] = {
    "": ShipmentState.SHIPPED,
    **dict.fromkeys(("shipped", "fulfilled", "complete", "completed", "dispatched", "sent"), ShipmentState.SHIPPED),
    **dict.fromkeys(("packed", "ready", "picked"), ShipmentState.PACKED),
    **dict.fromkeys(("void", "voided", "canceled", "cancelled", "deleted"), ShipmentState.VOID),
}

YES_OR_NO = {**dict.fromkeys(("", "1", "yes", "y", "true", "active"), True)} | {
    **dict.fromkeys(("0", "no", "n", "false", "inactive", "archived"), False)
}


def plain(heading: str) -> str:
    """`Order_Number`, `order number` and `ORDER NUMBER` are one heading."""
    return " ".join(heading.replace("_", " ").replace("#", " ").casefold().split())
