"""A person's hand on orders: explain, retry, hold, release, cancel, resend, reconcile."""

import sys
from typing import TYPE_CHECKING

import click

from tranter.commands.changes import draw_changes
from tranter.commands.desk import Desk, at_desk
from tranter.commands.errands import one_or_many
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_json, print_table, tell, when

if TYPE_CHECKING:
    from tranter.engine.explain import AtCart, Explained
    from tranter.engine.operator import Outcome
    from tranter.engine.reconcile import Report


@click.command()
@click.argument("order")
@at_desk
def explain(desk: Desk, order: str) -> None:
    """Tell where ORDER is, why, and what happens next. Takes an order, warehouse or tracking number."""
    from tranter.engine import explain

    found = explain.explain(desk.hub, desk.book, order)
    asked = [] if found else explain.ask_carts(desk.hub, desk.book, order)

    def draw() -> None:
        for one in found:
            _draw_story(one)
        if not found:
            _draw_carts(order, asked)

    desk.show({"orders": found, "carts": asked}, draw)
    if not found:
        raise click.exceptions.Exit(int(Exit.FAILED))


def _draw_story(one: "Explained") -> None:
    order = one.order
    click.echo(
        f"{order.number}  {order.status}  {order.total} {order.currency}  {order.connection} {order.marketplace}"
    )
    if order.cust_ref != order.number:
        click.echo(f"known to warehouses as {order.cust_ref}")
    click.echo(f"where: {one.where}")
    if one.why:
        click.echo(f"why:   {one.why}")
    due = f", at {one.next_at:%Y-%m-%d %H:%M:%S} UTC" if one.next_at is not None else ""
    click.echo(f"next:  {one.next}{due}")
    if one.story.warehouse_url:
        click.echo(f"there: {one.story.warehouse_url}")
    if one.changes:
        draw_changes(one.changes)
    rows = [
        (f"{step.at:%Y-%m-%d %H:%M:%S}", step.what, step.detail or "; ".join(step.calls), step.actor)
        for step in one.story.steps
    ]
    print_table("steps", ("UTC", "what happened", "", "by"), rows)


def _draw_carts(text: str, asked: "list[AtCart]") -> None:
    click.echo(f"{text} is not here.")
    for one in asked:
        click.echo(f"{one.connection}: {one.says}")
    if not asked:
        tell("no cart is connected that could be asked")


def _show_outcome(desk: Desk, outcome: "Outcome") -> None:
    document = {"order": outcome.order, "said": outcome.said}
    desk.show(document, lambda: click.echo(f"{outcome.order.number}: {outcome.said}"))


@click.command()
@one_or_many("retry")
def retry(desk: Desk, order: str) -> None:
    """Try again what was refused or waits, after the cause was corrected."""
    from tranter.engine import operator

    _show_outcome(desk, operator.retry(desk.hub, desk.book, operator.find(desk.book, order)))


@click.command()
@click.argument("order")
@click.option("--reason", default="", help="For the journal.")
@at_desk
def hold(desk: Desk, order: str, reason: str) -> None:
    """Keep ORDER from being sent until it is released."""
    from tranter.engine import operator

    _show_outcome(desk, operator.hold(desk.hub, desk.book, operator.find(desk.book, order), reason))


@click.command()
@one_or_many("release")
def release(desk: Desk, order: str) -> None:
    """Send ORDER in spite of what holds it, or of the time that it waits for."""
    from tranter.engine import operator

    _show_outcome(desk, operator.release(desk.hub, desk.book, operator.find(desk.book, order)))


@click.command()
@click.option("--reason", default="", help="For the journal.")
@one_or_many("cancel")
def cancel(desk: Desk, order: str, reason: str) -> None:
    """Don't send ORDER, or stop it at the warehouse. The cart is not told."""
    from tranter.engine import operator

    _show_outcome(desk, operator.cancel(desk.hub, desk.book, operator.find(desk.book, order), reason))


@click.command()
@click.option("--anyway", is_flag=True, help="Even when the warehouse has something like it. One ORDER only.")
@click.option("--confirm", default="", metavar="NUMBER", help="With --anyway: the order's number once more.")
@one_or_many("resend")
def resend(desk: Desk, order: str, anyway: bool, confirm: str) -> None:
    """Send ORDER again if the warehouse has it no longer; looks there first."""
    from tranter.engine import operator

    found = operator.find(desk.book, order)
    if anyway:
        _confirmed(found.number, confirm)
    _show_outcome(desk, operator.resend(desk.hub, desk.book, found, anyway))


def _confirmed(number: str, confirm: str) -> None:
    """It may leave twice: who wants that types which one."""
    if not confirm and sys.stdin.isatty():
        confirm = str(click.prompt(f"It may leave twice. Type {number} to send it all the same", err=True))
    if confirm.strip() != number:
        raise Failure(f"nothing was sent; it may leave twice: confirm with --confirm {number}", Exit.PARTLY)


@click.command()
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far back.")
@at_desk
def reconcile(desk: Desk, days: int) -> None:
    """Compare cart, hub and warehouse, order by order; after a restore, also let things be sent again."""
    from rich.console import Console

    from tranter.engine import reconcile
    from tranter.ledger.book import pushes_paused

    console = Console(stderr=True)
    paused = pushes_paused()
    with console.status("…") as status:
        if paused:
            reports = reconcile.reconcile_restored(desk.hub, status.update)
        else:
            reports = {desk.merchant: reconcile.reconcile(desk.hub, desk.book, days, status.update)}
    if desk.as_json:
        print_json({"merchants": reports, "pushes_paused": bool(pushes_paused())})
    else:
        for slug, report in reports.items():
            _draw_report(slug if len(reports) > 1 else "", report)
    if paused and not pushes_paused():
        tell("things are sent again; what may be there already is looked up first")
    _judge(reports)


def _draw_report(slug: str, report: "Report") -> None:
    rows = [(one.order, one.kind.replace("_", " "), one.cause, one.remedy) for one in report.differences]
    if rows:
        print_table("differences", ("order", "what", "cause", "what to do"), rows)
    place = f"{slug}: " if slug else ""
    click.echo(
        f"{place}{report.accounted_for:,} of {report.orders:,} orders accounted for since {when(report.since)} UTC, "
        f"{report.deliveries:,} deliveries looked up, {report.adopted:,} found that were not on record"
    )
    for line in report.not_asked:
        tell(f"not asked: {line}")


def _judge(reports: "dict[str, Report]") -> None:
    if any(report.not_asked for report in reports.values()):
        raise Failure("not everybody answered: run it again later", Exit.REMOTE_DOWN)
    if any(report.differences for report in reports.values()):
        raise click.exceptions.Exit(int(Exit.PARTLY))
