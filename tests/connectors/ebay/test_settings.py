import pytest

from tranter.connectors.ebay import manifest
from tranter.connectors.ebay.oauth import auth
from tranter.connectors.ebay.settings import EbaySettings
from tranter.connectors.ebay.words import BlankSku
from tranter.sdk import registry
from tranter.sdk.forms import Settings, SettingsError
from tranter.sdk.verbs import (
    PullsListings,
    PullsOrders,
    PushesCancellations,
    PushesShipments,
    PushesStock,
    ReceivesHooks,
)

CUSTOM = {"environment": "custom", "base_url": "http://127.0.0.1:9911"}


def read(**values: object) -> EbaySettings:
    found = EbaySettings.read(values)
    assert isinstance(found, EbaySettings)
    return found


def test_the_connector_is_found_by_its_entry_point() -> None:
    assert registry.manifest("ebay") is manifest


def test_the_connector_has_every_verb_of_a_cart() -> None:
    from tranter.connectors.ebay.connector import Ebay

    for port in (PullsOrders, PushesShipments, PushesStock, PushesCancellations, PullsListings, ReceivesHooks):
        names = [name for name in vars(port) if not name.startswith("_")]
        assert all(callable(getattr(Ebay, name)) for name in names), port


def test_a_command_line_may_name_several_sites_under_either_name() -> None:
    assert read(marketplace="EBAY_US, ebay_gb").marketplaces == ("EBAY_US", "EBAY_GB")
    assert read(marketplaces=["EBAY_MOTORS"]).marketplaces == ("EBAY_MOTORS_US",)


def test_the_defaults_are_the_careful_ones() -> None:
    settings = read()
    assert settings.blank_sku is BlankSku.HOLD
    assert (settings.push_cancellations, settings.unknown_carrier) == (False, "Other")
    assert (settings.earliest_order_date, settings.maximum_shown, settings.locations) == (None, None, ())


def test_settings_survive_being_kept_as_json() -> None:
    first = read(**CUSTOM, marketplace="EBAY_DE", blank_sku="fixed", fixed_sku="X", earliest_order_date="2026-01-31")
    assert read(**first.plain()) == first


def test_secrets_are_known_by_type_and_never_among_the_plain_values() -> None:
    settings = read(client_secret="s3cret", refresh_token="r")
    assert settings.secrets() == {"client_secret": "s3cret", "refresh_token": "r"}
    assert settings.plain() == {}
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"marketplace": "EBAY_MOON"}, "EBAY_MOON"),
        ({"marketplace": ""}, "at least one site"),
        ({"environment": "custom"}, "http://127.0.0.1:9911"),
        ({"environment": "custom", "base_url": "ftp://host"}, "write an address"),
        ({"environment": "custom", "base_url": "http://u:p@host"}, "password"),
        ({"environment": "custom", "base_url": "http://host/path"}, "without a path"),
        ({"environment": "sandbox", "base_url": "http://host"}, "environment=custom"),
        ({"blank_sku": "fixed"}, "needs the code"),
        ({"share_percent": 101}, "share_percent"),
        ({"buffer": -1}, "buffer"),
        ({"colour": "red"}, "no such setting"),
    ],
)
def test_a_bad_setting_is_named_with_the_way_out(values: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        EbaySettings.read(values)


def test_blank_text_means_no_limit() -> None:
    settings = read(maximum_shown="", earliest_order_date=" ", locations=" ")
    assert (settings.maximum_shown, settings.earliest_order_date, settings.locations) == (None, None, ())


def test_every_field_explains_itself() -> None:
    fields = EbaySettings.model_fields
    assert [name for name, field in fields.items() if not field.description] == []


def test_the_settings_are_a_form() -> None:
    fields = EbaySettings.model_json_schema()["properties"]
    assert len(fields) == len(EbaySettings.model_fields)


def test_one_custom_address_serves_every_host() -> None:
    found = auth(read(**CUSTOM, ru_name="Acme-Hub-RuName"))
    assert found.authorize_url == "http://127.0.0.1:9911/oauth2/authorize"
    assert found.token_url == "http://127.0.0.1:9911/identity/v1/oauth2/token"
    assert (found.redirect_uri, found.rotates) == ("Acme-Hub-RuName", False)


def test_the_sandbox_has_its_own_hosts_and_the_same_scopes() -> None:
    sandbox, live = auth(read(environment="sandbox")), auth(read())
    assert sandbox.authorize_url.startswith("https://auth.sandbox.ebay.com/")
    assert live.token_url.startswith("https://api.ebay.com/")
    assert sandbox.scopes == live.scopes


def test_settings_of_another_connector_are_refused() -> None:
    with pytest.raises(TypeError):
        auth(Settings())
