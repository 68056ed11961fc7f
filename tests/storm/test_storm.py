"""Seeded storms: every fault at once, on a virtual clock. One seed again: make storm SEED=123"""

import os

import pytest

from tests.storm.stage import Stage
from tranter.demo.world import Scenario
from tranter.testing.faultmark import fault

ONE = os.environ.get("TRANTER_STORM_SEED", "")
SEEDS = [int(ONE)] if ONE else range(int(os.environ.get("TRANTER_STORM_SEEDS") or 200))


@fault("NET-02", "NET-03", "NET-04", "API-01", "API-02", "AUTH-01", "LOAD-05", "CRASH-11")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_loses_nothing_and_doubles_nothing(stage: Stage, seed: int) -> None:
    scenario = Scenario(orders=14, seed=seed, faults="storm", pace_seconds=60, stock_changes=12)

    verdict = stage.rehearsal(scenario).run()

    assert verdict.accounted_for, f"make storm SEED={seed}: {verdict}"
    assert verdict.orders_placed == 14
