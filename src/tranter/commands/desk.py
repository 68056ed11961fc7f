"""What a command works at: the configuration, the ledger of one merchant, and a hub when calls are to be made."""

import functools
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from tranter.commands.exits import Exit, Failure, opening_errors, working_errors
from tranter.commands.output import print_json

if TYPE_CHECKING:
    from datetime import datetime

    from tranter.config import Config
    from tranter.engine.clock import RealClock, ScaledClock
    from tranter.engine.hub import Hub
    from tranter.engine.pulse import Life
    from tranter.engine.team import Inviter
    from tranter.ledger.book import Book
    from tranter.ledger.connections import ConnectionRecord
    from tranter.ledger.team import Hand
    from tranter.ledger.vault import Vault

DEFAULT_MERCHANT = "default"
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
P = ParamSpec("P")


class Desk:
    """The ledger is open as long as the command runs; the hub is built when it is first asked for."""

    def __init__(self, config: "Config", merchant: str, as_json: bool, stack: ExitStack) -> None:
        from tranter.engine.clock import parse_clock
        from tranter.ledger.setup import close_connections, open_ledger

        self.config, self.merchant, self.as_json, self._stack = config, merchant, as_json, stack
        machine = parse_clock(config.clock)
        stack.callback(close_connections)
        self.vault: Vault = open_ledger(config.home, config.key_file, machine.now(), config.database_url)
        from tranter.engine.pulse import clock_of

        self.clock: RealClock | ScaledClock = clock_of(machine)

    def now(self) -> "datetime":
        return self.clock.now()

    @functools.cached_property
    def book(self) -> "Book":
        """The default merchant is made at first use; another one by its first connection."""
        from tranter.ledger.book import ensure_book, open_book

        if self.merchant == DEFAULT_MERCHANT:
            return ensure_book(self.vault, self.merchant, self.now())
        return open_book(self.vault, self.merchant)

    def ensure_merchant(self) -> "Book":
        from tranter.ledger.book import ensure_book

        return ensure_book(self.vault, self.merchant, self.now())

    @functools.cached_property
    def life(self) -> "Life":
        from tranter.engine.pulse import begin_life

        life = begin_life(self.config.home, self.clock)
        self._stack.callback(life.close)
        return life

    @functools.cached_property
    def hub(self) -> "Hub":
        import secrets
        from random import Random

        from tranter.engine.failpoints import parse_failpoint
        from tranter.engine.hub import Hub
        from tranter.engine.pool import ThreadPool
        from tranter.engine.ports import Ports
        from tranter.engine.power import doubt_after_cut
        from tranter.engine.uploads import Uploads
        from tranter.sdk.files import UPLOAD
        from tranter.sdk.outbound import Outbound
        from tranter.sdk.transports import Everywhere
        from tranter.web.server import speak_on_stderr

        speak_on_stderr(self.config.log_format)

        pool = ThreadPool(self.config.workers)
        self._stack.callback(pool.close)
        outbound = Outbound(allow_hosts=self.config.allow_hosts)
        drives = {UPLOAD: Uploads(self.config.uploads, self.vault)}
        transport = Everywhere(outbound, 1 / self.clock.scale, self.config.folders, drives)
        self._stack.callback(transport.close)
        ports = Ports(
            clock=self.clock,
            transport=transport,
            pool=pool,
            random=Random(secrets.token_bytes(16)),
            owner=self.life.name,
            failpoint=parse_failpoint(self.config.failpoint),
            pulse=self.life.pulse,
        )
        hub = Hub(self.vault, ports)
        doubt_after_cut(hub, self.config.home)
        return hub

    @property
    def hand(self) -> "Hand":
        from tranter.ledger.team import Hand

        return Hand(vault=self.vault, actor="operator", now=self.now())

    @property
    def operator(self) -> "Inviter":
        """Whoever types here may do everything."""
        from tranter.engine.team import Inviter

        return Inviter(id=None, name="", reach=None)

    def connection(self, name: str) -> "ConnectionRecord":
        from tranter.ledger.connections import by_name

        return by_name(self.book, name)

    def show(self, document: object, draw: Callable[[], None]) -> None:
        """The document with --json, else what `draw` prints."""
        if self.as_json:
            print_json(document)
        else:
            draw()


def desk_options(command: Callable[..., None]) -> Callable[..., None]:
    merchant = click.option(
        "--merchant", default=DEFAULT_MERCHANT, metavar="SLUG", show_default=True, help="Whose business."
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
    return merchant(as_json(command))


def sit_down(work: Callable[Concatenate[Desk, P], None]) -> Callable[..., None]:
    """Opens the ledger around `work`, and tells errors in one line."""

    @functools.wraps(work)
    def run(*arguments: Any, merchant: str, as_json: bool, **options: Any) -> None:
        if not SLUG.fullmatch(merchant):
            raise Failure(f"--merchant {merchant!r}: use lower-case letters, digits, dashes", Exit.USAGE)
        with ExitStack() as stack, opening_errors():
            desk = Desk(read_settings(), merchant, as_json, stack)
            with working_errors():
                work(desk, *arguments, **options)

    return run


def at_desk(work: Callable[Concatenate[Desk, P], None]) -> Callable[..., None]:
    """For a command: --merchant, --json, and the ledger opened."""
    return desk_options(sit_down(work))


def read_settings() -> "Config":
    """The environment's settings; what can't be used ends the command."""
    from tranter.config import read_config
    from tranter.engine.clock import parse_clock

    config = read_config()
    try:
        parse_clock(config.clock)
    except ValueError as error:
        raise Failure(str(error), Exit.USAGE) from error
    return config
