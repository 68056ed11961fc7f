"""Rows as the vendor shows them: attributes of the table, and what is computed at the moment of looking."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator.shapes import Kind, Resource
from tranter.connectors.tradegecko.simulator.state import RESOURCES, State
from tranter.connectors.tradegecko.simulator.stock import (
    level_columns,
    light_places,
    price_columns,
    variant_places,
)
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import written


def shown(state: State, resource: Resource, row: Row) -> dict[str, Any]:
    computed = COMPUTED.get(resource.plural)
    extra = computed(state, row) if computed else {}
    out: dict[str, Any] = {}
    for name, attribute in resource.attributes.items():
        if attribute.kind is Kind.WRITE_ONLY:
            continue
        if attribute.kind is Kind.IDS:
            out[name] = child_ids(state, attribute.children, row)
        else:
            out[name] = written(attribute.kind, extra[name] if name in extra else row.get(name))
    return out


def child_ids(state: State, children: str, row: Row) -> list[int]:
    plural, _, key = children.partition(".")
    return [child["id"] for child in state.store.living(plural, key, row["id"])]


def _order(state: State, row: Row) -> Row:
    invoices = state.store.living("invoices", "order_id", row["id"])
    account = state.account()
    return {
        "cached_total": row.get("total"),
        "tax_type": row.get("tax_treatment"),
        "url": row.get("source_url"),
        "default_price_type_id": row.get("default_price_list_id"),
        "tax_label": account.get("tax_label"),
        "invoice_numbers": {str(invoice["id"]): invoice.get("invoice_number") for invoice in invoices},
    }


def _of_order(state: State, row: Row) -> Row:
    order = state.store.get("orders", row["order_id"])
    return {name: order.get(name) for name in ("order_number", "company_id", "currency_id")}


def _fulfillment_line_item(state: State, row: Row) -> Row:
    line = state.store.find("order_line_items", row["order_line_item_id"]) or {}
    variant = state.store.find("variants", line.get("variant_id")) or {}
    return {"variant_id": line.get("variant_id"), "variant_sku": variant.get("sku")}


def _product(state: State, row: Row) -> Row:
    variants = list(state.store.living("variants", "product_id", row["id"]))
    quantity = sum((state.stock.at_hand(variant["id"]) for variant in variants), Decimal(0))
    cache = " ".join(str(variant.get("sku") or variant.get("name") or "") for variant in variants)
    return {"quantity": quantity, "search_cache": cache, "vendor": row.get("supplier")}


def _variant(state: State, row: Row) -> Row:
    product = state.store.find("products", row["product_id"]) or {}
    return {
        **state.stock.totals(row["id"]),
        **price_columns(row),
        **level_columns(state.stock, row["id"]),
        "locations": variant_places(state.stock, row),
        "product_name": product.get("name"),
        "product_status": product.get("status"),
        "product_type": product.get("product_type"),
    }


def stock_level(state: State, variant: Row) -> dict[str, Any]:
    row = {
        **state.stock.totals(variant["id"]),
        "variant_id": variant["id"],
        "locations": light_places(state.stock, variant["id"]),
    }
    return shown(state, RESOURCES["stock_levels"], row)


def _price_list(state: State, row: Row) -> Row:
    currency = state.store.find("currencies", row["currency_id"]) or {}
    return {"currency_symbol": currency.get("symbol"), "currency_iso": currency.get("iso")}


def _tax_type(state: State, row: Row) -> Row:
    return {"effective_rate": effective_rate(state, row["id"])}


def effective_rate(state: State, tax_type_id: int | None) -> Decimal:
    parts = state.store.where("tax_components", "tax_type_id", tax_type_id)
    return sum((part.get("rate") or Decimal(0) for part in parts), Decimal(0))


def _account(state: State, row: Row) -> Row:
    return {
        "location_ids": list(state.store.table("locations").rows),
        "user_ids": list(state.store.table("users").rows),
        "default_tax_rate": effective_rate(state, row.get("default_tax_type_id")),
    }


def _purchase_order(state: State, row: Row) -> Row:
    return {"cached_total": row.get("total"), "tax_type": row.get("tax_treatment")}


COMPUTED: dict[str, Callable[[State, Row], Row]] = {
    "orders": _order,
    "fulfillments": _of_order,
    "fulfillment_returns": _of_order,
    "invoices": _of_order,
    "fulfillment_line_items": _fulfillment_line_item,
    "products": _product,
    "variants": _variant,
    "price_lists": _price_list,
    "tax_types": _tax_type,
    "accounts": _account,
    "purchase_orders": _purchase_order,
}
