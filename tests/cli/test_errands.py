"""The same done to all orders that wait for one cause."""

from tests.cli.shell import Shell
from tests.cli.test_operating import synced, with_strangers
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want

__all__ = ["with_strangers"]


def stuck(shell: Shell, count: int) -> list[str]:
    synced(shell)
    numbers = [str(shell.ebay.buy(Purchase((Want(UNKNOWN_SKU, 1),))).order_id) for _ in range(count)]
    shell.done("sync", "shop", "orders")
    synced(shell)
    return numbers


def test_all_orders_of_one_cause_are_canceled_in_one_go(with_strangers: Shell) -> None:
    numbers = stuck(with_strangers, 3)

    ended = with_strangers.read("cancel", "--kind", "unknown_sku", "--value", UNKNOWN_SKU, "--reason", "a recall")

    assert (ended["done"], ended["total"], ended["state"]) == (3, 3, "done")
    assert {with_strangers.order(number)["status"] for number in numbers} == {"canceled"}
    assert with_strangers.read("errands")[0]["what"] == "cancel"
    assert with_strangers.read("errands", "show", str(ended["id"])) == ended


def test_what_still_waits_is_told_and_the_exit_code_says_so(with_strangers: Shell) -> None:
    stuck(with_strangers, 2)

    result = with_strangers.run("retry", "--kind", "unknown_sku")

    assert result.exit_code == 1
    assert "retry: 0 of 2 orders done" in result.stdout
    assert "2 × it still waits: unknown sku" in result.stdout


def test_an_order_or_a_cause_is_named_not_both(connected: Shell) -> None:
    assert connected.run("retry").exit_code == 2
    assert connected.run("retry", "14-1", "--kind", "unknown_sku").exit_code == 2
    assert "no order waits for unknown_sku" in connected.run("retry", "--kind", "unknown_sku").stderr
    assert connected.run("errands", "show", "7").exit_code == 1
    assert connected.run("errands", "stop", "7").exit_code == 1
