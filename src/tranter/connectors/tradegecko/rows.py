"""TradeGecko's rows as they come over the wire, as far as they are read. Decimals are strings, ids integers.

Numbers are taken as numbers, too: the reference's examples write `"total": 0`.
"""

from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal, InvalidOperation

from msgspec import UNSET, Struct, UnsetType

Number = str | int | float | None
Identity = int | str | None


class OrderRow(Struct):
    id: int
    status: str = ""
    order_number: str | None = None
    reference_number: str | None = None
    source_url: str | None = None
    company_id: Identity = None
    shipping_address_id: Identity = None
    billing_address_id: Identity = None
    currency_id: Identity = None
    total: Number = None
    packed_status: str | None = None
    fulfillment_status: str | None = None
    invoice_status: str | None = None
    updated_at: str | None = None
    order_line_item_ids: list[int] | None = None


class LineRow(Struct):
    id: int
    order_id: Identity = None
    variant_id: Identity = None
    quantity: Number = None
    price: Number = None
    discount: Number = None
    line_type: str | None = None
    freeform: bool | None = None


class GoodsRow(Struct):
    """Goods on their way, out or back."""

    id: int | str
    order_id: int | str
    status: str
    updated_at: str
    tracking_company: str | None = None
    tracking_number: str | None = None


class FulfillmentRow(GoodsRow):
    tracking_url: str | None = None
    service: str | None = None
    shipped_at: str | None = None
    fulfillment_line_item_ids: list[int | str] | None = None


class FulfillmentLineRow(Struct):
    id: int | str
    fulfillment_id: int | str
    order_line_item_id: Identity = None
    quantity: Number = None
    variant_id: int | str | UnsetType | None = UNSET
    variant_sku: str | None = None


class ParcelRow(Struct):
    """A fulfillment together with its lines: the record that is kept of it."""

    fulfillment: FulfillmentRow
    fulfillment_line_items: list[FulfillmentLineRow]


class ReturnLineRow(Struct):
    order_line_item_id: Identity = None
    quantity: Number = None


class GoodsBackRow(Struct):
    """A return together with its lines: the record that is kept of it."""

    fulfillment_return: GoodsRow
    fulfillment_return_line_items: list[ReturnLineRow]


class PlaceRow(Struct):
    location_id: int | str
    stock_on_hand: Number = None
    committed: Number | UnsetType = UNSET
    available: Number = None


class VariantRow(Struct):
    """A row of `/variants` or of `/stock_levels`, which has `variant_id` instead of `id`."""

    id: Identity = None
    variant_id: Identity = None
    sku: str | None = None
    status: str | None = None
    name: str | None = None
    product_name: str | None = None
    product_status: str | None = None
    upc: str | None = None
    manage_stock: bool | None = None
    max_online: Number = None
    weight: Number = None
    weight_unit: str | None = None
    stock_on_hand: Number = None
    committed_stock: Number | UnsetType = UNSET
    available_stock: Number = None
    locations: list[PlaceRow] | None = None


class CompanyRow(Struct):
    id: int
    name: str | None = None
    email: str | None = None
    company_code: str | None = None
    company_type: str | None = None
    status: str | None = None


class AddressRow(Struct):
    id: int | str
    company_id: Identity = None
    status: str | None = None
    address1: str | None = None
    address2: str | None = None
    suburb: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    company_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None


class AccountRow(Struct):
    id: int | str
    name: str | None = None
    time_zone: str | None = None
    default_currency_id: Identity = None
    default_tax_treatment: str | None = None
    primary_location_id: Identity = None


class LocationRow(Struct):
    id: int | str
    label: str | None = None
    status: str | None = None
    holds_stock: bool | None = None


class CurrencyRow(Struct):
    id: int | str
    iso: str | None = None


def decimal(value: Number) -> Decimal | None:
    """None for a missing or blank one. Raises ValueError for what is no number."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def whole(value: Number) -> int | None:
    """Rounded down: half a unit can't be sold."""
    number = decimal(value)
    return None if number is None else int(number.to_integral_value(rounding=ROUND_FLOOR))


def moment(value: str) -> datetime:
    """Aware UTC; a date alone is its midnight. Raises ValueError."""
    found = datetime.fromisoformat(value.strip())
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def text_of(value: Identity) -> str:
    return "" if value is None else str(value)
