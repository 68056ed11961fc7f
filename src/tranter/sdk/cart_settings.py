"""Settings that every cart has: the hub acts on them, its connector need not know them."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from tranter.model import DelayFrom
from tranter.model.address import AddressCheck
from tranter.sdk.forms import Choice, FieldSheet, Settings, shown

MOST_MINUTES = 60 * 24 * 30


CHECKS = (
    Choice(value="off", label="Not at all"),
    Choice(value="warn", label="Note what looks wrong"),
    Choice(value="hold", label="Hold the order until it is right"),
)

BEGINNINGS = (
    Choice(value="ordered", label="When it was ordered"),
    Choice(value="paid", label="When it was paid"),
)


def _listed(value: object) -> object:
    return [word for word in value.replace(",", " ").split() if word] if isinstance(value, str) else value


def stock_by_alias_field() -> Any:
    """For carts with listings: the hub acts on it under the name `push_inventory_using_alias`."""
    return Field(
        True,
        description="A listing that is called by an alias shows the stock of its SKU; no: only of its own code",
        json_schema_extra=shown("Stock", "Send stock by alias"),
    )


class CartSettings(Settings):
    delay_minutes: int = Field(
        0,
        ge=0,
        le=MOST_MINUTES,
        description="Minutes that an order waits until it is sent, so that late edits and cancellations are caught",
        json_schema_extra=shown("Orders", "Wait before sending"),
    )
    delay_from: DelayFrom = Field(
        DelayFrom.ORDERED,
        description="Where this time begins: ordered; or paid, where the cart says when (else when it was ordered)",
        json_schema_extra=shown("Orders", "Wait from", BEGINNINGS),
    )
    address_check: AddressCheck = Field(
        AddressCheck.WARN,
        description="By the rules of each country: off, warn (noted beside the order) or hold",
        json_schema_extra=shown("Orders", "Check addresses", CHECKS),
    )
    address_countries: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        (),
        description="Only addresses in these countries are checked (ISO codes); blank: in all",
        json_schema_extra=shown("Orders", "Check these countries"),
    )

    reject_unmapped_ship_methods: bool = Field(
        False,
        description="Hold orders with a ship method that is not mapped; no: it travels as the cart calls it",
        json_schema_extra=shown("Orders", "Hold unmapped ship methods"),
    )
    translate_item_code: bool = Field(
        True,
        description="Send what the item codes of orders mean by the aliases; no: the codes as they are",
        json_schema_extra=shown("Orders", "Translate item codes"),
    )

    @field_validator("address_countries")
    @classmethod
    def _countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        codes = tuple(word.strip().upper() for word in value)
        if any(len(code) != 2 or not code.isalpha() for code in codes):
            raise ValueError("write the ISO codes of countries, such as DE or US")
        return codes

    @classmethod
    def sheets(cls) -> tuple[FieldSheet, ...]:
        """The connector's own fields first."""
        shared = CartSettings.model_fields
        return tuple(sorted(super().sheets(), key=lambda sheet: sheet.name in shared))
