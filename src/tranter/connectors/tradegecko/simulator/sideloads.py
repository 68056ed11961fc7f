"""Rows that come beside the ones that were asked for: `?include=order_line_items,company`."""

from typing import Any

from tranter.connectors.tradegecko.simulator.shapes import Resource
from tranter.connectors.tradegecko.simulator.state import RESOURCES, State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.views import shown
from tranter.testing.simulator import SimRequest

OWNERS = {
    "company": "companies",
    "contact": "contacts",
    "shipping_address": "addresses",
    "billing_address": "addresses",
    "supplier_address": "addresses",
    "currency": "currencies",
    "stock_location": "locations",
    "order": "orders",
    "order_line_item": "order_line_items",
    "invoice": "invoices",
    "product": "products",
    "variant": "variants",
    "fulfillment": "fulfillments",
    "tax_type": "tax_types",
    "user": "users",
    "assignee": "users",
}


def asked_for(request: SimRequest) -> list[str]:
    """`_include` is the older name, and is still understood."""
    texts = [value for name in ("include", "include[]", "_include") for value in request.params(name)]
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def beside(state: State, resource: Resource, rows: list[Row], names: list[str]) -> dict[str, Any]:
    """The sibling arrays, each row once; nothing for a list without rows."""
    found: dict[str, dict[Any, Row]] = {}
    for name in filter(None, dict.fromkeys(names)):
        plural = OWNERS.get(name, name)
        for row in rows:
            for other in _related(state, resource, row, name):
                found.setdefault(plural, {})[other["id"]] = other
    return {
        plural: [shown(state, RESOURCES[plural], row) for row in others.values()] for plural, others in found.items()
    }


def _related(state: State, resource: Resource, row: Row, name: str) -> list[Row]:
    if name in OWNERS:
        other = state.find(OWNERS[name], row.get(f"{name}_id"))
        return [other] if other else []
    child = RESOURCES.get(name)
    if child is None or resource.child_key() not in child.attributes:
        return []
    return list(state.store.living(name, resource.child_key(), row["id"]))
