"""From the embedded ledger to PostgreSQL: everything arrives, and nobody starts on the old one by mistake."""

from collections.abc import Iterator

import pytest

from tests.cli.shell import Shell
from tests.postgres import Server
from tranter.testing.faultmark import fault


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    made = postgres.fresh()
    yield made
    postgres.drop(made)


@fault("STOR-08")
def test_everything_is_there_afterwards_and_goes_on(connected: Shell, url: str) -> None:
    first = connected.buy()
    connected.run("sync", "--until-idle")
    assert len(connected.at_warehouse(first)) == 1

    moved = connected.read("move-database", "--to", url)
    connected.variables["TRANTER_DATABASE_URL"] = url
    with connected.start("migrate") as migrating:
        said = migrating.communicate(timeout=60)
    assert migrating.returncode == 0, said
    second = connected.buy("KETL")
    connected.run("sync", "shop", "orders")
    connected.run("sync", "--until-idle")

    assert moved["rows"]["ledger_orderrow"] == 1
    assert connected.order(first)["status"] == "at_wms"
    assert [len(connected.at_warehouse(number)) for number in (first, second)] == [1, 1]
    assert connected.run("journal", "--verify").exit_code == 0


def test_the_old_one_does_not_start_again_unless_somebody_says_so(connected: Shell, url: str) -> None:
    connected.done("move-database", "--to", url)

    refused = connected.run("orders")
    assert refused.exit_code == 1
    assert "was moved to" in refused.stderr
    assert "TRANTER_DATABASE_URL" in refused.stderr

    connected.done("move-database", "--stay")
    assert connected.run("orders").exit_code == 0
    assert "nothing is sent" in connected.run("sync").stderr


def test_a_database_that_holds_a_ledger_is_left_alone_and_the_old_one_goes_on(connected: Shell, url: str) -> None:
    connected.done("move-database", "--to", url)
    connected.done("move-database", "--stay")

    again = connected.run("move-database", "--to", url)

    assert again.exit_code == 1
    assert "already" in again.stderr
    assert connected.run("orders").exit_code == 0


@pytest.mark.parametrize(
    "words", [[], ["--to", "mysql://host/name"], ["--to", "postgresql://host"], ["--to", "x", "--stay"]]
)
def test_a_place_that_is_none_is_told_with_the_way_out(connected: Shell, words: list[str]) -> None:
    said = connected.run("move-database", *words)

    assert said.exit_code == 2
    assert "postgresql://" in said.stderr
