"""Errands: the same done to all orders that wait for one cause."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from tranter.commands.desk import Desk, at_desk, desk_options, sit_down
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.errands import ErrandState

LOOK_SECONDS = 0.2
NOT_POSSIBLE = "not possible: it is {what}"
ANSWERS = {
    "done": "done",
    "held": "it still waits: {what}",
    "no_answer": "the other system: {what}",
    "mistake": "a mistake in the program: {what}",
}


def answer_text(answer: str) -> str:
    word, _, what = answer.partition("/")
    return ANSWERS.get(word, NOT_POSSIBLE).format(what=what.replace("_", " "))


def one_or_many(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For a command on ORDER: with --kind instead, it is done to all orders that wait for that cause."""

    def decorate(work: Callable[..., None]) -> Callable[..., None]:
        def run(desk: Desk, /, order: str, kind: str, value: str | None, **options: Any) -> None:
            if bool(order) == bool(kind):
                raise Failure("name one ORDER, or the cause that its orders wait for: --kind KIND", Exit.USAGE)
            if order:
                work(desk, order, **options)
            elif options.get("anyway"):
                raise Failure("--anyway may send goods twice: name one ORDER", Exit.USAGE)
            else:
                _do_many(desk, what, (kind, value), {name: str(given) for name, given in options.items() if given})

        run.__name__, run.__doc__ = work.__name__, work.__doc__
        run.__dict__.update(work.__dict__)
        sat = at_desk(run)
        value = click.option("--value", default=None, help="With --kind: only for this SKU, carrier …")
        kind = click.option("--kind", default="", help="All orders that wait for this; see `tranter exceptions`.")
        return click.argument("order", required=False, default="")(kind(value(sat)))

    return decorate


def _do_many(desk: Desk, what: str, cause: tuple[str, str | None], detail: Mapping[str, str]) -> None:
    from tranter.ledger import errands, problems

    waiting = problems.order_ids(desk.book, problems.Cause(kind=cause[0], value=cause[1]))
    if not waiting:
        raise Failure(f"no order waits for {cause[0]}{f' {cause[1]}' if cause[1] else ''}: see `tranter exceptions`")
    wanted = errands.Wanted(what=what, order_ids=waiting, detail=detail)
    ended = see_through(desk, errands.start(desk.book, wanted, desk.now()))
    show_errand_state(desk, ended)
    if ended.failed:
        raise click.exceptions.Exit(int(Exit.PARTLY if ended.done else Exit.FAILED))


def see_through(desk: Desk, errand_id: int) -> "ErrandState":
    """Carried out by this process, unless a hub that runs is quicker."""
    from tranter.engine.errands import carry_out
    from tranter.ledger import errands

    state = errands.state(desk.book, errand_id)
    while state.open:
        if not carry_out(desk.hub, desk.life.is_dead, lambda: False):
            desk.clock.sleep(LOOK_SECONDS * desk.clock.scale)
        state = errands.state(desk.book, errand_id)
    return state


def show_errand_state(desk: Desk, one: "ErrandState") -> None:
    def draw() -> None:
        click.echo(f"{one.what.replace('_', ' ')}: {one.done:,} of {one.total:,} orders done ({one.state})")
        for answer, count in one.said.items():
            if answer != "done":
                click.echo(f"{count:,} × {answer_text(answer)}")

    desk.show(one, draw)


@click.group(invoke_without_command=True)
@desk_options
@click.pass_context
def errands(context: click.Context, /, **asked: Any) -> None:
    """List what was done to many orders at once; `show ID` and `stop ID` take one of them."""
    if context.invoked_subcommand is None:
        _list(**asked)


@sit_down
def _list(desk: Desk) -> None:
    from tranter.ledger import errands

    found = errands.newest(desk.book)

    def draw() -> None:
        rows = [(one.id, one.what, one.state, one.total, one.done, one.failed, when(one.created_at)) for one in found]
        print_table("errands", ("id", "what", "state", "orders", "done", "not", "since"), rows)

    desk.show(found, draw)


@errands.command("show")
@click.argument("number", type=int)
@at_desk
def show_errand(desk: Desk, number: int) -> None:
    """How far one is, and what came of it."""
    from tranter.ledger import errands

    try:
        show_errand_state(desk, errands.state(desk.book, number))
    except errands.UnknownErrand as error:
        raise Failure(str(error)) from error


@errands.command("stop")
@click.argument("number", type=int)
@at_desk
def stop_errand(desk: Desk, number: int) -> None:
    """Leave the orders that are not done yet as they are."""
    from tranter.ledger import errands

    if not errands.stop(desk.book, number, desk.now()):
        raise Failure(f"errand {number} is not under way: see `tranter errands`")
    tell(f"errand {number} is stopped")
    show_errand_state(desk, errands.state(desk.book, number))
