"""The vendor behind the layer of faults: a caller that repeats itself under one key orders once."""

import json
import os
import subprocess
import sys
import threading

import pytest

from tests.simulators.tradegecko.client import TOKEN, Caller, whole_order
from tranter.testing.simulator import FaultPlan, Lost, SimRequest, carry_out

WORLD = """
import json
from tests.simulators.tradegecko.client import Caller, line, whole_order
caller = Caller(at_work=True, seed=11)
for number in range(25):
    lines = [line(caller, f"TG-{number % 5 + 1:04d}", 2), line(caller, "TG-0009")]
    caller.order(order_number=f"E-{number}", reference_number=f"R-{number}", order_line_items=lines)
    caller.clock.sleep(500)
caller.clock.sleep(86400)
print(json.dumps(caller.send("GET", "/__sim__/state").json) + json.dumps(caller.get("/fulfillments").json))
"""


def place(caller: Caller, plan: FaultPlan, number: int) -> None:
    """Repeats until an answer is definite, as a careful client does."""
    order = whole_order(caller, order_number=f"E-{number}", reference_number=f"R-{number}")
    headers = {"authorization": f"Bearer {TOKEN}", "idempotency-key": f"intent-{number}"}
    body = json.dumps({"order": order}).encode()
    request = SimRequest.from_url("POST", "http://sim.tradegecko/orders", headers, body)
    for _ in range(50):
        try:
            reply = carry_out(caller.vendor, request, plan, threading.Lock())
        except Lost:
            continue
        if reply.status == 201:
            return
        caller.clock.sleep(30)
    raise AssertionError("the order never got through")


@pytest.mark.parametrize("seed", range(5))
def test_every_order_stands_there_once_after_a_storm(seed: int) -> None:
    caller = Caller()
    plan = FaultPlan.parse("storm", seed=seed)
    for number in range(60):
        place(caller, plan, number)
    assert plan.count > 0
    assert caller.vendor.duplicate_orders() == {}
    assert sorted(str(order.reference_number) for order in caller.vendor.orders()) == sorted(
        f"R-{number}" for number in range(60)
    )


def test_without_keys_the_same_storm_doubles_orders() -> None:
    """The proof that duplicates would be seen if there were any."""
    caller = Caller()
    plan = FaultPlan.parse("lost_reply=0.3", seed=1)
    for number in range(30):
        order = whole_order(caller, order_number=f"E-{number}", reference_number=f"R-{number}")
        body = json.dumps({"order": order}).encode()
        headers = {"authorization": f"Bearer {TOKEN}"}
        request = SimRequest.from_url("POST", "http://sim.tradegecko/orders", headers, body)
        for _ in range(50):
            try:
                carry_out(caller.vendor, request, plan, threading.Lock())
            except Lost:
                continue
            break
    assert caller.vendor.duplicate_orders()


def test_the_world_does_not_hang_on_the_hash_seed() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", WORLD],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert b"fulfilled" in outputs[0]
