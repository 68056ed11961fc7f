"""What the cart changed after the warehouse got it: shown, sent again, accepted, ignored; typed."""

from tests.cli.shell import Shell
from tests.cli.test_operating import delivered, synced
from tranter.testing.faultmark import fault


def changed(shell: Shell) -> str:
    number = delivered(shell)
    shell.ebay.edit_line(number, shell.ebay.order(number).lines[0].line_item_id, 3)
    shell.done("sync", "shop", "orders")
    synced(shell)
    return number


@fault("API-22")
def test_a_change_is_shown_by_exceptions_explain_and_change(connected: Shell) -> None:
    number = changed(connected)

    assert "the cart changed it after the warehouse got it" in connected.done("exceptions").stdout
    assert "the warehouse has" in connected.done("explain", number).stdout
    [units, *_] = connected.read("change", "show", number)["changes"]
    assert (units["field"], units["before"], units["now"]) == ("units", "1", "3")


@fault("API-22")
def test_a_change_is_sent_again(connected: Shell) -> None:
    number = changed(connected)

    said = connected.done("change", "send-again", number).stdout
    synced(connected)
    synced(connected)

    assert "is asked to stop" in said
    assert connected.at_warehouse(number) == ["void", "active"]
    assert connected.read("exceptions") == []


def test_a_change_is_ignored(connected: Shell) -> None:
    number = changed(connected)

    connected.done("change", "ignore", number)
    again = connected.run("change", "ignore", number)

    assert connected.read("exceptions") == []
    assert (again.exit_code, "nothing" in again.stderr) == (1, True)


def test_an_order_that_did_not_change_has_nothing_to_answer(connected: Shell) -> None:
    number = delivered(connected)

    result = connected.run("change", "accept", number)

    assert (result.exit_code, "has changed nothing" in result.stderr) == (1, True)
