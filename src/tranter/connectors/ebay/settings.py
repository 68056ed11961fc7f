"""What a merchant chooses for one eBay account."""

from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Struct
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from tranter.connectors.ebay.marketplaces import MARKETPLACES, canonical, site_choices
from tranter.connectors.ebay.words import BlankSku, Environment, OrderNumber, OutOfStock
from tranter.sdk.cart_settings import CartSettings, stock_by_alias_field
from tranter.sdk.forms import ACCESS, APPLICATION, PLACE, none_if_blank, shown


class Hosts(Struct, frozen=True):
    """Base addresses. `api` also serves the tokens, `auth` the consent page."""

    api: str
    apiz: str
    auth: str


def _split(value: object) -> object:
    """`a, b` as it is typed on a command line."""
    if isinstance(value, str):
        return tuple(part for part in (piece.strip() for piece in value.split(",")) if part)
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
MaybeDate = Annotated[date | None, BeforeValidator(none_if_blank)]
MaybeCount = Annotated[int | None, Field(ge=0), BeforeValidator(none_if_blank)]


class EbaySettings(CartSettings):
    environment: Environment = Field(
        Environment.PRODUCTION,
        description="Which eBay: production, sandbox, or custom with a base URL of your own",
        json_schema_extra=shown(APPLICATION, "Which eBay"),
    )
    base_url: str = Field(
        "",
        description="Only for custom: one address that serves all of eBay's hosts",
        json_schema_extra=shown(APPLICATION, "Address"),
    )
    marketplaces: Names = Field(
        ("EBAY_US",),
        validation_alias=AliasChoices("marketplaces", "marketplace"),
        description="The sites whose orders this connection takes; one sign-in covers them all",
        json_schema_extra=shown(PLACE, "Marketplaces", site_choices()),
    )
    ru_name: str = Field(
        "",
        description="The RuName of your eBay application, needed to sign in",
        json_schema_extra=shown(APPLICATION, "RuName (redirect URL name)", needed=True),
    )
    blank_sku: BlankSku = Field(
        BlankSku.HOLD,
        description="A listing without an item code: hold, use the item id, or a fixed code",
        json_schema_extra=shown("Orders", "Listings without an item code"),
    )
    fixed_sku: str = Field(
        "",
        description="The code used when blank_sku is fixed",
        json_schema_extra=shown("Orders", "Code for those listings"),
    )
    order_number: OrderNumber = Field(
        OrderNumber.ORDER_ID,
        description="Which number the warehouse sees: the order id or the sales record",
        json_schema_extra=shown("Orders", "Order number at the warehouse"),
    )
    earliest_order_date: MaybeDate = Field(
        None,
        description="No order before this day; blank: 90 days back",
        json_schema_extra=shown("Orders", "Earliest order date"),
    )
    locations: Names = Field(
        (),
        description="Warehouse locations whose stock counts; blank: all",
        json_schema_extra=shown("Stock", "Warehouse locations"),
    )
    share_percent: int = Field(
        100,
        ge=0,
        le=100,
        description="How much of the stock is offered here",
        json_schema_extra=shown("Stock", "Share of the stock, percent"),
    )
    buffer: int = Field(0, ge=0, description="Units kept back", json_schema_extra=shown("Stock", "Buffer"))
    minimum_level: int = Field(
        0, ge=0, description="Below this the listings show none", json_schema_extra=shown("Stock", "Minimum level")
    )
    maximum_shown: MaybeCount = Field(
        None, description="Never show more than this; blank: no limit", json_schema_extra=shown("Stock", "Most to show")
    )
    unknown_carrier: str = Field(
        "Other",
        description="What eBay is told for a carrier that it doesn't know; hold: a person decides",
        json_schema_extra=shown("Tracking", "Carrier that eBay does not know"),
    )
    push_inventory_using_alias: bool = stock_by_alias_field()
    push_stock: bool = Field(
        True, description="Send stock levels to the listings", json_schema_extra=shown("Stock", "Send stock")
    )
    push_tracking: bool = Field(
        True,
        description="Send tracking numbers to the orders",
        json_schema_extra=shown("Tracking", "Send tracking numbers"),
    )
    push_cancellations: bool = Field(
        False,
        description="Cancel at eBay what the warehouse cancels; eBay may refund the buyer for it",
        json_schema_extra=shown("Orders", "Cancel at eBay what the warehouse cancels"),
    )
    out_of_stock: OutOfStock = Field(
        OutOfStock.ASK,
        description="A zero ends the listing while eBay's out-of-stock control is off: ask, allow or never",
        json_schema_extra=shown("Stock", "When a listing comes to zero"),
    )
    notification_token: SecretStr | None = Field(
        None,
        description="The verification token given to eBay for notifications, 32 to 80 letters or digits",
        json_schema_extra=shown("Notifications", "Verification token"),
    )
    client_id: SecretStr | None = Field(
        None,
        description="App ID of your eBay application",
        json_schema_extra=shown(APPLICATION, "App ID (client id)", needed=True),
    )
    client_secret: SecretStr | None = Field(
        None,
        description="Cert ID of your eBay application",
        json_schema_extra=shown(APPLICATION, "Cert ID (client secret)", needed=True),
    )
    refresh_token: SecretStr | None = Field(
        None, description="Comes from signing in; lasts 18 months", json_schema_extra=shown(ACCESS, "Refresh token")
    )
    access_token: SecretStr | None = Field(
        None, description="A token that is used as it is, for trials", json_schema_extra=shown(ACCESS, "Access token")
    )

    @field_validator("base_url")
    @classmethod
    def _one_host(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("environment") is not Environment.CUSTOM:
            if value:
                raise ValueError("goes with environment=custom only")
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address such as http://127.0.0.1:9911")
        if parts.username or parts.password:
            raise ValueError("no user name or password in the address")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("only scheme, host and port, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("marketplaces")
    @classmethod
    def _known_sites(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(canonical(name.strip().upper()) for name in value))
        unknown = [name for name in names if name not in MARKETPLACES]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such eBay site; write for instance EBAY_US, EBAY_GB, EBAY_DE")
        if not names:
            raise ValueError("name at least one site, for instance EBAY_US")
        return names

    @field_validator("fixed_sku")
    @classmethod
    def _fixed_needs_a_code(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("blank_sku") is BlankSku.FIXED and not value.strip():
            raise ValueError("blank_sku=fixed needs the code to be used")
        return value.strip()

    @property
    def hosts(self) -> Hosts:
        match self.environment:
            case Environment.PRODUCTION:
                return Hosts("https://api.ebay.com", "https://apiz.ebay.com", "https://auth.ebay.com")
            case Environment.SANDBOX:
                return Hosts(
                    "https://api.sandbox.ebay.com",
                    "https://apiz.sandbox.ebay.com",
                    "https://auth.sandbox.ebay.com",
                )
            case Environment.CUSTOM:
                return Hosts(self.base_url, self.base_url, self.base_url)
