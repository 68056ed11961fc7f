"""What can be set, and what is refused with a reason."""

import pytest

from tests.connectors.csv.rig import PLACE
from tranter.connectors.csv.settings import CsvSettings
from tranter.sdk.forms import SettingsError


@pytest.mark.parametrize(
    ("place", "base"),
    [
        ("folder:/srv/exchange", "folder:///srv/exchange"),
        ("folder:///srv/exchange/", "folder:///srv/exchange"),
        ("sftp://files.test:2222/acme", "sftp://files.test:2222/acme"),
        ("sftp://files.test", "sftp://files.test"),
    ],
)
def test_a_place_is_an_address(place: str, base: str) -> None:
    assert CsvSettings.read({"place": place, "user": "hub"}).base == base


def test_a_place_inside_the_hub_gets_a_name_that_nobody_guesses_and_keeps_it() -> None:
    one, two = CsvSettings.read({"place": "upload"}), CsvSettings.read({"place": "upload"})
    assert one.place.startswith("upload:/")
    assert one.place != two.place
    assert CsvSettings.read(one.plain()).place == one.place


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"place": "/srv/exchange"}, "write sftp://host/acme"),
        ({"place": "ftp://files.test/acme"}, "write sftp://host/acme"),
        ({"place": "folder:/srv/../etc"}, "no dots for parts"),
        ({"place": "sftp://hub:pw@files.test/acme"}, "no user name"),
        ({"in_folder": "../in"}, "no dots for parts"),
        ({"in_folder": "out"}, "can't be one"),
        ({"user": ""}, "needs user"),
        ({"host_key": "AAAA"}, "host_key"),
        ({"columns": "colour=Farbe"}, "'colour' means nothing here"),
        ({"columns": "invoices.sku=Item"}, "'invoices.sku' means nothing here"),
        ({"encoding": "klingon"}, "no such encoding"),
        ({"zone": "Mars/Olympus"}, "no such zone"),
    ],
)
def test_what_can_not_be_is_told(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        CsvSettings.read({"place": PLACE, "user": "hub", **wrong})
