"""Processes of their own, each asked for one measurement."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.postgres import durable_server
from bench.report import Report
from tests.postgres import NoServer, Server

ROOT = Path(__file__).resolve().parent.parent


class Bench:
    """`share` of everything is done. `keep`: where ledgers with very many orders stay."""

    def __init__(self, share: float, keep: Path | None, report: Report) -> None:
        self._share, self._keep, self.report = share, keep, report
        self._open = ExitStack()
        self._server: Server | None = None
        self.no_postgres = ""
        self.found: dict[str, Any] = {}
        """What parts have found, for those that reckon with it."""

    def count(self, whole: int) -> int:
        return max(int(whole * self._share), 20)

    def kept(self, part: str) -> Path | None:
        """Each part has a ledger of its own: those of the stub are known to the bench alone, and to no web server."""
        if self._keep is None:
            return None
        place = self._keep / part
        place.mkdir(parents=True, exist_ok=True)
        return place

    def ask(self, name: str, **given: Any) -> Any:
        shown = {key: value for key, value in given.items() if key != "url"}
        return self._ask(f"{name} {json.dumps(shown)}", ["-m", "bench.child", name, json.dumps(given)])

    def ask_on_postgresql(self, name: str, **given: Any) -> Any:
        """In a database of its own. None without a server: `no_postgres` says why."""
        server = self._postgresql()
        return self.ask(name, url=server.fresh(), **given) if server is not None else None

    def ask_pages(self, orders: int) -> Any:
        place = self.kept("pages")
        kept = ["--keep", str(place)] if place is not None else []
        return self._ask("pages", ["bench/pages.py", "--json", "--orders", str(orders), *kept])

    def close(self) -> None:
        self._open.close()

    def _postgresql(self) -> Server | None:
        if self._server is None and not self.no_postgres:
            try:
                self._server = self._open.enter_context(durable_server())
            except NoServer as reason:
                self.no_postgres = str(reason)
        return self._server

    def _ask(self, told: str, words: Sequence[str]) -> Any:
        print(f"… {told}", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])
