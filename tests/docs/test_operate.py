import re

from tests.house_rules.sources import PACKAGE, ROOT

TEXT = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_setting_is_explained_and_no_other() -> None:
    read = set(re.findall(r"TRANTER_[A-Z_]+", (PACKAGE / "config.py").read_text(encoding="utf-8")))

    assert set(re.findall(r"^\| `(TRANTER_[A-Z_]+)`", TEXT, re.MULTILINE)) == read


def test_every_command_it_names_is_there() -> None:
    from tranter.cli import cli

    assert set(re.findall(r"tranter ([a-z][a-z-]+)", TEXT)) <= set(cli.commands)


def test_every_address_it_names_is_served_and_those_for_machines_are_all_named() -> None:
    from tranter.web.urls import OUTSIDE, ROUTES

    named = set(re.findall(r"^\| `/([^`]*)`", TEXT, re.MULTILINE))

    assert {_named(one.address) for one in OUTSIDE} <= named
    assert named <= {_named(one.address) for one in ROUTES}


def _named(address: str) -> str:
    return re.sub(r"<(?:str|path|anything):(\w+)>", lambda found: found[1].upper(), address)


def test_it_gives_as_much_time_to_end_as_the_hub_takes() -> None:
    from tranter.engine.dispatch import STOP_SECONDS

    [seconds] = re.findall(r"TimeoutStopSec=(\d+)", TEXT)
    assert int(seconds) > STOP_SECONDS
    assert f"up to {STOP_SECONDS:.0f} seconds" in TEXT
