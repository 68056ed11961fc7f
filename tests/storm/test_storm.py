"""Seeded storms: every fault at once, on a virtual clock. One seed again: make storm SEED=123"""

import os

import pytest

from tests.databases import BOTH, POSTGRESQL, SQLITE
from tests.storm.stage import Stage
from tranter.demo.world import Scenario
from tranter.testing.faultmark import fault

ONE = os.environ.get("TRANTER_STORM_SEED", "")
COUNT = int(os.environ.get("TRANTER_STORM_SEEDS") or 200)
STORMS = [(kind, int(ONE)) for kind in BOTH] if ONE else [(SQLITE, seed) for seed in range(COUNT)]
if not ONE:
    STORMS += [(POSTGRESQL, seed) for seed in range(0, COUNT, 20)]


@fault("NET-02", "NET-03", "NET-04", "API-01", "API-02", "AUTH-01", "LOAD-05", "CRASH-11")
@pytest.mark.parametrize(("kind", "seed"), STORMS, scope="session")
def test_a_storm_loses_nothing_and_doubles_nothing(stage: Stage, kind: str, seed: int) -> None:
    scenario = Scenario(orders=14, seed=seed, faults="storm", pace_seconds=60, stock_changes=12)

    verdict = stage.rehearsal(scenario).run()

    assert verdict.accounted_for, f"make storm SEED={seed}: {verdict}"
    assert verdict.orders_placed == 14
