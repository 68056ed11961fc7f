"""Who is told what: `tranter tell`."""

import sys

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table

TOPICS = ("sign_in_needed", "sign_in_ends", "sku", "delivery", "stock", "silence", "errors")


@click.group("tell")
def tell() -> None:
    """Who is told what waits for a person."""


@tell.command("list")
@at_desk
def list_rules(desk: Desk) -> None:
    """List the rules. Where there is none for a topic, those are told whom it concerns."""
    from tranter.ledger.notices import rules

    found = rules(desk.vault)
    shown = [
        {"id": one.id, "topic": one.topic, "merchant": one.merchant, "channel": one.channel, "to": one.shown}
        for one in found
    ]

    def draw() -> None:
        rows = [(one.id, one.topic.value, one.merchant or "all", one.channel.value, one.shown) for one in found]
        print_table("rules", ("id", "topic", "of", "by", "to"), rows)

    desk.show(shown, draw)


@tell.command("add")
@click.argument("topic", type=click.Choice(TOPICS))
@click.argument("address", default="")
@click.option("--for", "of", default=None, metavar="SLUG", help="Of this merchant only.")
@click.option("--label", default="", help="How the address is shown.")
@click.option("--nobody", is_flag=True, help="Nobody is to be told of this topic.")
@at_desk
def add(desk: Desk, /, topic: str, address: str, of: str | None, **more: str | bool) -> None:
    """Tell ADDRESS of TOPIC: an e-mail, or - to read an apprise URL (Slack, Teams …), which is a secret, from stdin."""
    from tranter.engine.channels import ChannelProblem
    from tranter.engine.telling import add_rule
    from tranter.ledger.notices import Channel, NewRule, Topic
    from tranter.ledger.team import TeamProblem

    if "://" in address:
        raise Failure("an apprise URL is a secret: write - and pipe it in, or type it", Exit.USAGE)
    channel = Channel.NOBODY if more["nobody"] else Channel.APPRISE if address == "-" else Channel.MAIL
    new = NewRule(
        merchant=_merchant(desk, of),
        topic=Topic(topic),
        channel=channel,
        address=_typed() if channel is Channel.APPRISE else address,
        label=str(more["label"]),
    )
    try:
        made = add_rule(desk.hand, desk.operator, new)
    except (TeamProblem, ChannelProblem) as error:
        raise Failure(str(error), Exit.USAGE) from error
    desk.show({"id": made.id}, lambda: click.echo(f"rule {made.id}: {made.topic.value} is told to {made.shown}"))


def _merchant(desk: Desk, slug: str | None) -> str | None:
    from tranter.ledger.book import open_book

    if slug is not None:
        open_book(desk.vault, slug)
    return slug


def _typed() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("apprise URL", hide_input=True, err=True))
    return sys.stdin.readline().strip()


@tell.command("remove")
@click.argument("number", type=int)
@at_desk
def remove(desk: Desk, number: int) -> None:
    """Take a rule away."""
    from tranter.engine.telling import remove_rule
    from tranter.ledger.team import TeamProblem

    try:
        gone = remove_rule(desk.hand, desk.operator, number)
    except TeamProblem as error:
        raise Failure(str(error), Exit.USAGE) from error
    desk.show({"removed": gone.id}, lambda: click.echo(f"rule {gone.id} is gone"))


@tell.command("test")
@click.argument("number", type=int)
@at_desk
def test(desk: Desk, number: int) -> None:
    """Say hello by this rule at once, and tell what was answered."""
    from tranter.engine.smtp import Undeliverable
    from tranter.engine.telling import try_rule
    from tranter.ledger.team import TeamProblem

    try:
        known = try_rule(desk.hand, desk.operator, number, desk.config.mail)
    except TeamProblem as error:
        raise Failure(str(error), Exit.USAGE) from error
    except Undeliverable as error:
        raise Failure(str(error), Exit.REMOTE_DOWN) from error
    desk.show({"told": known.shown}, lambda: click.echo(f"{known.shown} took it"))
