"""Settings: one class is the form, the command line's question, the JSON schema and the list of what to redact."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from pydantic import AliasChoices, BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

APPLICATION, PLACE, ACCESS = "Application", "Place", "Access"
"""Groups with a meaning: the hub's own keys at the vendor (asked once), what is asked first of a new connection, and
what a sign-in brings. Any other group is a heading of the settings."""


class SettingsError(ValueError):
    """Bad settings; the text names the field, the cause and the way out. `fields`: name → what is wrong with it."""

    def __init__(self, said: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(said)
        self.fields = fields or {}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a field. `country` (ISO), `currency` and `language` where it stands for a place.

    A `rare` one is offered behind the others.
    """

    value: str
    label: str
    country: str = ""
    currency: str = ""
    language: str = ""
    rare: bool = False


class FieldKind(Enum):
    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a kind of field
    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    LIST = "list"
    DATE = "date"


class FieldSheet(msgspec.Struct, frozen=True, kw_only=True):
    """How a field is asked for. `default` None: it has to be given. `needed`: nobody can sign in without it."""

    name: str
    label: str
    group: str
    help: str
    kind: FieldKind
    default: object
    choices: tuple[Choice, ...] = ()
    needed: bool = False


def shown(group: str, label: str, choices: tuple[Choice, ...] = (), *, needed: bool = False) -> dict[str, Any]:
    """For `Field(json_schema_extra=…)`: under which heading the field stands, and what it is called there."""
    listed = [msgspec.to_builtins(choice) for choice in choices]
    return {"group": group, "label": label, "choices": listed, "needed": needed}


def none_if_blank(value: object) -> object:
    """A field that was left blank has no value."""
    return None if isinstance(value, str) and not value.strip() else value


class Settings(BaseModel):
    """Base of every connector's settings. Fields of type `SecretStr` are kept encrypted and are never shown again."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, populate_by_name=True, hide_input_in_errors=True
    )

    @classmethod
    def secret_names(cls) -> frozenset[str]:
        return frozenset(name for name, field in cls.model_fields.items() if "SecretStr" in str(field.annotation))

    @classmethod
    def read(cls, values: Mapping[str, object]) -> "Settings":
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            found = error.errors()
            fields = {_place(item).partition(".")[0]: _said(item) for item in reversed(found)}
            raise SettingsError("; ".join(_sentence(item) for item in found), fields) from error

    @classmethod
    def field_names(cls) -> Mapping[str, str]:
        """Every name by which a field may be set, other spellings among them → the field."""
        found = {name: name for name in cls.model_fields}
        for name, field in cls.model_fields.items():
            if isinstance(field.validation_alias, AliasChoices):
                found |= {str(choice): name for choice in field.validation_alias.choices}
        return found

    @classmethod
    def sheets(cls) -> tuple[FieldSheet, ...]:
        """The form, field by field."""
        return tuple(_sheet(name, field) for name, field in cls.model_fields.items())

    @classmethod
    def group(cls, group: str) -> frozenset[str]:
        """The names of one group's fields."""
        return frozenset(sheet.name for sheet in cls.sheets() if sheet.group == group)

    @classmethod
    def asks_for_token(cls) -> bool:
        """False where there is nobody to sign in as: a folder, a server with a password."""
        return bool(cls.secret_names() & {"access_token", "refresh_token"})

    def plain(self) -> dict[str, object]:
        """Everything but secrets, as JSON values."""
        return self.model_dump(mode="json", exclude=set(self.secret_names()), exclude_defaults=True)

    def shown_values(self) -> dict[str, object]:
        """The same with what was left at its default."""
        return self.model_dump(mode="json", exclude=set(self.secret_names()))

    def secrets(self) -> dict[str, str]:
        pairs = ((name, getattr(self, name)) for name in self.secret_names())
        return {name: value.get_secret_value() for name, value in pairs if isinstance(value, SecretStr)}


def _sheet(name: str, field: FieldInfo) -> FieldSheet:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    told: Any = extra.get("choices") or ()
    kind, choices = _kind(field.annotation)
    if told:
        choices = msgspec.convert(told, tuple[Choice, ...])
        kind = FieldKind.CHOICES if kind is FieldKind.LIST else FieldKind.CHOICE
    default = None if field.default is PydanticUndefined else field.default
    return FieldSheet(
        name=name,
        label=str(extra.get("label") or name.replace("_", " ").capitalize()),
        group=str(extra.get("group") or "Settings"),
        help=field.description or "",
        kind=kind,
        default=default.value if isinstance(default, Enum) else default,
        choices=choices,
        needed=bool(extra.get("needed")),
    )


def _kind(annotation: Any) -> tuple[FieldKind, tuple[Choice, ...]]:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [kind for kind in get_args(annotation) if kind is not type(None)]
        return _kind(inner[0])
    if get_origin(annotation) is Literal:
        return FieldKind.CHOICE, tuple(_choice(str(value)) for value in get_args(annotation))
    if get_origin(annotation) in (tuple, list):
        return FieldKind.LIST, ()
    if not isinstance(annotation, type):
        return FieldKind.TEXT, ()
    if issubclass(annotation, Enum):
        return FieldKind.CHOICE, tuple(_choice(str(item.value)) for item in annotation)
    kinds = ((SecretStr, FieldKind.SECRET), (bool, FieldKind.SWITCH), (int, FieldKind.NUMBER), (date, FieldKind.DATE))
    found = next((kind for known, kind in kinds if issubclass(annotation, known)), FieldKind.TEXT)
    return (FieldKind.TEXT if issubclass(annotation, datetime) else found), ()


def _choice(value: str) -> Choice:
    return Choice(value=value, label=value.replace("_", " ").capitalize())


def _place(item: Mapping[str, object]) -> str:
    place = item.get("loc", ())
    return ".".join(str(part) for part in place) if isinstance(place, tuple) else str(place)


def _said(item: Mapping[str, object]) -> str:
    if item.get("type") == "extra_forbidden":
        return "there is no such setting"
    return str(item.get("msg", "")).removeprefix("Value error, ")


def _sentence(item: Mapping[str, object]) -> str:
    name = _place(item)
    return f"{name}: {_said(item)}" if name else _said(item)
