import pytest
from pydantic import Field, SecretStr, field_validator, model_validator

from tranter.sdk.forms import Settings, SettingsError


class Shop(Settings):
    size: int = 1
    name: str = Field("shop", pattern="^[a-z]+$")
    token: SecretStr | None = None

    @field_validator("size")
    @classmethod
    def _positive(cls, value: int) -> int:
        if value < 1:
            raise ValueError("at least 1")
        return value

    @model_validator(mode="after")
    def _agree(self) -> "Shop":
        if self.name == "big" and self.size < 10:
            raise ValueError("a big shop has a size of 10 or more")
        return self


def test_settings_divide_into_plain_values_and_secrets() -> None:
    settings = Shop.read({"size": "3", "token": "t0p"})
    assert isinstance(settings, Shop)
    assert settings.size == 3
    assert settings.plain() == {"size": 3}
    assert settings.secrets() == {"token": "t0p"}
    assert Shop.secret_names() == {"token"}
    assert "t0p" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"siez": 1}, "siez: there is no such setting"),
        ({"size": 0}, "size: at least 1"),
        ({"name": "big"}, "a big shop has a size of 10 or more"),
    ],
)
def test_a_bad_setting_is_named_with_its_cause(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Shop.read(values)
    assert str(caught.value) == sentence


def test_several_bad_settings_are_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"size.*; name"):
        Shop.read({"size": "x", "name": "1"})


def test_a_secret_of_the_wrong_kind_is_quoted_nowhere() -> None:
    with pytest.raises(SettingsError) as caught:
        Shop.read({"token": ["t0p-secret"]})
    assert "t0p" not in str(caught.value)
    assert "t0p" not in str(caught.value.__cause__)
