"""One run of one flow of one connection."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from tranter.engine.hub import Hub, Plug
from tranter.engine.parties import Party
from tranter.engine.polling import next_look
from tranter.engine.retry import again_at
from tranter.ledger import connections, exceptions, lending, schedule
from tranter.ledger.book import Book, pushes_paused
from tranter.ledger.connections import ConnectionRecord
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError

LEASE_SECONDS = 300.0
CALL = timedelta(seconds=95)


class Counts(msgspec.Struct):
    runs: int = 0
    orders_pulled: int = 0
    fulfillments_pushed: int = 0
    shipments_pulled: int = 0
    shipments_pushed: int = 0
    stock_pulled: int = 0
    stock_pushed: int = 0
    cancellations_pushed: int = 0

    def done(self) -> dict[str, int]:
        """What is not zero, without the runs themselves."""
        counted = {name: getattr(self, name) for name in self.__struct_fields__ if name != "runs"}
        return {name: count for name, count in counted.items() if count}

    def add(self, other: "Counts") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class LeaseTooShort(Exception):
    """Nothing is sent: too little of the lease is left for a call, the process is asked to end, or held for dead."""


class Run:
    """What a flow works with. `again_at` is set by a flow that has more to do before its regular time.

    `cursor` is where the next run goes on, after pages on which there was nothing to be written down.
    """

    def __init__(self, hub: Hub, info: ConnectionRecord, lease: schedule.Lease) -> None:
        self.hub, self.info, self.lease = hub, info, lease
        self._pulse = hub.ports.pulse()
        self.plug: Plug = hub.plug(info)
        self.book: Book = hub.book(info)
        self.counts = Counts()
        self.again_at: datetime | None = None
        self.cursor: str | None = None

    def now(self) -> datetime:
        return self.hub.ports.clock.now()

    def failpoint(self, name: str) -> None:
        self.hub.ports.failpoint(name)

    def check_time(self) -> None:
        """Before each call: the lease outlives the call's own deadline, or the call is not made."""
        if self.hub.stopping.is_set() or self.lease.until - self.now() < CALL:
            raise LeaseTooShort
        self._check_pulse()

    def _check_pulse(self) -> None:
        pulse = self.hub.ports.pulse()
        if pulse is None or pulse != self._pulse:
            raise LeaseTooShort

    def renew(self) -> None:
        """Between batches and between pages."""
        if self.hub.stopping.is_set():
            raise LeaseTooShort
        self._check_pulse()
        if self.lease.until - self.now() < timedelta(seconds=LEASE_SECONDS / 2):
            self.lease = schedule.renew(self.lease, LEASE_SECONDS, self.now())

    def wake(self, connection_id: int, *names: str) -> None:
        schedule.ring(connection_id, names, self.now())

    def come_back(self, at: datetime | None) -> None:
        if at is not None:
            self.again_at = at if self.again_at is None else min(at, self.again_at)

    def parties(self) -> list[Party]:
        if not self.info.is_of_house:
            return [Party(book=self.book, info=self.info)]
        shares = lending.shares(self.info)
        borrowers = lending.borrowers(self.info)
        return [Party(book=self.hub.book(info), info=info, shares=shares) for info in borrowers]


Flow = Callable[[Run], None]


def run_flow(hub: Hub, held: schedule.Lease, flow: Flow) -> Counts:
    """Runs it under the lease, and gives the lease back with the next time. Never raises a connector's error."""
    run = Run(hub, connections.by_id(held.connection_id), held)
    stopped: RejectedError | UnexpectedResponseError | None = None
    try:
        with hub.progress.shown(held, run.counts.done, run.now()):
            flow(run)
        ending = schedule.Ending(ok=True, again_at=run.again_at, wait_seconds=next_look(run), cursor=run.cursor)
        if held.failures:
            _resolve_failing(run)
    except schedule.LeaseLost:
        return run.counts
    except LeaseTooShort:
        ending = schedule.Ending(ok=True, again_at=run.now())
    except AuthError as error:
        source = run.info.source
        connections.needs_sign_in(hub.book(source), source, error.reason, run.now())
        ending = schedule.Ending(ok=False, trouble=error.reason)
    except TransientError as error:
        at = again_at(run.now(), held.failures + 1, error.retry_after, hub.ports.random)
        ending = schedule.Ending(ok=False, trouble=error.reason, again_at=at)
    except (RejectedError, UnexpectedResponseError) as error:
        stopped = error
        at = again_at(run.now(), held.failures + 3, None, hub.ports.random)
        ending = schedule.Ending(ok=False, trouble=error.reason, again_at=at)
    run.counts.runs += 1
    run.plug.budget.give_back()
    schedule.end(run.lease, msgspec.structs.replace(ending, counts=run.counts.done()), run.now())
    if stopped is not None:  # afterwards: whatever stands as an exception has a failure that a success ends
        _raise_stopped(run, stopped)
    return run.counts


def may_push() -> bool:
    """False after a restore, until the remotes were looked at."""
    return not pushes_paused()


def _raise_stopped(run: Run, error: RejectedError | UnexpectedResponseError) -> None:
    excerpt = f" It said: {error.excerpt[:300]}" if isinstance(error, UnexpectedResponseError) and error.excerpt else ""
    trouble = exceptions.Trouble(
        kind="flow_stopped",
        subject=f"{run.info.name} {run.lease.name}",
        cause=f"{error.reason}.{excerpt}",
        remedy="see what the other system answers; the flow is tried again by itself",
        connection_id=run.info.id,
    )
    exceptions.raise_exceptions(run.book, [trouble], run.now())


def _resolve_failing(run: Run) -> None:
    exceptions.resolve_subject(run.book, "flow_stopped", f"{run.info.name} {run.lease.name}", run.now())
