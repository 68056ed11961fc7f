"""`tranter sync`: what runs, what it counts, and how it ends."""

import json
import signal
import subprocess
from typing import Any

import pytest

from tests.cli.shell import Shell
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, FaultPlan

KEYS = [
    "runs",
    "orders_pulled",
    "fulfillments_pushed",
    "shipments_pulled",
    "shipments_pushed",
    "stock_pushed",
    "calls",
    "unknown",
    "exceptions",
    "seconds",
]


def synced(shell: Shell, *words: str) -> Any:
    return shell.read("sync", "--until-idle", *words)


def test_an_order_goes_to_the_warehouse_and_its_parcel_comes_back(connected: Shell) -> None:
    number = connected.buy("LAMP", 2)
    first = synced(connected)
    connected.gecko.ship(next(seen.id for seen in connected.gecko.orders() if seen.reference_number == number))
    connected.done("sync", "warehouse", "shipments")
    second = synced(connected)

    assert (first["orders_pulled"], first["fulfillments_pushed"]) == (1, 1)
    assert second["shipments_pushed"] == 1
    assert connected.order(number)["status"] == "confirmed"


def test_the_last_line_holds_the_counts(connected: Shell) -> None:
    connected.buy()

    result = connected.run("sync", "--until-idle", "--json")

    assert list(json.loads(result.stdout.splitlines()[-1])) == KEYS
    assert result.exit_code == 0


def test_nothing_due_is_nothing_done(connected: Shell) -> None:
    synced(connected)

    again = synced(connected)

    assert (again["runs"], again["calls"]) == (0, 0)


def test_one_flow_runs_though_it_is_not_due(connected: Shell) -> None:
    synced(connected)
    connected.buy()

    counts = connected.read("sync", "shop", "orders")

    assert (counts["runs"], counts["orders_pulled"], counts["fulfillments_pushed"]) == (1, 1, 0)
    assert synced(connected)["fulfillments_pushed"] == 1


def test_one_connection_runs_alone(connected: Shell) -> None:
    connected.buy()

    assert connected.read("sync", "shop")["orders_pulled"] == 1
    assert connected.gecko.orders() == []


def test_a_flow_that_there_is_not_is_told_with_those_that_there_are(connected: Shell) -> None:
    result = connected.run("sync", "shop", "invoices")

    assert result.exit_code == 2
    assert "listings" in result.stderr


class LoseOnce(FaultPlan):
    """The reply to one request of this method and path is lost."""

    def __init__(self, method: str, path: str, fault: Fault = Fault.LOST_REPLY) -> None:
        super().__init__()
        self._method, self._path, self._left, self._fault = method, path, 1, fault

    def draw(self, request: Any, is_token: bool) -> Fault | None:
        if self._left and (request.method, request.path) == (self._method, self._path):
            self._left -= 1
            return self._fault
        return None


@fault("NET-02")
def test_until_idle_waits_until_a_lost_reply_is_looked_up(connected: Shell) -> None:
    connected.warehouse.plan = LoseOnce("POST", "/orders")
    number = connected.buy()

    counts = synced(connected)

    assert counts["unknown"] == 0
    assert connected.order(number)["status"] == "at_wms"
    assert connected.at_warehouse(number) == ["active"]


def test_a_retry_is_waited_for_only_when_asked(connected: Shell) -> None:
    synced(connected)
    number = connected.buy()
    connected.warehouse.plan = LoseOnce("POST", "/orders", Fault.THROTTLED)
    connected.done("sync", "shop", "orders")

    synced(connected)
    assert connected.at_warehouse(number) == []
    synced(connected, "--wait")
    assert connected.at_warehouse(number) == ["active"]


def test_a_remote_that_is_down_ends_with_its_own_code(connected: Shell) -> None:
    synced(connected)
    connected.cart.close()
    connected.warehouse.close()

    both = connected.run("sync", "shop", "orders"), connected.run("sync", "warehouse", "stock")

    assert [result.exit_code for result in both] == [5, 5]
    assert "is tried again at" in both[0].stderr


def test_one_remote_down_of_two_is_partly(connected: Shell) -> None:
    synced(connected)
    connected.cart.close()
    connected.run("sync", "shop", "orders")

    assert connected.run("sync", "--until-idle").exit_code == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_after_the_run_at_hand(connected: Shell, number: signal.Signals) -> None:
    synced(connected)
    connected.cart.close()
    connected.run("sync", "shop", "orders")
    process = connected.start("sync", "--until-idle", "--wait", "--json")
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()

    assert process.returncode == 3, err
    assert list(json.loads(out.splitlines()[-1])) == KEYS
    assert "Traceback" not in err


def test_a_dead_process_leaves_nothing_that_has_to_be_waited_for(connected: Shell) -> None:
    """Its leases count as due at once, and what it was sending is looked up."""
    number = connected.buy()
    killed = connected.start("sync", "--until-idle", TRANTER_FAILPOINT="after_call.push_fulfillment")
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL

    counts = synced(connected)

    assert counts["unknown"] == 0
    assert connected.at_warehouse(number) == ["active"]
    assert connected.order(number)["status"] == "at_wms"


def test_the_first_stock_push_shows_its_plan_and_waits_for_a_yes(connected: Shell) -> None:
    synced(connected)
    before = dict(connected.ebay.shown())

    shown = connected.run("go-live", "shop", "--stock")
    synced(connected)
    assert shown.exit_code == 3
    assert "listings at shop:" in shown.stdout
    assert dict(connected.ebay.shown()) == before

    agreed = connected.read("go-live", "shop", "--stock", "--yes")
    pushed = synced(connected)["stock_pushed"]
    assert pushed == agreed["up"] + agreed["down"] + agreed["to_zero"] > 0
    assert set(connected.ebay.shown().values()) == {40}
    assert {line["shown"] for line in connected.read("stock")} == {40}


def test_a_plan_can_be_asked_for_before_anything_was_read(connected: Shell) -> None:
    plan = connected.read("go-live", "shop", "--stock", "--yes")

    assert plan["listings"] > 0
    assert plan["unmatched"] == 0


def test_an_order_that_the_cart_changed_meanwhile_goes_a_moment_later(connected: Shell) -> None:
    """It was read again before it was sent, and is decided anew: until-idle waits for that."""
    synced(connected)
    number = connected.buy()
    connected.done("sync", "shop", "orders")
    connected.done("sync", "shop", "decide")
    connected.ebay.edit_note(number, "ring twice")
    connected.clock.sleep(90)

    assert synced(connected)["fulfillments_pushed"] == 1
    assert connected.at_warehouse(number) == ["active"]
