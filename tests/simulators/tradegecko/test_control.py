import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulators.tradegecko.client import TOKEN, Caller
from tranter.testing.simulator import FaultPlan, SocketFront


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def url(caller: Caller) -> Iterator[str]:
    front = SocketFront(caller.vendor, FaultPlan()).start()
    yield front.url
    front.close()


def ask(url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=5) as reply:
        return json.load(reply)


def test_another_process_drives_the_vendor_over_a_socket(caller: Caller, url: str) -> None:
    order_id = caller.order()["id"]
    shipped = ask(f"{url}/__sim__/control", {"name": "ship", "args": {"order_id": order_id, "tracking": "T"}})
    assert isinstance(shipped["result"], int)
    state = ask(f"{url}/__sim__/state")
    assert state["orders"][0]["status"] == "fulfilled"
    assert state["shipments"][0]["tracking"] == "T"
    assert state["duplicate_orders"] == {}
    assert state["calls"] == {"POST orders": 1}
    assert ask(f"{url}/orders/{order_id}")["order"]["status"] == "fulfilled"
    history = ask(f"{url}/__sim__/history")
    assert history["history"][-1]["name"] == "order.fulfilled"
    assert history["heard"][0]["status"] == 201


def test_tokens_are_signed_in_for_from_outside(url: str) -> None:
    tokens = ask(f"{url}/__sim__/control", {"name": "sign_in"})["result"]
    assert tokens["refresh_token"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "handle", "args": {}}, 404),
        ({"name": "ship", "args": {"order": 1}}, 400),
        ({"args": {}}, 400),
        ([], 400),
        ({"name": "adjust_stock", "args": {"sku": "nope", "delta": 1}}, 400),
        ({"name": "ship", "args": {"order_id": 5}}, 400),
    ],
)
def test_impossible_orders_are_refused(caller: Caller, body: object, status: int) -> None:
    assert caller.send("POST", "/__sim__/control", body).status == status


def test_controls_count_as_no_call(caller: Caller) -> None:
    caller.send("GET", "/__sim__/state")
    assert caller.send("GET", "/__sim__/nothing").status == 404
    assert not caller.vendor.calls
