"""The outbox: `tranter letters`."""

import click

from tranter.commands.desk import Desk, at_desk, desk_options, sit_down
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

STATES = ("waiting", "sent", "failed", "kept")


@click.group("letters", invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES), default=None, help="Only these.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@desk_options
@click.pass_context
def letters(context: click.Context, /, **asked: str | int | bool | None) -> None:
    """List the letters of this hub, the newest first; `show ID` reads one, so that it can be sent by hand."""
    if context.invoked_subcommand is None:
        _list(**asked)


@sit_down
def _list(desk: Desk, state: str | None, limit: int) -> None:
    from tranter.ledger.letters import letters

    found = letters(desk.vault, limit, state or "")

    def draw() -> None:
        rows = [(one.id, when(one.created_at), one.state, one.to, one.subject, one.trouble) for one in found]
        print_table("letters", ("id", "UTC", "state", "to", "subject", "trouble"), rows)
        if desk.config.mail is None and any(one.state != "sent" for one in found):
            tell("there is no mail server (TRANTER_EMAIL_URL): read them with `tranter letters show ID`")

    desk.show(found, draw)


@letters.command("show")
@click.argument("number", type=int)
@at_desk
def show(desk: Desk, number: int) -> None:
    """Show one letter with its text, as long as it was not sent."""
    from tranter.ledger.letters import UnknownLetter, letter

    try:
        one = letter(desk.vault, number)
    except UnknownLetter as error:
        raise Failure(str(error), Exit.USAGE) from error

    def draw() -> None:
        click.echo(f"to: {one.to}\nsubject: {one.subject}\nstate: {one.state} {one.trouble}".rstrip())
        click.echo(f"\n{one.text}" if one.text else "\n(its text is not kept here)")

    desk.show(one, draw)


@letters.command("send")
@click.argument("number", type=int)
@at_desk
def send(desk: Desk, number: int) -> None:
    """Let a letter that failed or was kept go now: the running hub sends it."""
    from tranter.ledger.letters import UnknownLetter, letter, send_again

    try:
        send_again(number, desk.now())
    except UnknownLetter as error:
        raise Failure(str(error), Exit.USAGE) from error
    desk.show(letter(desk.vault, number), lambda: click.echo(f"letter {number} is due now"))


@letters.command("test")
@click.argument("address")
@at_desk
def test(desk: Desk, address: str) -> None:
    """Send a letter to ADDRESS at once, past the outbox, and tell what the mail server says."""
    from tranter.engine.mailing import Message, send_now
    from tranter.engine.smtp import Undeliverable

    if desk.config.mail is None:
        raise Failure("there is no mail server: set TRANTER_EMAIL_URL", Exit.USAGE)
    text = "This hub can send mail. Nothing else is to be done."
    message = Message(key=f"test/{desk.now().isoformat()}", to=address, subject="Tranter can send mail", text=text)
    try:
        send_now(desk.vault, desk.config.mail, message, desk.now())
    except Undeliverable as error:
        raise Failure(str(error), Exit.REMOTE_DOWN) from error
    desk.show({"sent": address}, lambda: click.echo(f"{desk.config.mail.place if desk.config.mail else ''} took it"))
