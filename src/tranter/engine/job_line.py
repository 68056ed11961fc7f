"""Where a flow that may start waits for whoever runs it: a worker on any machine, woken by Procrastinate.

A job is a wake-up and nothing more: it is never retried, holds no lock, and is deleted when it is done. What keeps a
flow at one run is the ledger's lease. Of one flow at most one job waits; so few wait in all that claiming stays fast.
"""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from tranter.engine.clock import running_seconds
from tranter.engine.lines import Crowd, Job, join_all
from tranter.ledger import jobs, schedule
from tranter.sdk.ports import Clock

QUEUE, TASK = "flows", "run_flow"
AHEAD = 4
"""Jobs that wait for each thread of a worker, at most."""
TURN_SECONDS = 5
"""A merchant's next flow counts as due so much later: those of a small one come before the hundredth of a big one."""
SINCE = 1_735_689_600  # 2025-01-01; a priority has 32 bits
CLEAN_SECONDS = 60.0


class JobLine:
    def __init__(self, size: int, clock: Clock) -> None:
        self._size, self._clock = size, clock
        self._task = App(connector=DjangoConnector()).task(name=TASK, queue=QUEUE)(self._wake)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="worker")
        self._work: Callable[[Job], None] = lambda job: None
        self._done: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="jobs", daemon=True)
        self._running, self._ended = 0, threading.Condition()
        self._cleaned_at = float("-inf")

    def start(self, work: Callable[[Job], None], done: Callable[[], None]) -> None:
        self._work, self._done = work, done
        self._thread.start()

    def crowd(self) -> Crowd:
        self._clean()
        waiting = jobs.waiting(QUEUE)
        return Crowd(waiting, Counter(schedule.leased(self._clock.now())), self._size * AHEAD - len(waiting))

    def put(self, job: Job) -> None:
        at = int(self._clock.now().timestamp()) - SINCE + TURN_SECONDS * (job.turn - 1)
        wanted = self._task.configure(queueing_lock=f"flow {job.flow_id}", priority=-at)
        with contextlib.suppress(AlreadyEnqueued):
            wanted.defer(flow_id=job.flow_id, connection_id=job.connection_id)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, seconds: float) -> bool:
        self._stopping.set()
        began = running_seconds()
        if self._loop is not None and self._serving is not None:
            with contextlib.suppress(RuntimeError):  # it has just ended
                self._loop.call_soon_threadsafe(self._serving.cancel)
        join_all([self._thread], seconds)
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._ended:
            while self._running and running_seconds() - began < seconds:
                self._ended.wait(0.1)
            return not self._running

    async def _wake(self, flow_id: int, connection_id: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._run, Job(flow_id, connection_id))

    def _run(self, job: Job) -> None:
        if self._stopping.is_set():
            return
        with self._ended:
            self._running += 1
        try:
            self._work(job)
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()
            self._done()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    asyncio.run(self._listen())
            except (ConnectorException, OSError) as error:
                structlog.get_logger().warning("no jobs at present", trouble=type(error).__name__)
            self._stopping.wait(1.0)

    async def _listen(self) -> None:
        self._loop, self._serving = asyncio.get_running_loop(), asyncio.current_task()
        app = App(connector=DjangoConnector().get_worker_connector())
        app.task(name=TASK, queue=QUEUE)(self._wake)
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._size,
                install_signal_handlers=False,
                delete_jobs="always",
                shutdown_graceful_timeout=20.0,
            )

    def _clean(self) -> None:
        if running_seconds() - self._cleaned_at > CLEAN_SECONDS:
            self._cleaned_at = running_seconds()
            jobs.forget_left(QUEUE)
