"""`tranter sync`: what is due runs now, in this process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit
from tranter.commands.output import print_json, tell

if TYPE_CHECKING:
    from types import FrameType

    from rich.status import Status

    from tranter.engine.run import Counts

COLUMNS = (
    ("orders_pulled", "orders in"),
    ("fulfillments_pushed", "to the warehouse"),
    ("shipments_pulled", "parcels back"),
    ("shipments_pushed", "tracking to the cart"),
    ("stock_pushed", "stock levels out"),
)


@click.command()
@click.argument("connection", required=False)
@click.argument("flow", required=False)
@click.option("--until-idle", is_flag=True, help="Go on until nothing is due; look-ups that are pending count as due.")
@click.option("--wait", is_flag=True, help="With --until-idle: wait for retries, too.")
@at_desk
def sync(desk: Desk, connection: str | None, flow: str | None, until_idle: bool, wait: bool) -> None:
    """Run what is due now; or all of CONNECTION, or one FLOW of it, due or not."""
    from tranter.engine.syncing import Ask, Watch, sync

    info = desk.connection(connection) if connection else None
    ask = Ask(connection=info, flow=flow or "", until_idle=until_idle or wait, retries=wait)
    began = desk.clock.monotonic()
    with stoppable() as stop, _shown(desk) as status:

        def look(counts: "Counts") -> None:
            if status is not None:
                status.update(_sentence(counts))

        counts = sync(desk.hub, desk.book, ask, Watch(is_dead=desk.life.is_dead, stop=stop.is_set, look=look))
    document = _document(desk, counts, desk.clock.monotonic() - began)
    if desk.as_json:
        print_json(document)
    else:
        click.echo(f"{_sentence(counts)}; {document['calls']} calls in {document['seconds']} s")
    code = _outcome(desk, connection, stop.is_set())
    if code is not Exit.DONE:
        raise click.exceptions.Exit(int(code))


class Stop:
    """Set by Ctrl-C or SIGTERM: the run under way is finished first. The second Ctrl-C ends at once."""

    def __init__(self) -> None:
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def hear(self, number: int, frame: "FrameType | None") -> None:
        if self._set:
            raise KeyboardInterrupt
        self._set = True
        tell("stopping after this run; press Ctrl-C again to stop at once")


@contextmanager
def stoppable() -> Iterator[Stop]:
    stop = Stop()
    before = {number: signal.signal(number, stop.hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown(desk: Desk) -> "Iterator[Status | None]":
    """A line that moves, on a terminal only."""
    from rich.console import Console

    console = Console(stderr=True)
    if desk.as_json or not console.is_terminal:
        yield None
        return
    with console.status("looking for what is due …") as status:
        yield status


def _sentence(counts: "Counts") -> str:
    parts = [f"{getattr(counts, name)} {label}" for name, label in COLUMNS]
    return f"{counts.runs} runs: {', '.join(parts)}"


def _document(desk: Desk, counts: "Counts", seconds: float) -> dict[str, object]:
    from tranter.ledger import exceptions, intents

    return {
        "runs": counts.runs,
        **{name: getattr(counts, name) for name, _ in COLUMNS},
        "calls": desk.hub.calls_made(),
        "unknown": intents.count_unknown(desk.book.merchant_id),
        "exceptions": exceptions.count_open(desk.book),
        "seconds": round(seconds, 3),
    }


def _outcome(desk: Desk, only: str | None, stopped: bool) -> Exit:
    """What did not go well, in a line each. Orders that wait for a person are no failure of the run."""
    from tranter.ledger import book, schedule
    from tranter.ledger.connections import ConnectionState, all_of

    if reason := book.pushes_paused():
        tell(f"nothing is sent at present: {reason}; first: tranter reconcile")
    infos = [info for info in all_of(desk.book) if only in (None, info.name)]
    if not infos:
        tell("nothing is connected yet: tranter connect CONNECTOR --name NAME …")
    waiting = [info for info in infos if info.state is ConnectionState.NEEDS_SIGN_IN]
    live = {info.name for info in infos if info.runs}
    flows = [line for line in schedule.flows_of(desk.book.merchant_id) if line.connection in live]
    failing = {line.connection: line for line in flows if line.failures}
    for info in waiting:
        tell(f"{info.name} needs a sign-in ({info.state_reason}): tranter sign-in {info.name}")
    for name, line in failing.items():
        tell(f"{name}: {line.trouble}; {line.name} is tried again at {line.due_at:%H:%M:%S} UTC")
    if waiting:
        return Exit.SIGN_IN
    if failing and live == set(failing):
        return Exit.REMOTE_DOWN
    return Exit.PARTLY if failing or stopped else Exit.DONE
