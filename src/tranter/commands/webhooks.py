"""Webhooks out: `tranter webhook`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.webhooks import WebhookLine

NUMBER = click.argument("number", type=int)
ONCE = "the secret, shown this once"


@click.group("webhook")
def webhook() -> None:
    """Tell an address of yours what happens, signed by Standard Webhooks."""


@webhook.command("list")
@at_desk
def list_webhooks(desk: Desk) -> None:
    """List the merchant's webhooks."""
    from tranter.ledger.webhooks import listed

    found = listed(desk.book)

    def draw() -> None:
        rows = [(one.id, one.url, _events(one), one.state, when(one.failing_since)) for one in found]
        print_table("webhooks", ("number", "address", "events", "state", "failing since"), rows)

    desk.show(found, draw)


def _events(one: "WebhookLine") -> str:
    return ", ".join(one.events) or "all"


@webhook.command("add")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Only this; may be repeated. Else all.")
@click.option(
    "--style",
    type=click.Choice(("standard", "cartrover")),
    default="standard",
    show_default=True,
    help="As Standard Webhooks says, or whole orders as CartRover tells them: new ones, if no event is named.",
)
@at_desk
def add(desk: Desk, url: str, events: Sequence[str], style: str) -> None:
    """Tell URL what happens. The secret that its messages are signed with is the last line."""
    from tranter.engine.webhooks import add
    from tranter.ledger.webhooks import Wanted

    wanted = Wanted(url=url, events=tuple(events), style=style)
    made, secret = add(desk.book, wanted, "operator", desk.now())
    tell(f"webhook {made.id} tells {made.host} of: {_events(made)}")
    _show_secret(desk, made, secret)


@webhook.command("renew-secret")
@NUMBER
@at_desk
def renew_secret(desk: Desk, number: int) -> None:
    """Make a new secret. For 24 hours messages are signed with the old one, too."""
    from tranter.ledger.webhooks import renew_secret

    made, secret = renew_secret(desk.book, number, "operator", desk.now())
    _show_secret(desk, made, secret)


def _show_secret(desk: Desk, made: "WebhookLine", secret: str) -> None:
    if not desk.as_json:
        tell(f"{ONCE}:")
    desk.show({"id": made.id, "secret": secret}, lambda: click.echo(secret))


@webhook.command("change")
@NUMBER
@click.option("--url", default=None, help="Another address.")
@click.option("--event", "events", multiple=True, help="Only this; may be repeated.")
@click.option("--all-events", is_flag=True, help="Everything that happens.")
@at_desk
def change(desk: Desk, number: int, url: str | None, events: Sequence[str], all_events: bool) -> None:
    """Change where a webhook goes or what it tells; what is not named stays."""
    from tranter.engine.webhooks import change
    from tranter.ledger.webhooks import Wanted, one

    known = one(desk.book, number)
    told = () if all_events else tuple(events) or known.events
    wanted = Wanted(url=url or known.url, events=told)
    made = change(desk.book, number, wanted, "operator", desk.now())
    desk.show(made, lambda: click.echo(f"webhook {made.id} tells {made.host} of: {_events(made)}"))


@webhook.command("remove")
@NUMBER
@at_desk
def remove(desk: Desk, number: int) -> None:
    """Remove a webhook, and what it has not told yet."""
    from tranter.ledger.webhooks import remove

    gone = remove(desk.book, number, "operator", desk.now())
    desk.show({"removed": gone.id}, lambda: click.echo(f"webhook {gone.id} is gone"))


@webhook.command("pause")
@NUMBER
@at_desk
def pause(desk: Desk, number: int) -> None:
    """Tell nothing for now: it waits, for 30 days at most."""
    from tranter.ledger.webhooks import pause

    made = pause(desk.book, number, "", "operator", desk.now())
    desk.show(made, lambda: click.echo(f"webhook {made.id} is paused"))


@webhook.command("resume")
@NUMBER
@at_desk
def resume(desk: Desk, number: int) -> None:
    """Go on, with all that waits."""
    from tranter.ledger.webhooks import resume

    made = resume(desk.book, number, "operator", desk.now())
    desk.show(made, lambda: click.echo(f"webhook {made.id} goes on"))


@webhook.command("test")
@NUMBER
@at_desk
def test(desk: Desk, number: int) -> None:
    """Send a test message at once, and tell what was answered."""
    from tranter.engine.webhooks import try_out

    tried = try_out(desk.hub, desk.book, number)
    if not tried.taken:
        raise Failure(f"not taken: {tried.note}", Exit.REMOTE_DOWN)
    desk.show(tried, lambda: click.echo(f"taken: {tried.note}"))


@webhook.command("messages")
@NUMBER
@click.option("--state", type=click.Choice(["waiting", "sent", "failed"]), default=None, help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@at_desk
def messages(desk: Desk, number: int, state: str | None, limit: int) -> None:
    """List what a webhook was told or is to be told, the newest first."""
    from tranter.ledger.webhooks import messages

    found = messages(desk.book, number, state or "", limit=limit)

    def draw() -> None:
        rows = [(one.id, when(one.at), one.event, one.subject, one.state, one.attempts) for one in found]
        print_table("messages", ("message", "at", "event", "of", "state", "attempts"), rows)

    desk.show(found, draw)


@webhook.command("attempts")
@click.argument("message", type=int)
@at_desk
def attempts(desk: Desk, message: int) -> None:
    """List each time MESSAGE was carried there, and what was answered."""
    from tranter.ledger import webhooks

    webhooks.message(desk.book, message)
    found = webhooks.attempts(desk.book, message)

    def draw() -> None:
        rows = [(when(one.at), "taken" if one.taken else "not taken", one.note) for one in found]
        print_table("attempts", ("at", "result", "answer"), rows)

    desk.show(found, draw)


@webhook.command("replay")
@click.argument("messages", type=int, nargs=-1)
@click.option("--failed", "number", type=int, default=None, metavar="WEBHOOK", help="All that this one did not take.")
@click.option("--since", type=click.DateTime(), default=None, help="With --failed: only what happened since (UTC).")
@at_desk
def replay(desk: Desk, messages: Sequence[int], number: int | None, since: datetime | None) -> None:
    """Send MESSAGES once more, each under its id: a receiver that has it knows that."""
    from tranter.ledger import webhooks

    if number is None:
        for one in messages:
            webhooks.message(desk.book, one)
        count = webhooks.replay(desk.book, messages, desk.now())
    else:
        began = since.replace(tzinfo=UTC) if since is not None else datetime.fromtimestamp(0, UTC)
        count = webhooks.replay_failed(desk.book, number, began, desk.now())
    desk.show({"replayed": count}, lambda: click.echo(f"{count} messages go once more"))
