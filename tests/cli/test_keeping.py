"""Commands that keep the installation."""

import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tranter.testing.faultmark import fault


def test_the_journal_tells_what_happened_and_that_nobody_changed_it(connected: Shell) -> None:
    number = connected.buy()
    connected.done("sync", "--until-idle")

    told = [line["what"] for line in connected.read("journal", number)]

    assert told[:2] == ["order_at_warehouse", "fulfillment_planned"]
    assert connected.read("journal", "--verify") == {"whole": True}


def test_a_changed_journal_is_found_out(connected: Shell) -> None:
    with sqlite3.connect(connected.home / "tranter.sqlite3") as ledger:
        ledger.execute("update ledger_journalentry set subject = 'nothing' where number = 1")
    ledger.close()

    result = connected.run("journal", "--verify")

    assert result.exit_code == 1
    assert "entry 1 does not follow" in result.stderr


def test_config_check_tells_what_is_set(newcomer: Shell) -> None:
    result = newcomer.done("config", "check")

    assert re.search(r"TRANTER_ALLOW_HOSTS +127\.0\.0\.1", result.stdout)
    assert not newcomer.home.exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TRANTER_WORKERS", "many", "write a number from 1 to 256"),
        ("TRANTER_CLOCK", "fast", "write `real`, or a speed and a start"),
        ("TRANTER_DATABASE_URL", "mysql://x", "TRANTER_DATABASE_URL"),
        ("TRANTER_FAILPOINT", "a:b", "write NAME or NAME:K"),
    ],
)
def test_a_variable_that_can_not_be_used_is_named(shell: Shell, name: str, value: str, said: str) -> None:
    process = shell.start("sync", **{name: value})
    _, err = process.communicate(timeout=30)

    assert process.returncode == 2
    assert said in err
    assert "Traceback" not in err


def test_a_key_file_that_others_may_read_is_told(shell: Shell) -> None:
    (shell.home / "keys.json").chmod(0o644)

    result = shell.run("config", "check")

    assert result.exit_code == 2
    assert "chmod 600" in result.stderr


@fault("AUTH-11")
def test_a_ledger_without_its_key_does_not_open(connected: Shell) -> None:
    (connected.home / "keys.json").rename(connected.home / "elsewhere.json")

    result = connected.run("orders")

    assert result.exit_code == 1
    assert "is missing; put it back" in result.stderr
    assert not (connected.home / "keys.json").exists()


@fault("STOR-08")
def test_a_restored_ledger_sends_nothing_twice(connected: Shell, tmp_path: Path) -> None:
    backup = tmp_path / "before.tar"
    connected.done("backup", str(backup))
    number = connected.buy()
    connected.done("sync", "--until-idle")

    connected.done("restore", str(backup))
    paused = connected.read("sync", "--until-idle")
    compared = connected.done("reconcile")
    after = connected.read("sync", "--until-idle")

    assert (paused["orders_pulled"], paused["fulfillments_pushed"]) == (1, 0)
    assert "1 of 1 orders accounted for" in compared.stdout
    assert "1 found that were not on record" in compared.stdout
    assert after["fulfillments_pushed"] == 1
    assert connected.at_warehouse(number) == ["active"]
    assert connected.order(number)["status"] == "at_wms"


def test_a_restored_ledger_goes_on_sending_what_was_never_sent(connected: Shell, tmp_path: Path) -> None:
    backup = tmp_path / "before.tar"
    connected.done("backup", str(backup))
    connected.done("restore", str(backup))
    number = connected.buy()

    connected.done("reconcile")
    connected.done("sync", "--until-idle")

    assert connected.at_warehouse(number) == ["active"]


def test_the_pause_stays_while_a_remote_was_not_looked_at(connected: Shell, tmp_path: Path) -> None:
    connected.done("backup", str(tmp_path / "b.tar"))
    connected.done("restore", str(tmp_path / "b.tar"))
    connected.warehouse.close()

    assert connected.run("reconcile").exit_code == 5
    assert "nothing is sent at present" in connected.run("sync").stderr


def test_a_file_that_is_no_backup_is_refused(connected: Shell, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"not a backup")

    result = connected.run("restore", str(tmp_path / "b.tar"))

    assert result.exit_code == 1
    assert "is not a whole backup" in result.stderr


def test_keys_rotate_and_everything_still_opens(connected: Shell) -> None:
    connected.buy()

    said = connected.read("rotate-keys")

    assert said["new_key"]
    assert connected.read("sync", "--until-idle")["fulfillments_pushed"] == 1


def test_the_doctor_finds_a_healthy_installation_healthy(connected: Shell) -> None:
    connected.done("sync", "--until-idle")

    assert all(check["ok"] for check in connected.read("doctor"))
