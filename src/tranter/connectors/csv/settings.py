"""What an operator may set for one place of files."""

import codecs
import secrets
from enum import Enum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator

from tranter.connectors.csv.cells import Reading
from tranter.connectors.csv.sheet import Layout
from tranter.connectors.csv.words import FIELDS, Kind
from tranter.sdk.cart_settings import CartSettings, stock_by_alias_field
from tranter.sdk.files import FOLDER, SFTP, UPLOAD, safe_path
from tranter.sdk.forms import ACCESS, PLACE, shown
from tranter.sdk.order_numbers import MaybeLength, NumberCharacters, characters_field, length_field


class Plays(Enum):
    CART = "cart"
    WAREHOUSE = "warehouse"


class After(Enum):
    LEAVE = "leave"
    MOVE = "move"
    DELETE = "delete"


class CsvSettings(CartSettings):
    plays: Plays = Field(
        Plays.CART,
        description="Whether orders come from here (cart) or are sent from here (warehouse)",
        json_schema_extra=shown(PLACE, "Role"),
    )
    place: str = Field(
        UPLOAD,
        description="sftp://host/acme, or folder:/srv/acme (the operator opens it with TRANTER_FOLDERS), or upload",
        json_schema_extra=shown(PLACE, "Where the files lie"),
    )
    user: str = Field("", description="The user name at the SFTP server", json_schema_extra=shown(PLACE, "User name"))
    host_key: str = Field(
        "",
        pattern=r"^(|SHA256:[A-Za-z0-9+/]{43}=?)$",
        description="The SFTP server's key, as ssh-keygen -lf prints it; left blank, the server's own words tell it",
        json_schema_extra=shown(PLACE, "Host key"),
    )
    password: SecretStr | None = Field(
        None,
        description="The password at the SFTP server, or the one that unlocks the private key",
        json_schema_extra=shown(ACCESS, "Password"),
    )
    private_key: SecretStr | None = Field(
        None, description="The whole private key file", json_schema_extra=shown(ACCESS, "Private key")
    )
    in_folder: str = Field("in", description="Files for the hub", json_schema_extra=shown("Files", "Folder in"))
    out_folder: str = Field("out", description="Files of the hub", json_schema_extra=shown("Files", "Folder out"))
    files: str = Field(
        "",
        description="Names of files, where they are not orders*.csv and so on: orders=export*.txt; stock=inv_*.csv",
        json_schema_extra=shown("Files", "Names of files"),
    )
    after: After = Field(
        After.LEAVE,
        description="What becomes of a file that was taken: leave it, move it to done, or delete it",
        json_schema_extra=shown("Files", "When a file was taken"),
    )
    settle_seconds: int = Field(
        10,
        ge=0,
        le=3600,
        description="A file that was not changed for so long is whole",
        json_schema_extra=shown("Files", "Seconds until a file is whole"),
    )
    marker: str = Field(
        "",
        pattern=r"^(|\.[A-Za-z0-9]{1,16})$",
        description="Instead: orders.csv is whole when orders.csv.ok lies beside it (here: .ok)",
        json_schema_extra=shown("Files", "Ending of a marker"),
    )
    push_inventory_using_alias: bool = stock_by_alias_field()
    push_stock: bool = Field(
        False,
        description="Write what the listings of listings*.csv shall show",
        json_schema_extra=shown("Stock", "Write stock levels"),
    )
    buffer: int = Field(0, ge=0, description="Units kept back", json_schema_extra=shown("Stock", "Buffer"))
    order_number_length: MaybeLength = length_field()
    order_number_characters: NumberCharacters = characters_field()
    columns: str = Field(
        "",
        description="Headings, where they are not ours: order_number=Order ID; shipments.sku=Item",
        json_schema_extra=shown("Format", "Columns"),
    )
    encoding: str = Field(
        "", description="Such as cp1252; blank: UTF-8 or UTF-16", json_schema_extra=shown("Format", "Encoding")
    )
    delimiter: str = Field(
        "",
        pattern=r"^(|,|;|tab|\|)$",
        description="What parts the cells: , ; | or tab; blank: it is found out, and a comma is written",
        json_schema_extra=shown("Format", "Delimiter"),
    )
    decimal: str = Field(
        ".", pattern=r"^[.,]$", description="The decimal sign: . or ,", json_schema_extra=shown("Format", "Decimal")
    )
    dates: str = Field(
        "", description="Such as %d.%m.%Y %H:%M; blank: ISO 8601", json_schema_extra=shown("Format", "Dates")
    )
    zone: str = Field(
        "UTC", description="Of times that name none, such as Europe/Berlin", json_schema_extra=shown("Format", "Zone")
    )
    currency: str = Field(
        "",
        pattern=r"^(|[A-Za-z]{3})$",
        description="Of orders without a column for it",
        json_schema_extra=shown("Format", "Currency"),
    )
    country: str = Field(
        "",
        pattern=r"^(|[A-Za-z]{2})$",
        description="Of addresses without one",
        json_schema_extra=shown("Format", "Country"),
    )

    @property
    def is_inside(self) -> bool:
        """The place is the hub's own."""
        return urlsplit(self.place).scheme == UPLOAD

    @property
    def afterwards(self) -> After:
        """Inside the hub nothing is kept twice: what was taken lies in the ledger, sealed."""
        return After.DELETE if self.is_inside else self.after

    @property
    def base(self) -> str:
        parts = urlsplit(self.place)
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    @property
    def reading(self) -> Reading:
        return Reading(
            layout=Layout(encoding=self.encoding, delimiter="\t" if self.delimiter == "tab" else self.delimiter),
            columns=_pairs(self.columns),
            decimal=self.decimal,
            dates=self.dates,
            zone=self.zone,
            currency=self.currency.upper(),
            country=self.country.upper(),
        )

    def pattern(self, kind: Kind) -> str:
        return _pairs(self.files).get(kind.value, f"{kind.value}*.csv")

    @field_validator("place")
    @classmethod
    def _somewhere(cls, value: str) -> str:
        """A place inside the hub gets a name that nobody guesses: it is all that keeps it from other merchants."""
        if value.strip() == UPLOAD:
            return f"{UPLOAD}:/{secrets.token_hex(16)}"
        parts = urlsplit(value.strip())
        if parts.scheme not in (FOLDER, SFTP, UPLOAD) or bool(parts.netloc) != (parts.scheme == SFTP):
            raise ValueError("write sftp://host/acme, folder:/srv/exchange/acme or upload")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("no user name, no password, no ? and no # in it: they have fields of their own")
        _check_path(parts.path.rstrip("/") or "/x")
        return value.strip()

    @field_validator("in_folder", "out_folder")
    @classmethod
    def _below(cls, value: str) -> str:
        _check_path(f"/{value}")
        return value

    @field_validator("files", "columns")
    @classmethod
    def _named(cls, value: str) -> str:
        known = {kind.value for kind in FIELDS}
        fields = {field for names in FIELDS.values() for field in names}
        for name, meaning in _pairs(value).items():
            kind, dot, field = name.rpartition(".")
            if not meaning or (dot and kind not in known) or field not in (known if not dot else set()) | fields:
                raise ValueError(f"{name!r} means nothing here")
        return value

    @field_validator("encoding")
    @classmethod
    def _a_codec(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name if value else ""
        except LookupError:
            raise ValueError("there is no such encoding") from None

    @field_validator("zone")
    @classmethod
    def _a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("there is no such zone: write it as Europe/Berlin") from None
        return value

    @model_validator(mode="after")
    def _agree(self) -> "CsvSettings":
        if self.in_folder == self.out_folder:
            raise ValueError("in_folder and out_folder can't be one: the hub would read what it wrote")
        if urlsplit(self.place).scheme == SFTP and not self.user:
            raise ValueError("an SFTP server needs user")
        return self


def _check_path(path: str) -> None:
    try:
        safe_path(path)
    except PermissionError as error:
        raise ValueError(str(error)) from error


def _pairs(text: str) -> dict[str, str]:
    """`a=b; c=d`, over several lines if you like."""
    pieces = (piece.partition("=") for piece in text.replace("\n", ";").split(";"))
    return {name.strip(): value.strip() for name, _, value in pieces if name.strip()}
