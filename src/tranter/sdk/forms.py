"""Settings: one class is the form, the command line's question, the JSON schema and the list of what to redact."""

from collections.abc import Mapping

from pydantic import AliasChoices, BaseModel, ConfigDict, SecretStr, ValidationError


class SettingsError(ValueError):
    """Bad settings; the text names the field, the cause and the way out."""


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
            raise SettingsError("; ".join(_sentence(item) for item in error.errors())) from error

    @classmethod
    def field_names(cls) -> Mapping[str, str]:
        """Every name by which a field may be set, other spellings among them → the field."""
        found = {name: name for name in cls.model_fields}
        for name, field in cls.model_fields.items():
            if isinstance(field.validation_alias, AliasChoices):
                found |= {str(choice): name for choice in field.validation_alias.choices}
        return found

    def plain(self) -> dict[str, object]:
        """Everything but secrets, as JSON values."""
        return self.model_dump(mode="json", exclude=set(self.secret_names()), exclude_defaults=True)

    def secrets(self) -> dict[str, str]:
        pairs = ((name, getattr(self, name)) for name in self.secret_names())
        return {name: value.get_secret_value() for name, value in pairs if isinstance(value, SecretStr)}


def _sentence(item: Mapping[str, object]) -> str:
    place = item.get("loc", ())
    name = ".".join(str(part) for part in place) if isinstance(place, tuple) else str(place)
    if item.get("type") == "extra_forbidden":
        return f"{name}: there is no such setting"
    said = str(item.get("msg", "")).removeprefix("Value error, ")
    return f"{name}: {said}" if name else said
