"""Ten thousand carts where nobody buys: what it costs to look at all of them."""

import time

import msgspec
from django.db import transaction

from bench.counting import Stopwatch, most_megabytes
from bench.stage import Stage
from bench.stub.connector import SECRETS
from bench.stub.process import StubProcess
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.credentials import credential_place
from tranter.ledger.models import Connection, Credential, Flow, Merchant, RunRow

CONNECTIONS, SECONDS, IDLE_SECONDS = 10_000, 20.0, 5.0


def hub(stub: StubProcess, stage: Stage, connections: int = CONNECTIONS, seconds: float = SECONDS) -> dict[str, float]:
    """All polls are due at once. Runs that ended within `seconds`, and what an idle hub takes when none is due."""
    trade = stage.connect(stub.url, cart_path="/quiet")
    _multiply(stage, trade.cart, connections)
    stub.control(forget=True)
    with stage.working() as wake:
        wake()
        watch = Stopwatch()
        time.sleep(seconds)
        elapsed, used = watch.seconds, watch.cpu
        calls = stub.counts().calls.get("GET /quiet/orders", 0)
    Flow.objects.update(due_at=stage.now().replace(year=stage.now().year + 1), lease_until=None, lease_owner="")
    with stage.working():
        time.sleep(1.0)
        watch = Stopwatch()
        time.sleep(IDLE_SECONDS)
        idle = watch.cpu / IDLE_SECONDS
    return {
        "runs_per_second": calls / elapsed,
        "cpu_ms_per_run": 1000 * used / max(calls, 1),
        "idle_share": idle,
        "rss_mb": most_megabytes(),
        "kept_runs": RunRow.objects.count(),
    }


def _multiply(stage: Stage, cart: ConnectionRecord, count: int) -> None:
    """So many merchants with one cart each, and of that cart nothing but the flow that polls it."""
    now, sealing = stage.now(), stage.hub.vault.seal
    with transaction.atomic():
        Flow.objects.all().delete()
        houses = Merchant.objects.bulk_create(
            Merchant(slug=f"merchant-{number}", name=f"Merchant no. {number}", created_at=now)
            for number in range(count)
        )
        copies = Connection.objects.bulk_create(
            Connection(
                merchant=house,
                name="shop",
                connector=cart.connector,
                settings=cart.settings,
                state="live",
                state_since=now,
                account_id=f"account-{house.pk}",
                created_at=now,
                live_at=now,
            )
            for house in houses
        )
        Flow.objects.bulk_create(Flow(connection=copy, name="orders", every_seconds=300, due_at=now) for copy in copies)
        secret = msgspec.json.encode(SECRETS)
        Credential.objects.bulk_create(
            Credential(connection=copy, sealed=sealing(secret, credential_place(copy.pk)), changed_at=now)
            for copy in copies
        )
