"""What the vendor can testify, for counting in proofs: orders, parcels and stock as they really are."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import decimal_text

GONE = ("void", "deleted")


@dataclass(frozen=True)
class LineSeen:
    id: int
    sku: str | None
    variant_id: int | None
    quantity: int
    price: str
    label: str | None
    line_type: str | None


@dataclass(frozen=True)
class OrderSeen:
    id: int
    order_number: str
    reference_number: str | None
    status: str
    packed_status: str
    fulfillment_status: str
    invoice_status: str
    payment_status: str
    total: str
    currency: str
    tax_treatment: str
    company_id: int
    company: str
    email: str | None
    notes: str | None
    shipping_address: dict[str, Any]
    billing_address: dict[str, Any]
    lines: tuple[LineSeen, ...]
    created_at: datetime


@dataclass(frozen=True)
class ShipmentSeen:
    id: int
    order_id: int
    order_number: str
    reference_number: str | None
    status: str
    carrier: str | None
    tracking: str | None
    shipped_at: datetime | None
    lines: tuple[tuple[str | None, int], ...]
    """(SKU, quantity) per line of the parcel."""


def orders(state: State) -> list[OrderSeen]:
    return [_order(state, row) for row in state.store.table("orders").rows.values()]


def _order(state: State, row: Row) -> OrderSeen:
    company = state.find("companies", row["company_id"]) or {}
    currency = state.find("currencies", row["currency_id"]) or {}
    return OrderSeen(
        id=row["id"],
        order_number=row["order_number"],
        reference_number=row.get("reference_number"),
        status=row["status"],
        packed_status=row["packed_status"],
        fulfillment_status=row["fulfillment_status"],
        invoice_status=row["invoice_status"],
        payment_status=row["payment_status"],
        total=decimal_text(row["total"]),
        currency=currency.get("iso", ""),
        tax_treatment=row["tax_treatment"],
        company_id=row["company_id"],
        company=company.get("name", ""),
        email=row.get("email"),
        notes=row.get("notes"),
        shipping_address=_address(state, row["shipping_address_id"]),
        billing_address=_address(state, row["billing_address_id"]),
        lines=tuple(_line(state, line) for line in progress.lines_of(state, row)),
        created_at=row["created_at"],
    )


def _address(state: State, identity: int) -> dict[str, Any]:
    row = state.find("addresses", identity) or {}
    return {name: value for name, value in row.items() if isinstance(value, str | int)}


def _line(state: State, line: Row) -> LineSeen:
    variant = state.find("variants", line.get("variant_id")) or {}
    return LineSeen(
        id=line["id"],
        sku=variant.get("sku"),
        variant_id=line.get("variant_id"),
        quantity=int(line["quantity"]),
        price=decimal_text(line["price"]),
        label=line.get("label"),
        line_type=line.get("line_type"),
    )


def shipments(state: State) -> list[ShipmentSeen]:
    return [_shipment(state, row) for row in state.store.table("fulfillments").rows.values()]


def _shipment(state: State, row: Row) -> ShipmentSeen:
    order = state.store.get("orders", row["order_id"])
    parts = state.store.where("fulfillment_line_items", "fulfillment_id", row["id"])
    return ShipmentSeen(
        id=row["id"],
        order_id=order["id"],
        order_number=order["order_number"],
        reference_number=order.get("reference_number"),
        status=row["status"],
        carrier=row.get("tracking_company"),
        tracking=row.get("tracking_number"),
        shipped_at=row.get("shipped_at"),
        lines=tuple(_part(state, part) for part in parts),
    )


def _part(state: State, part: Row) -> tuple[str | None, int]:
    line = state.find("order_line_items", part["order_line_item_id"]) or {}
    variant = state.find("variants", line.get("variant_id")) or {}
    return variant.get("sku"), int(part["quantity"])


def duplicate_orders(state: State) -> dict[str, list[int]]:
    """Reference numbers that more than one living order bears, with the ids of those orders."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in state.store.table("orders").rows.values():
        reference = row.get("reference_number")
        if reference and row["status"] not in GONE:
            found[reference].append(row["id"])
    return {reference: ids for reference, ids in found.items() if len(ids) > 1}


def available(state: State, sku: str, location_id: int | None = None) -> int:
    """On hand minus committed, over all living variants of that SKU. May be negative."""
    variants = state.store.living("variants", "sku", sku)
    return sum(int(state.stock.available(variant["id"], location_id)) for variant in variants)
