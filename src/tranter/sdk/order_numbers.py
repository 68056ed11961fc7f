"""Two settings for a warehouse: which order numbers it takes. The hub shortens others, and finds them again."""

from enum import Enum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tranter.sdk.forms import Choice, none_if_blank, shown

SHORTEST, LONGEST = 8, 200
ORDERS = "Orders"


class NumberCharacters(Enum):
    """`declared`: those that the connector's manifest names."""

    DECLARED = "declared"
    ANY = "any"
    CODE = "code"
    PLAIN = "plain"
    DIGITS = "digits"


MaybeLength = Annotated[int | None, Field(ge=SHORTEST, le=LONGEST), BeforeValidator(none_if_blank)]


def length_field() -> Any:
    return Field(
        None,
        description="A longer one is shortened, and stays unique; blank: as long as it is",
        json_schema_extra=shown(ORDERS, "Longest order number"),
    )


def characters_field() -> Any:
    choices = (
        Choice(value="declared", label="Those that the system is known to take"),
        Choice(value="any", label="All"),
        Choice(value="code", label="Letters, digits, - _ ."),
        Choice(value="plain", label="Letters and digits"),
        Choice(value="digits", label="Digits"),
    )
    return Field(
        NumberCharacters.DECLARED,
        description="An order number with others gets one that holds only these",
        json_schema_extra=shown(ORDERS, "Characters of order numbers", choices),
    )
