"""What an operator may set for one API Access cart."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from tranter.sdk.forms import ACCESS, PLACE, Settings, shown
from tranter.sdk.order_numbers import MaybeLength, NumberCharacters, characters_field, length_field


class CartRoverSettings(Settings):
    base_url: str = Field(
        "https://api.cartrover.com",
        description="Address of the API; any system that speaks it",
        json_schema_extra=shown(PLACE, "Address"),
    )
    api_user: str = Field(
        "", description="The API user of an API Access cart", json_schema_extra=shown(PLACE, "API user")
    )
    api_key: SecretStr | None = Field(None, description="Its API key", json_schema_extra=shown(ACCESS, "API key"))
    location_id: str = Field("", pattern=r"^\d*$", description="The warehouse whose stock counts; blank: all of them")
    order_number_length: MaybeLength = length_field()
    order_number_characters: NumberCharacters = characters_field()

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        address = value.rstrip("/")
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ValueError("write the whole address, such as https://api.cartrover.com")
        return address
