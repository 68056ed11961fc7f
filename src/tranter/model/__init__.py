"""The trade's nouns as frozen values.

They hold no cycles, so Python's collector is not shown them (`gc=False`). What is stored leaves out what has its
default (`omit_defaults`): no default of a field may ever become another one.
"""

from tranter.model.address import Address, Buyer, address_key
from tranter.model.cancellation import Cancellation, CancellationState
from tranter.model.fulfillment import Fulfillment, FulfillmentLine, is_added
from tranter.model.goods_back import Return, ReturnLine, ReturnState
from tranter.model.lending import Shares, Terms, clashes
from tranter.model.money import Money, MoneyError, decimals_of, total
from tranter.model.order import CartState, DelayFrom, Order, OrderLine, OrderStatus, TaxReference
from tranter.model.product import Listing, Product
from tranter.model.shipment import Shipment, ShipmentLine, ShipmentState
from tranter.model.stock import StockLevel, StockTarget
from tranter.model.unreadable import Unreadable

__all__ = [
    "Address",
    "Buyer",
    "Cancellation",
    "CancellationState",
    "CartState",
    "DelayFrom",
    "Fulfillment",
    "FulfillmentLine",
    "Listing",
    "Money",
    "MoneyError",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Product",
    "Return",
    "ReturnLine",
    "ReturnState",
    "Shares",
    "Shipment",
    "ShipmentLine",
    "ShipmentState",
    "StockLevel",
    "StockTarget",
    "TaxReference",
    "Terms",
    "Unreadable",
    "address_key",
    "clashes",
    "decimals_of",
    "is_added",
    "total",
]
