"""Several processes call one account: together they stay within what the vendor allows it."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from tranter.ledger import account_calls
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.databases import on_postgresql
from tranter.ledger.setup import StorageTrouble, close_connections
from tranter.sdk.budget import Ask, Budget, Granted
from tranter.sdk.manifest import Pace
from tranter.sdk.ports import Clock

Answer = TypeVar("Answer")


class LedgerCalls:
    """Where the ledger can't be reached, nothing is granted: a call that was not made is known not to have been."""

    def __init__(self, account: str) -> None:
        self._account = sha256(account.encode()).hexdigest()

    def draw(self, ask: Ask) -> Granted:
        def work() -> Granted:
            return Granted(*account_calls.draw(self._account, ask.slot, ask.calls, ask.wanted, ask.gone))

        return _tried(work, Granted(0, 0))

    def give_back(self, slot: int, calls: int) -> None:
        _tried(lambda: account_calls.give_back(self._account, slot, calls), None)

    def close(self, until: datetime) -> None:
        _tried(lambda: account_calls.close(self._account, until), None)

    def left(self, slot: int, calls: int) -> int:
        return account_calls.left(self._account, slot, calls)


def account_of(info: ConnectionRecord) -> str:
    """What the vendor counts the calls of. Connections to the same account, whoever's they are, share them."""
    return f"{info.source.connector} {info.source.account}"


def budget_of(info: ConnectionRecord, clock: Clock, pace: Pace) -> Budget:
    """On SQLite there is one process, which counts by itself."""
    shared = LedgerCalls(account_of(info)) if on_postgresql() else None
    return Budget(clock, pace.calls, pace.seconds, shared)


def _tried(work: Callable[[], Answer], otherwise: Answer) -> Answer:
    try:
        return work()
    except StorageTrouble:
        close_connections()
        return otherwise
