"""The files in deploy/ name commands, settings and addresses that are there. Docker itself is not started here."""

import re
from configparser import ConfigParser

import pytest
import yaml

from tests.house_rules.sources import PACKAGE, ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SETTINGS = set(re.findall(r"TRANTER_[A-Z_]+", (PACKAGE / "config.py").read_text(encoding="utf-8")))


def commands() -> set[str]:
    from tranter.cli import cli

    return set(cli.commands)


@pytest.mark.parametrize("name", ["migrate", "web", "worker"])
def test_each_service_runs_a_command_that_there_is_with_settings_that_there_are(name: str) -> None:
    service = SERVICES[name]

    assert service["command"][0] in commands()
    assert set(service["environment"]) <= SETTINGS
    assert service["stop_grace_period"] == "40s"
    assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])


def test_nothing_starts_before_the_ledger_is_up_to_date() -> None:
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_only_the_web_is_reached_from_outside_and_from_this_machine_alone() -> None:
    assert {name: one["ports"] for name, one in SERVICES.items() if "ports" in one} == {"web": ["127.0.0.1:8321:8321"]}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_runs_a_command_and_gives_it_time_to_end(path) -> None:
    from tranter.engine.dispatch import STOP_SECONDS

    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path, encoding="utf-8")
    service = unit["Service"]

    program, command = service["ExecStart"].split()
    assert (program, command in commands()) == ("tranter", True)
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_the_proxies_lead_to_the_port_that_the_web_has_and_keep_the_figures_inside(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")

    assert "127.0.0.1:8321" in text
    assert "metrics" in text
