"""Running what is due, on threads of this process, for as long as it lives.

One thread asks the ledger what may start; the others run it. The ledger's lease keeps it at one run per flow whoever
else is running; a connection that hangs holds no more than its share of the threads.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from msgspec import Struct

from tranter.engine.clock import running_seconds
from tranter.engine.errands import carry_out
from tranter.engine.flow import FLOWS
from tranter.engine.hub import Hub
from tranter.engine.lines import PER_CONNECTION, Job, Line, ThreadLine
from tranter.engine.mistakes import where
from tranter.engine.retry import again_at
from tranter.engine.run import LEASE_SECONDS, run_flow
from tranter.engine.schedule import free_dead_owners
from tranter.engine.turns import may_lead
from tranter.engine.upkeep import look_after
from tranter.ledger import bell, connections, exceptions, schedule
from tranter.ledger.databases import on_postgresql
from tranter.ledger.privacy import ClockInDoubt
from tranter.ledger.schedule import Ending, Lease, Startable
from tranter.ledger.setup import StorageTrouble, close_connections

LOOK_SECONDS = 0.2
LOOK_AROUND_EVERY = 25  # looks: are other owners dead
UPKEEP_LOOK_SECONDS = 2.0
UPKEEP_TURN_SECONDS = 82_800.0
ERRAND_LOOK_SECONDS = 0.5
STORAGE_PAUSE_SECONDS = 1.0
STOP_SECONDS = 30.0


class Owed(Struct, frozen=True):
    """A lease that could not be given back, because the ledger could not be written."""

    lease: Lease
    ending: Ending


class Dispatcher:
    """`start`, then `wake` whenever something was rung in this process, then `stop`.

    `line` is where flows that may start wait for a thread: of this process, unless another one is given.
    """

    def __init__(
        self, hub: Hub, is_dead: Callable[[str], bool], workers: int = 8, line: Callable[[int], Line] | None = None
    ) -> None:
        self._hub, self._is_dead = hub, is_dead
        self._beat = max(LOOK_SECONDS / hub.ports.clock.scale, 0.02)
        self._bell, self._stopping = threading.Event(), threading.Event()
        self._line: Line = line(workers) if line is not None else ThreadLine(workers)
        self._owed: queue.SimpleQueue[Owed] = queue.SimpleQueue()
        self._looks = 0
        self._startable: list[Startable] = []
        self._rung = threading.Event()
        self._asked_at = float("-inf")
        self._troubles: dict[str, str] = {}
        self._kept_up = False
        self._ending_since: float | None = None
        self._scheduler = threading.Thread(target=self._schedule, name="schedule", daemon=True)
        self._upkeep = threading.Thread(target=self._look_after, name="upkeep", daemon=True)
        self._errand_bell = threading.Event()
        self._hearing = contextlib.ExitStack()
        self._errands = threading.Thread(target=self._run_errands, name="errands", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="bell", daemon=True)

    def start(self) -> None:
        self._line.start(self._work, self._bell.set)
        for thread in (self._scheduler, self._upkeep, self._errands):
            thread.start()
        if on_postgresql():
            self._listener.start()
        else:
            self._hearing.enter_context(bell.listening_here(self._heard))

    def wake(self) -> None:
        """Something may be due: look now instead of at the next beat."""
        self._heard()
        self._errand_bell.set()

    def _heard(self) -> None:
        self._rung.set()
        self._bell.set()

    @property
    def hub(self) -> Hub:
        return self._hub

    def alive(self) -> bool:
        return self._scheduler.is_alive() and self._line.alive()

    @property
    def trouble(self) -> str:
        """Why work waits at present; empty when it does not."""
        return "; ".join(dict.fromkeys(self._troubles.values()))

    def wind_down(self) -> None:
        """Takes nothing new from now on; `stop` counts its seconds from here."""
        if self._ending_since is None:
            self._ending_since = running_seconds()
        self._stopping.set()
        self._hub.stopping.set()
        self._hearing.close()
        self.wake()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Winds down and waits for what runs, so long. False when some calls are still without an answer.

        What they do to the other system is not known then: the next start looks it up.
        """
        self.wind_down()
        until = (self._ending_since or 0.0) + seconds
        self._scheduler.join(max(until - running_seconds(), 0.0))
        finished = self._line.stop(max(until - running_seconds(), 0.0))
        self._errands.join(max(until - running_seconds(), 0.0))
        with contextlib.suppress(StorageTrouble):
            self._settle_debts()
        return finished

    def _schedule(self) -> None:
        while not self._stopping.is_set():
            self._bell.wait(self._beat)
            self._bell.clear()
            self._try("schedule", self._look)
        close_connections()

    def _try(self, who: str, work: Callable[[], None]) -> bool:
        try:
            work()
        except StorageTrouble as error:
            self._in_trouble(who, f"the ledger can't be written: {error}")
        except ClockInDoubt as doubt:
            self._in_trouble(who, str(doubt))
        except Exception as error:  # noqa: BLE001 - whatever one round meets, the next one must still be made
            structlog.get_logger().error("mistake", thread=who, error=type(error).__name__, where=where(error))
            self._in_trouble(who, f"a mistake in the program: {type(error).__name__}")
        else:
            self._at_ease(who)
            return True
        return False

    def _look(self) -> None:
        self._settle_debts()
        if self._looks % LOOK_AROUND_EVERY == 0:
            free_dead_owners(self._hub, self._is_dead)
        self._looks += 1
        is_time = self._rung.is_set() or running_seconds() - self._asked_at >= self._beat
        if self._stopping.is_set() or not (is_time or self._startable):
            return
        crowd = self._line.crowd()
        room, share = crowd.room, crowd.connections
        if room <= 0:
            return
        if is_time:
            self._ask([connection_id for connection_id, count in share.items() if count >= PER_CONNECTION])
        left: list[Startable] = []
        for one in self._startable:
            if one.flow_id in crowd.flows:
                continue
            if room <= 0 or share[one.connection_id] >= PER_CONNECTION:
                left.append(one)
                continue
            share[one.connection_id] += 1
            room -= 1
            self._line.put(Job(one.flow_id, one.connection_id, one.turn))
        self._startable = left

    def _ask(self, full: Sequence[int]) -> None:
        """Once in a beat, and when something rang: a run that ends makes room for the next of what was found then."""
        self._rung.clear()
        self._asked_at = running_seconds()
        self._startable = schedule.startable(self._hub.ports.clock.now(), full)

    def _look_after(self) -> None:
        """Once a day, beginning now; a minute later when it could not be done."""
        clock = self._hub.ports.clock
        due_at = clock.now()
        while not self._stopping.is_set():
            if clock.now() >= due_at:
                done = self._try("upkeep", self._keep_up) and self._kept_up
                due_at = clock.now() + (timedelta(days=1) if done else timedelta(minutes=1))
            self._stopping.wait(UPKEEP_LOOK_SECONDS)
        close_connections()

    def _keep_up(self) -> None:
        self._kept_up = not may_lead(self._hub, "upkeep", UPKEEP_TURN_SECONDS) or look_after(self._hub)

    def _run_errands(self) -> None:
        while not self._stopping.is_set():
            self._try("errands", self._carry_out)
            self._errand_bell.wait(ERRAND_LOOK_SECONDS)
            self._errand_bell.clear()
        close_connections()

    def _carry_out(self) -> None:
        carry_out(self._hub, self._is_dead, self._stopping.is_set)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            self._try("bell", self._hear)
        close_connections()

    def _hear(self) -> None:
        bell.listen(self.wake, lambda: not self._stopping.is_set())

    def _work(self, job: Job) -> None:
        if not self._stopping.is_set():
            self._try("work", partial(self._run, job))

    def _run(self, job: Job) -> None:
        hub = self._hub
        held = schedule.lease(job.flow_id, hub.ports.owner, LEASE_SECONDS, hub.ports.clock.now())
        if held is None:
            return
        try:
            counts = run_flow(hub, held, FLOWS[held.name])
            if counts.done() or not held.every_seconds:  # it may have rung others
                self._rung.set()
        except StorageTrouble as error:
            ending = Ending(ok=False, trouble=f"the ledger can't be written: {error}", again_at=self._soon())
            self._owed.put(Owed(held, ending))
            raise
        except Exception as error:  # noqa: BLE001 - a mistake in one flow must not take the thread from the others
            self._failed(held, error)

    def _soon(self) -> datetime:
        return self._hub.ports.clock.now() + timedelta(seconds=5)

    def _failed(self, held: Lease, error: Exception) -> None:
        """A mistake of ours, or of a connector: shown as an exception, tried again by the schedule."""
        name = type(error).__name__
        log = structlog.get_logger()
        log.error("mistake", flow=held.name, connection=held.connection_id, error=name, where=where(error))
        hub, now = self._hub, self._hub.ports.clock.now()
        ending = Ending(
            ok=False,
            trouble=f"a mistake in the program: {name}",
            again_at=again_at(now, held.failures + 3, None, hub.ports.random),
        )
        self._owed.put(Owed(held, ending))
        info = connections.by_id(held.connection_id)
        trouble = exceptions.Trouble(
            kind="flow_stopped",
            subject=f"{info.name} {held.name}",
            cause=f"a mistake in the program: {name}",
            remedy="the log has the details; it is tried again by itself, and an update may cure it",
            connection_id=info.id,
        )
        self._settle_debts()  # before it stands as an exception: the success that ends the failure ends that, too
        exceptions.raise_exceptions(hub.book(info), [trouble], now)

    def _settle_debts(self) -> None:
        while True:
            try:
                owed = self._owed.get_nowait()
            except queue.Empty:
                return
            try:
                schedule.end(owed.lease, owed.ending, self._hub.ports.clock.now())
            except StorageTrouble:
                self._owed.put(owed)
                raise

    def _in_trouble(self, who: str, trouble: str) -> None:
        if trouble != self._troubles.get(who):
            structlog.get_logger().error("work waits", thread=who, trouble=trouble)
        self._troubles[who] = trouble
        close_connections()
        self._stopping.wait(STORAGE_PAUSE_SECONDS)

    def _at_ease(self, who: str) -> None:
        if trouble := self._troubles.pop(who, ""):
            structlog.get_logger().info("work goes on", thread=who, after=trouble)
