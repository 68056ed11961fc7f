"""A person at a terminal, with a home of their own and two small vendors behind real sockets."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tranter.cli import cli
from tranter.connectors.ebay.simulator import EbayVendor, Purchase, Want
from tranter.connectors.ebay.simulator import simulator as ebay_simulator
from tranter.connectors.tradegecko.simulator import Goods, TradeGeckoVendor
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
from tranter.engine.clock import ScaledClock
from tranter.ledger.setup import close_connections
from tranter.testing.simulator import FaultPlan, SocketFront

SKUS = ("LAMP", "KETL", "ROPE", "BOOK")
SPEED = 60.0


@dataclass
class Shell:
    """`run` types one command into a terminal of this process, `start` into one of its own."""

    home: Path
    clock: ScaledClock = field(default_factory=lambda: ScaledClock(SPEED, datetime.now(UTC)))
    fronts: list[SocketFront] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ebay: EbayVendor = ebay_simulator(self.clock, 3, skus=SKUS, odd_listings=False, auto_consent=True)
        goods = Goods(skus=SKUS, stock=dict.fromkeys(SKUS, 40))
        self.gecko: TradeGeckoVendor = gecko_simulator(self.clock, 4, goods=goods, auto_consent=True)
        self.cart, self.warehouse = self.serve(self.ebay), self.serve(self.gecko)

    def serve(self, vendor: Any) -> SocketFront:
        front = SocketFront(vendor, FaultPlan()).start()
        vendor.base_url = front.url
        self.fronts.append(front)
        return front

    def close(self) -> None:
        for front in self.fronts:
            front.close()
        close_connections()

    # typing

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TRANTER_HOME": str(self.home),
            "TRANTER_ALLOW_HOSTS": "127.0.0.1",
            "TRANTER_CLOCK": f"{SPEED}@{self.clock._anchor.isoformat()}",
            **self.variables,
        }

    def run(self, *words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(cli, list(words), env=self.environment, input=typed or None)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def done(self, *words: str) -> Result:
        """For a command that has to succeed."""
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result

    def read(self, *words: str) -> Any:
        """What the command tells a program; its exit code is the caller's affair."""
        return json.loads(self.run(*words, "--json").stdout.splitlines()[-1])

    def start(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", "from tranter.cli import main; main()", *words]
        environment = {**os.environ, **self.environment, **variables}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    # the usual beginning

    def cart_words(self, name: str = "shop", **changed: str) -> list[str]:
        values = {"environment": "custom", "base_url": self.cart.url, "marketplace": "EBAY_US", **changed}
        return ["connect", "ebay", "--name", name, *(f"--set={key}={value}" for key, value in values.items())]

    def secret_words(self, vendor: Any) -> list[str]:
        found = {key: value for key, value in vendor.credentials().items() if key != "ru_name"}
        return [f"--secret={key}={value}" for key, value in found.items()]

    def warehouse_words(self, name: str = "warehouse") -> list[str]:
        return ["connect", "tradegecko", "--name", name, f"--set=base_url={self.warehouse.url}"]

    def connect(self) -> "Shell":
        self.done(*self.cart_words(), *self.secret_words(self.ebay))
        self.done(*self.warehouse_words(), *self.secret_words(self.gecko))
        return self

    def buy(self, sku: str = "LAMP", quantity: int = 1) -> str:
        """An order that is paid; its number."""
        return str(self.ebay.buy(Purchase((Want(sku, quantity),))).order_id)

    def order(self, number: str) -> Any:
        return self.read("orders", number)[0]

    def at_warehouse(self, number: str) -> list[str]:
        """The states of all orders there with this reference."""
        return [str(seen.status) for seen in self.gecko.orders() if seen.reference_number == number]
