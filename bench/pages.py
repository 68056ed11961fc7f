"""How long every page takes with a million orders in the ledger. `python bench/pages.py [--orders N] [--keep FOLDER]`

Fills an SQLite ledger (or takes the one in FOLDER), serves it as `tranter up` does, signs in, asks every list and every
detail page sixty times over a real socket, and fails when one of twenty answers takes longer than 150 ms, or when all
scripts together weigh more than 100 kB compressed. `--json` hands the figures to bench/run.py, which judges them.
"""

import argparse
import gzip
import http.client
import json
import re
import statistics
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.bars import PAGE_MS, SCRIPT_BYTES
from bench.places import on_disk
from tranter.engine.clock import RealClock
from tranter.ledger.setup import configure, open_ledger
from tranter.web.face import face

ORDERS, TIMES = 1_000_000, 60
MOST_SECONDS = 20.0
"""For one page: what is that slow is known to be so before the sixtieth time."""
LIVE = (
    "/export",
    "/csv",
    ".csv",
    "/settings/backup",
    "/settings/health",
    "/test",
    "/go-live",
    "/stock-plan",
    "/access",
    "/sign-in/state",
    "/search/ask",
)
"""Parts of addresses that hand out files, ask the vendors or look into the disk: no lists and no details."""
ROOM = re.compile(r"<(?:(\w+):)?(\w+)>")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--orders", type=int, default=ORDERS)
    asked.add_argument("--keep", type=Path, help="where the ledger stays, for the next time")
    asked.add_argument("--only", default="", help="pages whose address holds this")
    asked.add_argument("--times", type=int, default=TIMES)
    asked.add_argument("--json", action="store_true", help="figures only, unjudged")
    given = asked.parse_args()
    with on_disk() as folder:
        home = given.keep or folder
        configure(home / "tranter.sqlite3", face("", "127.0.0.1"))
        vault = open_ledger(home, home / "keys.json", RealClock().now())
        return run(vault, home, given)


def run(vault: Any, home: Path, given: argparse.Namespace) -> int:
    from bench.demo_hub import hub_of
    from bench.many_orders import MERCHANTS, fill

    hub, world = hub_of(vault, RealClock())
    if not _filled():
        fill(hub, world, home / "tranter.sqlite3", given.orders, lambda text: print(text, file=sys.stderr))
    cookie = _owner()
    with serving(hub) as port:
        pages = [one for one in addresses(MERCHANTS[0]) if given.only in one]
        found = [measure(port, cookie, one, given.times) for one in pages]
    shown = [one for one in found if one is not None]
    if given.json:
        figures = {"pages": [one._asdict() for one in shown], "orders": _counted(), "script_bytes": scripts()}
        print(json.dumps(figures))
        return 0
    return judged(shown)


class Timed(NamedTuple):
    page: str
    p50_ms: float
    p95_ms: float
    bytes: int


def judged(found: Sequence[Timed]) -> int:
    """The exit code."""
    print(f"{'p50 ms':>8} {'p95 ms':>8} {'kB':>7}  page")
    for page, p50, p95, size in sorted(found, key=lambda one: -one.p95_ms):
        print(f"{p50:8.1f} {p95:8.1f} {size / 1000:7.1f}  {page}{'' if PAGE_MS.holds(p95) else '   TOO SLOW'}")
    weight = scripts()
    print(f"{len(found)} pages, {_counted():,} orders; scripts: {weight:,} bytes compressed")
    return 0 if SCRIPT_BYTES.holds(weight) and all(PAGE_MS.holds(one.p95_ms) for one in found) else 1


def _filled() -> bool:
    from tranter.ledger.models import OrderRow

    return OrderRow.objects.exists()


def _counted() -> int:
    from tranter.ledger.models import OrderRow

    return int(OrderRow.objects.count())


def _owner() -> str:
    """A session as a browser would have it."""
    from django.test import Client

    from tranter.ledger.models import User

    given = {"role": "owner", "staff": True, "everywhere": True, "created_at": RealClock().now()}
    user, _ = User.objects.get_or_create(email="owner@bench.example", defaults=given)
    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())


@contextmanager
def serving(hub: Any) -> Iterator[int]:
    from waitress.server import create_server

    from tranter.web.house import House
    from tranter.web.process import WEB_THREADS, application

    house = House(hub=hub, wake=lambda: None, alive=lambda: True, trouble=lambda: "")
    server = create_server(application(house), host="127.0.0.1", port=0, threads=WEB_THREADS)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()


def addresses(merchant: str) -> list[str]:
    """Every address that shows something, with what stands in it; and the ways in which lists are narrowed."""
    from tranter.ledger.models import OrderRow, TradeException
    from tranter.web.rights import Right
    from tranter.web.urls import ROUTES

    order = OrderRow.objects.filter(merchant__slug=merchant, status="confirmed").order_by("-pk")[0]
    stuck = TradeException.objects.filter(merchant__slug=merchant, kind="unknown_sku", state="open")[0]
    fillings = {"merchant": merchant, "pk": str(order.pk), "connection": "shop", "name": "shop", "sku": "HG-001-07"}
    found = []
    for one in ROUTES:
        rooms = [name for _, name in ROOM.findall(one.address)]
        if one.right is Right.OPEN or one.plain or not set(rooms) <= set(fillings):
            continue
        found.append("/" + ROOM.sub(lambda room: fillings[room.group(2)], one.address))
    found = [one for one in found if not any(part in one for part in LIVE)]
    m, every = f"/m/{merchant}", "/all"
    problem = f"kind=unknown_sku&value={quote(stuck.value)}&connection={stuck.connection_id}"
    found += [f"{m}/problems?{problem}", f"{every}/problems?{problem}&of={merchant}"]
    found += [f"{m}/problems?state={state}" for state in ("muted", "resolved")]
    found += [f"{place}/orders?tab={tab}" for place in (m, every) for tab in TABS]
    found += [
        f"{place}/search?q={quote(text)}" for place in (m, every) for text in (order.number, "HG-001-07", "Bo Li")
    ]
    return list(dict.fromkeys(found))


TABS = ("open", "problems", "shipped", "skipped", "all")


def measure(port: int, cookie: str, page: str, times: int) -> Timed | None:
    """None where nothing is shown."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    took, size = [], 0
    for number in range(times + 1):
        if number > 1 and sum(took) > MOST_SECONDS * 1000:
            break
        began = perf_counter()
        line.request("GET", page, headers={"Cookie": cookie, "Accept": "text/html"})
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            return None
        if number:  # the first one compiles templates
            took.append((perf_counter() - began) * 1000)
        size = len(body)
    line.close()
    print(f"{max(took):8.1f} ms at most  {page}", file=sys.stderr)
    late = statistics.quantiles(took, n=20)[-1] if took[1:] else took[0]
    return Timed(page, statistics.median(took), late, size)


def scripts() -> int:
    """All that a page may load, ours and htmx, compressed one by one as a browser gets them."""
    import django_htmx

    import tranter.web

    ours = Path(tranter.web.__file__).parent.joinpath("static").rglob("*.js")
    htmx = Path(django_htmx.__file__).parent.joinpath("static", "django_htmx", "htmx-2.min.js")
    return sum(len(gzip.compress(one.read_bytes(), 6)) for one in (*ours, htmx))


if __name__ == "__main__":
    sys.exit(main())
