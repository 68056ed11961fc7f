"""What an operator may set for one API cart."""

import secrets
from datetime import date

from pydantic import Field, field_validator

from tranter.sdk.cart_settings import CartSettings
from tranter.sdk.forms import PLACE, shown

NO_DATE_IS_TOO_EARLY = date(1970, 1, 1)


class ApiSettings(CartSettings):
    place: str = Field(
        "",
        pattern=r"^(|[0-9a-f]{16})$",
        description="Made by the hub: what tells its orders from those of another API cart",
        json_schema_extra=shown("Orders", "Own number"),
    )
    currency: str = Field(
        "USD",
        pattern=r"^[A-Za-z]{3}$",
        description="Of orders that name none",
        json_schema_extra=shown(PLACE, "Currency"),
    )
    push_cancellations: bool = Field(
        True,
        description="An order that the warehouse stopped stands as canceled, without a person",
        json_schema_extra=shown("Orders", "Show the warehouse's cancellations"),
    )

    @property
    def earliest_order_date(self) -> date:
        """Whoever hands in an order wants it sent, however old it is."""
        return NO_DATE_IS_TOO_EARLY

    @property
    def push_tracking(self) -> bool:
        """Parcels are not pushed anywhere: they stand ready until the client has fetched them."""
        return False

    @field_validator("place")
    @classmethod
    def _own(cls, value: str) -> str:
        return value or secrets.token_hex(8)
