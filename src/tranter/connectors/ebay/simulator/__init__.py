"""eBay in miniature: the seller's APIs over a world that moves by itself, from a seed and a clock."""

from typing import Any

from tranter.connectors.ebay.simulator.options import InventoryOffset, Options, Repeat
from tranter.connectors.ebay.simulator.orders import Address, Buyer, CollectedTax, Order, Parcel, Program
from tranter.connectors.ebay.simulator.purchases import Action, Later, PlannedPurchase, Purchase, Want
from tranter.connectors.ebay.simulator.seeds import Mix, plan_orders
from tranter.connectors.ebay.simulator.shelves import UNKNOWN_SKU, default_skus
from tranter.connectors.ebay.simulator.vendor import EbayVendor
from tranter.testing.simulator import SimClock

__all__ = [
    "UNKNOWN_SKU",
    "Action",
    "Address",
    "Buyer",
    "CollectedTax",
    "EbayVendor",
    "InventoryOffset",
    "Later",
    "Mix",
    "Options",
    "Order",
    "Parcel",
    "PlannedPurchase",
    "Program",
    "Purchase",
    "Repeat",
    "Want",
    "default_skus",
    "plan_orders",
    "simulator",
]


def simulator(clock: SimClock, seed: int = 0, base_url: str = "http://sim.ebay", **options: Any) -> EbayVendor:
    """A fresh eBay with one seller. `options` are the fields of `Options`."""
    return EbayVendor(clock, seed, base_url, Options(**options))
