"""Merchants and the hub itself, at the terminal."""

from tests.cli.shell import Shell


def test_a_merchant_is_added_and_set(shell: Shell) -> None:
    shell.done("orders")
    shell.done("merchant", "add", "meadow", "Meadow & Sons")

    words = ("--time-zone", "Europe/Berlin", "--closed", "5 6 2026-12-25", "--keep-days", "7")
    said = shell.read("merchant", "set", "--merchant", "meadow", *words)

    assert said["closed_days"] == [5, 6, "2026-12-25"]
    assert (said["keep_days"], said["name"]) == (7, "Meadow & Sons")
    assert {one["slug"] for one in shell.read("merchant", "list")} == {"default", "meadow"}


def test_what_can_not_be_set_is_told(shell: Shell) -> None:
    shell.done("orders")
    for words in (
        ("merchant", "set", "--time-zone", "Mars/Olympus"),
        ("merchant", "set", "--closed", "christmas"),
        ("merchant", "add", "Bad Slug", "x"),
        ("merchant", "add", "default", "x"),
        ("hub", "--time-zone", "Nowhere"),
    ):
        assert shell.run(*words).exit_code == 2, words


def test_the_hub_has_a_name(shell: Shell) -> None:
    shell.done("orders")
    assert shell.read("hub")["name"] == "Tranter"

    assert shell.read("hub", "--name", "Harbour Hub", "--time-zone", "Europe/Berlin") == {
        "name": "Harbour Hub",
        "time_zone": "Europe/Berlin",
    }
    assert "Harbour Hub" in shell.done("hub").stdout
