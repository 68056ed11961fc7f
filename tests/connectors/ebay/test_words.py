import json
from pathlib import Path

import pytest

from tranter.connectors.ebay.carriers import CODES, PREFIXES, SYNONYMS, carrier_code, clean_tracking
from tranter.connectors.ebay.marketplaces import MARKETPLACES, by_host, by_site_name, canonical, locale_of, site_id_of
from tranter.testing.faultmark import fault


def test_the_carriers_are_ebays(shared: Path) -> None:
    listed = json.loads((shared / "contracts" / "ebay" / "carriers.json").read_text())["values"]
    assert list(CODES) == listed


def test_every_synonym_leads_to_a_carrier_of_ebays() -> None:
    assert (set(SYNONYMS.values()) | set(PREFIXES.values())) - set(CODES) == set()


@fault("API-25")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("UPS", "UPS"),
        ("ups ground", "UPS"),
        ("UPS Mail Innovations", "UPSMailInnovations"),
        ("usps", "USPS"),
        ("USPS Priority Mail", "USPS"),
        ("Fed Ex", "FedEx"),
        ("FedEx SmartPost", "FedExSmartPost"),
        ("DHL Express", "DHLEXPRESS"),
        ("DHL", "DHL"),
        ("DHL Paket", "DHL"),
        ("Royal Mail 48", "RoyalMail"),
        ("Royal Mail® Tracked 24", "RoyalMail"),
        ("Australia Post", "AustraliaPost"),
        ("AusPost eParcel", "AustraliaPost"),
        ("Canada Post", "CPC"),
        ("OnTrac", "ONTRACK"),
        ("Evri", "Hermes"),
        ("Österreichische Post", "OsterreichischePostAG"),
        ("TNT", "TNT"),
        ("Upscale Couriers", ""),
        ("Bike messenger", ""),
        ("", ""),
    ],
)
def test_a_warehouses_word_becomes_ebays_carrier(said: str, code: str) -> None:
    assert carrier_code(said) == code


@fault("API-25")
@pytest.mark.parametrize(
    ("number", "clean"), [("1Z 999-AA1", "1Z999AA1"), ("  ", ""), ("ÄB12/3", "B123"), ("9400 1000", "94001000")]
)
def test_a_tracking_number_keeps_letters_and_digits_only(number: str, clean: str) -> None:
    assert clean_tracking(number) == clean


def test_the_marketplaces_are_ebays(shared: Path) -> None:
    listed = json.loads((shared / "contracts" / "ebay" / "marketplaces.json").read_text())["marketplaces"]
    assert {row["marketplace_id"] for row in listed} == set(MARKETPLACES)
    for row in listed:
        ours = MARKETPLACES[row["marketplace_id"]]
        assert (ours.country, ours.currency) == (row["country"], row["currency"])
        assert locale_of(row["marketplace_id"]) == (row["default_locale"] or "en-US")
        if row["trading_site_id"] is not None:
            assert site_id_of(row["marketplace_id"]) == row["trading_site_id"]


def test_sites_and_addresses_lead_to_marketplaces() -> None:
    assert by_site_name("UK") == "EBAY_GB"
    assert by_site_name("Belgium_French") == "EBAY_BE"
    assert by_site_name("Atlantis") == ""
    assert by_host("www.ebay.com") == "EBAY_US"
    assert by_host("www.ebay.com.au") == "EBAY_AU"
    assert by_host("cgi.sandbox.ebay.de") == "EBAY_DE"
    assert by_host("notebay.com") == ""
    assert canonical("EBAY_MOTORS") == "EBAY_MOTORS_US"
