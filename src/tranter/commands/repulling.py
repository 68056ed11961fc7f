"""`tranter repull`: a stretch of time read again, without support."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.output import tell, when

if TYPE_CHECKING:
    from tranter.engine.repull import Repulled

DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command()
@click.argument("connection")
@click.option("--from", "since", type=DAY, required=True, help="Orders bought from this day on (UTC).")
@click.option("--to", "until", type=DAY, help="Orders bought before this day; else until now.")
@click.option("--orders", "most", type=click.IntRange(1, 20_000), default=2000, show_default=True, help="At most.")
@at_desk
def repull(desk: Desk, connection: str, since: datetime, until: datetime | None, most: int) -> None:
    """Read a stretch of time at CONNECTION again. Nothing that is here already is doubled."""
    from tranter.engine import repull as engine

    end = until.replace(tzinfo=UTC) if until is not None else desk.now()
    asked = engine.Stretch(since=since.replace(tzinfo=UTC), until=end, most=most)
    found = engine.repull(desk.hub, desk.book, desk.connection(connection), asked, "operator")
    desk.show(found, lambda: _draw(found))


def _draw(found: "Repulled") -> None:
    new = sum(found.new.values())
    click.echo(
        f"{found.connection}, bought {when(found.since)} to {when(found.until)}: {found.found} orders, "
        f"{found.known} here already ({found.changed} of them changed), {new} new, {found.unreadable} unreadable"
    )
    for status, count in sorted(found.new.items()):
        click.echo(f"  {count} {status.replace('_', ' ')}")
    if found.new.get("skipped"):
        tell("why one was not taken: tranter explain ORDER; to take it all the same: tranter send-anyway ORDER")
    if not found.whole:
        tell("there are more: read a shorter stretch, or more of them with --orders")
