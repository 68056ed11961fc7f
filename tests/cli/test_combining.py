"""Orders of one buyer put into one delivery, typed."""

from tests.cli.shell import Shell
from tests.cli.test_operating import synced
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.testing.faultmark import fault


def two_of_one_buyer(shell: Shell) -> tuple[str, str]:
    synced(shell)
    first = shell.ebay.buy(Purchase((Want("LAMP", 1),)))
    second = shell.ebay.buy(Purchase((Want("LAMP", 2),), buyer=first.buyer))
    shell.done("sync", "shop", "orders")
    return first.order_id, second.order_id


@fault("API-23")
def test_orders_are_combined_and_parted_again(connected: Shell) -> None:
    first, second = two_of_one_buyer(connected)
    assert [one["number"] for one in connected.read("combine", first)] == [second]

    said = connected.done("combine", first, second).stdout
    parted = connected.done("uncombine", second).stdout
    connected.done("combine", second, first)
    synced(connected)

    assert f"goes together with {second}" in said
    assert "goes alone" in parted
    assert (connected.at_warehouse(second), connected.at_warehouse(first)) == (["active"], [])
    assert [connected.order(number)["status"] for number in (first, second)] == ["at_wms", "at_wms"]


def test_what_does_not_go_together_is_refused(connected: Shell) -> None:
    first, _ = two_of_one_buyer(connected)
    stranger = connected.buy()
    connected.done("sync", "shop", "orders")

    result = connected.run("combine", first, stranger)

    assert (result.exit_code, "not of the same buyer" in result.stderr) == (1, True)
