"""Orders of one cart and what becomes of them."""

from collections import Counter
from datetime import datetime
from typing import Any

from tranter.connectors.cartrover.simulator.refusal import Refused
from tranter.testing.simulator import SimClock

REQUIRED = ("cust_ref", "ship_address_1", "ship_city", "ship_country", "items")
WORDS = frozenset({"cartrover", "batch", "list", "status", "update", "cancel", "wms_cancel"})
LISTS: dict[str, tuple[str, ...]] = {
    "new": ("new",),
    "at_wms": ("at_wms",),
    "new_or_at_wms": ("new", "at_wms"),
    "partial": ("partial",),
    "shipped": ("shipped",),
    "confirmed": ("confirmed",),
    "shipped_or_confirmed": ("shipped", "confirmed"),
    "error": ("error",),
    "canceled": ("canceled",),
    "any": ("new", "at_wms", "partial", "shipped", "confirmed", "error", "canceled"),
}


class Orders:
    """`order_status` stands in lists and in the status, not in the view of one order."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._rows: dict[str, dict[str, Any]] = {}

    def stamp(self) -> str:
        return f"{self._clock.now():%Y-%m-%dT%H:%M:%S+00:00}"

    def with_po_number(self, cust_po_no: str) -> list[str]:
        """Living ones."""
        return [
            ref
            for ref, row in self._rows.items()
            if row["cust_po_no"] == cust_po_no and row["order_status"] != "canceled"
        ]

    def create(self, order: dict[str, Any]) -> str:
        missing = [name for name in REQUIRED if not order.get(name)]
        if missing:
            raise Refused("Invalid", f"Order missing required field(s): {', '.join(missing)}")
        cust_ref = str(order["cust_ref"])
        if cust_ref in self._rows or cust_ref in WORDS:
            raise Refused("Failure", "OrderDuplicate")
        items = [{**item, "quantity": str(item["quantity"])} for item in order["items"]]
        made: dict[str, Any] = {
            "created_date_time": self.stamp(),
            "cancel_date": None,
            "shipments": [],
            "order_status": "at_wms",
        }
        whole = {**order, **made, "items": items, "cust_po_no": order.get("cust_po_no") or cust_ref}
        self._rows[cust_ref] = {**whole, "changed_at": self._clock.now()}
        return cust_ref

    def view(self, cust_ref: str) -> dict[str, Any]:
        hidden = ("order_status", "changed_at")
        return {name: value for name, value in self._found(cust_ref).items() if name not in hidden}

    def status(self, cust_ref: str) -> dict[str, Any]:
        row = self._found(cust_ref)
        return {name: row[name] for name in ("cust_ref", "cust_po_no", "order_status", "shipments")}

    def listed(self, status: str, from_date: str, window: slice) -> list[dict[str, Any]]:
        if status not in LISTS:
            raise Refused("Invalid", "Unknown status")
        since = datetime.fromisoformat(from_date) if from_date else None
        rows = [
            {name: value for name, value in row.items() if name != "changed_at"}
            for row in self._rows.values()
            if row["order_status"] in LISTS[status] and (since is None or row["changed_at"] >= since)
        ]
        return rows[window]

    def cancel(self, cust_ref: str, while_in: tuple[str, ...]) -> dict[str, Any]:
        row = self._found(cust_ref)
        if row["order_status"] not in while_in:
            raise Refused("Failure", f"The order is {row['order_status']} and can not be canceled")
        row |= {"order_status": "canceled", "cancel_date": self.stamp(), "changed_at": self._clock.now()}
        return {"success": True, "message": ""}

    def ship(self, cust_ref: str, tracking: str, carrier: str) -> None:
        row = self._found(cust_ref)
        left = Counter({item["item"]: int(item["quantity"]) for item in row["items"]})
        for parcel in row["shipments"]:
            left.subtract({item["item"]: int(item["quantity"]) for item in parcel["items"]})
        items = [{"item": sku, "quantity": str(count)} for sku, count in left.items() if count > 0]
        parcel = {"carrier": carrier, "method": "09", "tracking_no": tracking, "date": self.stamp(), "items": items}
        row["shipments"].append(parcel)
        row |= {"order_status": "shipped", "updated_date_time": self.stamp(), "changed_at": self._clock.now()}

    def _found(self, cust_ref: str) -> dict[str, Any]:
        if cust_ref not in self._rows:
            raise Refused("Invalid", "Order not found")
        return self._rows[cust_ref]
