from tranter.ledger.models.connections import Connection, Credential, Flow, HookEvent, SignIn
from tranter.ledger.models.installation import Installation, JournalEntry, Merchant, TradeException
from tranter.ledger.models.intents import Attempt, Intent
from tranter.ledger.models.mappings import Alias, CarrierMap, RemoteLink, ShipMethodMap
from tranter.ledger.models.orders import (
    FulfillmentLineRow,
    FulfillmentRow,
    OrderLineRow,
    OrderRow,
    RawRecord,
    ShipmentRow,
)
from tranter.ledger.models.stock import ListingRow, ProductRow, StockLevelRow

__all__ = [
    "Alias",
    "Attempt",
    "CarrierMap",
    "Connection",
    "Credential",
    "Flow",
    "FulfillmentLineRow",
    "FulfillmentRow",
    "HookEvent",
    "Installation",
    "Intent",
    "JournalEntry",
    "ListingRow",
    "Merchant",
    "OrderLineRow",
    "OrderRow",
    "ProductRow",
    "RawRecord",
    "RemoteLink",
    "ShipMethodMap",
    "ShipmentRow",
    "SignIn",
    "StockLevelRow",
    "TradeException",
]
