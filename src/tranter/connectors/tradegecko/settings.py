"""What an operator may set: CartRover's names for the same things are in README.md."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from tranter.sdk.forms import Settings


class TradeGeckoSettings(Settings):
    base_url: str = Field(description="Address of the API, such as https://api.example.com. There is no default.")
    order_status: Literal["active", "draft", "finalized"] = Field(
        "active", description="How an order is created. A draft reserves no stock until somebody approves it."
    )
    create_invoice: bool = Field(False, description="Invoice the order at once. Needs order_status finalized.")
    pack_orders: bool = Field(False, description="Pack the order at once. Needs order_status finalized.")
    tax_treatment: Literal["default", "exclusive", "inclusive"] = Field(
        "default", description="Whether prices hold tax. `default` is what the account says."
    )
    dynamic_item_tax_rate: bool = Field(False, description="Send the rate of the tax that was charged with every line.")
    currency: str = Field(
        "",
        pattern=r"^(|order|[A-Z]{3})$",
        description="Blank: the account's, named in the order where it differs. `order`: always named. "
        "An ISO code: orders in any other currency are held.",
    )
    send_discount: bool = Field(True, description="Send the discount as a line of its own.")
    discount_line_label: str = Field("Discount", min_length=1, max_length=200, description="Name of that line.")
    shipping_line_label: str = Field(
        "Shipping Cost",
        max_length=200,
        description="Name of the shipping line; {method} becomes the ship method. Blank: shipping isn't sent.",
    )
    send_zero_shipping: bool = Field(False, description="Send the shipping line when it costs nothing, too.")
    location_id: str = Field("", pattern=r"^\d*$", description="Location to ship from and to read stock of.")
    customer_matching: Literal["email", "buyer", "fixed"] = Field(
        "email",
        description="How a new buyer is looked for: by e-mail, by the cart's name for the buyer (company code), "
        "or not at all: every order goes to company_id.",
    )
    company_id: str = Field("", pattern=r"^\d*$", description="The company of customer_matching fixed.")
    company_type: Literal["consumer", "business"] = Field("consumer", description="Type of a new company.")
    backlog: Literal["look_up", "send"] = Field(
        "look_up", description="Orders older than the connection: look them up before sending, or send at once."
    )
    ship_packed: bool = Field(False, description="Take a packed parcel for a shipped one.")
    redirect_uri: str = Field("", description="Where the sign-in page returns to; as told to TradeGecko.")
    client_id: SecretStr | None = Field(None, description="Id of the application.")
    client_secret: SecretStr | None = Field(None, description="Its secret; webhooks are signed with it.")
    refresh_token: SecretStr | None = Field(None, description="Refresh token. It changes with every refresh.")
    access_token: SecretStr | None = Field(None, description="Privileged access token, which doesn't expire.")

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
