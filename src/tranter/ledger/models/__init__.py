from tranter.ledger.models.api_keys import ApiKey
from tranter.ledger.models.connections import Connection, Credential, Flow, HookEvent, RunRow, SignIn
from tranter.ledger.models.elsewhere import OrderElsewhere
from tranter.ledger.models.errands import Errand
from tranter.ledger.models.idempotency import KeptAnswer
from tranter.ledger.models.installation import Installation, JournalEntry, Merchant, TradeException
from tranter.ledger.models.intents import Attempt, Intent
from tranter.ledger.models.lending import Loan
from tranter.ledger.models.mappings import Alias, CarrierMap, CartFilter, Kit, MappingChange, RemoteLink, ShipMethodMap
from tranter.ledger.models.notices import Letter, TellRule
from tranter.ledger.models.orders import (
    FulfillmentLineRow,
    FulfillmentRow,
    OrderLineRow,
    OrderNote,
    OrderRow,
    RawRecord,
    ReturnRow,
    ShipmentRow,
)
from tranter.ledger.models.people import Invitation, Reach, SavedView, User
from tranter.ledger.models.processes import AccountCalls, ProcessRow, Turn
from tranter.ledger.models.rules import RoutingRow, RuleRow
from tranter.ledger.models.sharing import Application, ShareLink
from tranter.ledger.models.stock import ListingRow, ProductRow, StockLevelRow
from tranter.ledger.models.webhooks import Webhook, WebhookAttempt, WebhookMessage

__all__ = [
    "AccountCalls",
    "Alias",
    "ApiKey",
    "Application",
    "Attempt",
    "CarrierMap",
    "CartFilter",
    "Connection",
    "Credential",
    "Errand",
    "Flow",
    "FulfillmentLineRow",
    "FulfillmentRow",
    "HookEvent",
    "Installation",
    "Intent",
    "Invitation",
    "JournalEntry",
    "KeptAnswer",
    "Kit",
    "Letter",
    "ListingRow",
    "Loan",
    "MappingChange",
    "Merchant",
    "OrderElsewhere",
    "OrderLineRow",
    "OrderNote",
    "OrderRow",
    "ProcessRow",
    "ProductRow",
    "RawRecord",
    "Reach",
    "RemoteLink",
    "ReturnRow",
    "RoutingRow",
    "RuleRow",
    "RunRow",
    "SavedView",
    "ShareLink",
    "ShipMethodMap",
    "ShipmentRow",
    "SignIn",
    "StockLevelRow",
    "TellRule",
    "TradeException",
    "Turn",
    "User",
    "Webhook",
    "WebhookAttempt",
    "WebhookMessage",
]
