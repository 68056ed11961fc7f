"""Ten thousand connections: what the schedule asks is answered from an index, and costs what is due."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import SQLITE
from tests.ledger.conftest import NOW
from tranter.ledger import schedule, sizes
from tranter.ledger.models import Connection, Flow, Merchant
from tranter.ledger.vault import Vault

COUNT, DUE, HELD = 10_000, 20, 8
LATER = NOW + timedelta(hours=1)

ASKED: dict[str, tuple[Callable[[], object], str]] = {
    "what may start": (lambda: schedule.startable(NOW, [1, 2]), "flow_due"),
    "what is due": (lambda: schedule.due(NOW), "flow_due"),
    "which connections are at work": (lambda: schedule.leased(NOW), "flow_held"),
    "who holds leases": (schedule.owners, "flow_held"),
    "what a dead process held": (lambda: schedule.release_owner("gone", NOW), "flow_held"),
}


@pytest.fixture
def many(vault: Vault) -> None:
    merchants = Merchant.objects.bulk_create(
        Merchant(slug=f"merchant-{number}", name=f"No. {number}", created_at=NOW) for number in range(COUNT // 10)
    )
    rows = Connection.objects.bulk_create(
        Connection(
            merchant=merchants[number // 10],
            name=f"shop-{number}",
            connector="ebay",
            state="live",
            state_since=NOW,
            created_at=NOW,
        )
        for number in range(COUNT)
    )
    Flow.objects.bulk_create(
        Flow(
            connection=row,
            name="orders",
            every_seconds=300,
            due_at=NOW if number < DUE else LATER,
            lease_owner="worker" if number < HELD else "",
            lease_until=LATER if number < HELD else None,
        )
        for number, row in enumerate(rows)
    )
    sizes.measure()


@pytest.mark.usefixtures("many")
def test_what_the_schedule_asks_walks_no_table(kind: str) -> None:
    for name, (ask, index) in ASKED.items():
        with CaptureQueriesContext(connection) as asked:
            ask()
        for query in asked.captured_queries:
            plan = _plan(kind, query["sql"])
            assert index in plan, (name, plan)
            assert _walks(kind, plan) == [], (name, plan)

    assert len(schedule.startable(NOW, [])) == DUE - HELD
    assert schedule.owners() == ["worker"]


def _plan(kind: str, sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if kind == SQLITE else 'EXPLAIN'} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _walks(kind: str, plan: str) -> list[str]:
    """Lines that read every row of `ledger_flow` or `ledger_connection`."""
    begins = ("SCAN f", "SCAN c", "SCAN ledger_flow", "SCAN ledger_connection") if kind == SQLITE else ("Seq Scan",)
    large = ("ledger_loan",)  # nothing is lent here: an empty table
    lines = [line.strip().removeprefix("->").strip() for line in plan.splitlines()]
    return [line for line in lines if line.startswith(begins) and "USING" not in line and not line.count(large[0])]
