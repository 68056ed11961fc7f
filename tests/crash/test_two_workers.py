"""The stub counts; `make survive` does the same with 10,000 deliveries."""

from pathlib import Path

from bench.two_workers import survive
from tests.postgres import Server
from tranter.testing.faultmark import fault

ORDERS = 900


@fault("CRASH-11")
def test_a_killed_and_a_frozen_worker_lose_nothing_and_double_nothing(postgres: Server, tmp_path: Path) -> None:
    verdict = survive(postgres.fresh(), ORDERS, tmp_path)

    assert (verdict.counts.delivered, verdict.counts.doubled) == (ORDERS, 0)
    assert verdict.settled == ORDERS
    assert max(verdict.taken_over) <= 60
