"""What an operator may set: CartRover's names for the same things are in README.md."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from tranter.sdk.forms import ACCESS, APPLICATION, Settings, shown
from tranter.sdk.order_numbers import MaybeLength, NumberCharacters, characters_field, length_field


class TradeGeckoSettings(Settings):
    base_url: str = Field(
        description="Address of the API, such as https://api.example.com. There is no default.",
        json_schema_extra=shown(APPLICATION, "Address of the API"),
    )
    order_status: Literal["active", "draft", "finalized"] = Field(
        "active",
        description="How an order is created. A draft reserves no stock until somebody approves it.",
        json_schema_extra=shown("Orders", "Create orders as"),
    )
    create_invoice: bool = Field(
        False,
        description="Invoice the order at once. Needs order_status finalized.",
        json_schema_extra=shown("Orders", "Invoice at once"),
    )
    pack_orders: bool = Field(
        False,
        description="Pack the order at once. Needs order_status finalized.",
        json_schema_extra=shown("Orders", "Pack at once"),
    )
    tax_treatment: Literal["default", "exclusive", "inclusive"] = Field(
        "default",
        description="Whether prices hold tax. `default` is what the account says.",
        json_schema_extra=shown("Money", "Prices hold tax"),
    )
    dynamic_item_tax_rate: bool = Field(
        False,
        description="Send the rate of the tax that was charged with every line.",
        json_schema_extra=shown("Money", "Send tax rates"),
    )
    currency: str = Field(
        "",
        pattern=r"^(|order|[A-Z]{3})$",
        description="Blank: the account's, named in the order where it differs. `order`: always named. "
        "An ISO code: orders in any other currency are held.",
        json_schema_extra=shown("Money", "Currency"),
    )
    send_discount: bool = Field(
        True, description="Send the discount as a line of its own.", json_schema_extra=shown("Money", "Send discounts")
    )
    discount_line_label: str = Field(
        "Discount",
        min_length=1,
        max_length=200,
        description="Name of that line.",
        json_schema_extra=shown("Money", "Name of the discount line"),
    )
    shipping_line_label: str = Field(
        "Shipping Cost",
        max_length=200,
        description="Name of the shipping line; {method} becomes the ship method. Blank: shipping isn't sent.",
        json_schema_extra=shown("Money", "Name of the shipping line"),
    )
    send_zero_shipping: bool = Field(
        False,
        description="Send the shipping line when it costs nothing, too.",
        json_schema_extra=shown("Money", "Send free shipping too"),
    )
    location_id: str = Field(
        "",
        pattern=r"^\d*$",
        description="Location to ship from and to read stock of.",
        json_schema_extra=shown("Stock", "Location"),
    )
    customer_matching: Literal["email", "buyer", "fixed"] = Field(
        "email",
        description="How a new buyer is looked for: by e-mail, by the cart's name for the buyer (company code), "
        "or not at all: every order goes to company_id.",
        json_schema_extra=shown("Buyers", "Find buyers by"),
    )
    company_id: str = Field(
        "",
        pattern=r"^\d*$",
        description="The company of customer_matching fixed.",
        json_schema_extra=shown("Buyers", "Company of all orders"),
    )
    company_type: Literal["consumer", "business"] = Field(
        "consumer", description="Type of a new company.", json_schema_extra=shown("Buyers", "Type of new companies")
    )
    backlog: Literal["look_up", "send"] = Field(
        "look_up",
        description="Orders older than the connection: look them up before sending, or send at once.",
        json_schema_extra=shown("Orders", "Orders older than the connection"),
    )
    order_number_length: MaybeLength = length_field()
    order_number_characters: NumberCharacters = characters_field()
    ship_packed: bool = Field(
        False,
        description="Take a packed parcel for a shipped one.",
        json_schema_extra=shown("Tracking", "Packed means shipped"),
    )
    redirect_uri: str = Field(
        "",
        description="Where the sign-in page returns to; as told to TradeGecko.",
        json_schema_extra=shown(APPLICATION, "Redirect URI"),
    )
    client_id: SecretStr | None = Field(
        None, description="Id of the application.", json_schema_extra=shown(APPLICATION, "Application id", needed=True)
    )
    client_secret: SecretStr | None = Field(
        None,
        description="Its secret; webhooks are signed with it.",
        json_schema_extra=shown(APPLICATION, "Application secret", needed=True),
    )
    refresh_token: SecretStr | None = Field(
        None,
        description="Refresh token. It changes with every refresh.",
        json_schema_extra=shown(ACCESS, "Refresh token"),
    )
    access_token: SecretStr | None = Field(
        None,
        description="Privileged access token, which doesn't expire.",
        json_schema_extra=shown(ACCESS, "Privileged access token"),
    )

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        address = value.rstrip("/")
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write the whole address, such as https://api.example.com")
        if parts.username or parts.password or parts.path or parts.query or parts.fragment:
            raise ValueError("only scheme, host and port: no path, no query, no user name")
        return address

    @model_validator(mode="after")
    def _agree(self) -> "TradeGeckoSettings":
        if (self.create_invoice or self.pack_orders) and self.order_status != "finalized":
            raise ValueError("only finalized orders can be invoiced or packed: set order_status to finalized")
        if self.customer_matching == "fixed" and not self.company_id:
            raise ValueError("customer_matching fixed needs company_id")
        return self
