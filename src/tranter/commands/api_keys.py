"""Keys for programs: `tranter api-key`."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.api_keys import Key, MadeKey

LEVELS = ("cart", "merchant", "warehouse")
SCOPES = ("read", "write", "manage")


@click.group("api-key")
def api_key() -> None:
    """What programs sign in with, at both APIs."""


@api_key.command("create")
@click.option("--level", type=click.Choice(LEVELS), required=True, help="One cart, one merchant, or all of them.")
@click.option("--name", required=True, help="What uses it; without --connection also what the API cart is called.")
@click.option("--connection", default="", metavar="NAME", help="Of level cart: this one, instead of a new API cart.")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, help="May be repeated.  [default: read, write]"
)
@click.option("--expires", default="", metavar="DATE|DAYS", help="The last day on which it opens, or how many days.")
@at_desk
def create(desk: Desk, /, level: str, name: str, scopes: tuple[str, ...], expires: str, **more: str) -> None:
    """Make a key, and show it this once."""
    from tranter.engine import api_keys
    from tranter.ledger.api_keys import USUAL, Level, Scope

    if level == "merchant":
        _ = desk.book  # there is such a merchant, or the command ends here
    elif level == "cart":
        desk.ensure_merchant()
    wanted = api_keys.WantedKey(
        level=Level(level),
        name=name,
        merchant=None if level == "warehouse" else desk.merchant,
        connection=more["connection"],
        scopes=frozenset(map(Scope, scopes)) or USUAL,
        expires_at=_expiry(expires, desk.now()),
    )
    _show(desk, api_keys.make(desk.hub, desk.hand, desk.operator, wanted))


def _expiry(text: str, now: datetime) -> datetime | None:
    from tranter.engine.api_keys import end_of

    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return now + timedelta(days=int(text))
    try:
        return end_of(date.fromisoformat(text), UTC)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no day such as 2026-12-31, and no number of days") from error


@api_key.command("list")
@click.option("--all", "everybody", is_flag=True, help="Of every merchant, and of the installation.")
@at_desk
def list_keys(desk: Desk, everybody: bool) -> None:
    """List the keys, those that were revoked last."""
    from tranter.ledger import api_keys

    now = desk.now()
    found = api_keys.keys(None if everybody else [desk.merchant])

    def draw() -> None:
        columns = ("user", "name", "level", "merchant", "connection", "may", "last use", "")
        print_table("keys", columns, [_row(one, now) for one in found])

    desk.show(found, draw)


def _row(one: "Key", now: datetime) -> tuple[object, ...]:
    scopes = " ".join(sorted(scope.value for scope in one.scopes))
    return (
        *(one.api_user, one.name, one.level.value, one.merchant, one.connection, scopes, when(one.last_used_at)),
        _standing(one, now),
    )


def _standing(one: "Key", now: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    if one.expires_at is None:
        return ""
    return f"{'expired' if one.has_expired(now) else 'until'} {when(one.expires_at)}"


@api_key.command("revoke")
@click.argument("user")
@at_desk
def revoke(desk: Desk, user: str) -> None:
    """The key of USER opens nothing from now on."""
    from tranter.ledger import api_keys

    made = api_keys.revoke(desk.hand, api_keys.key(user).id)
    desk.show(made, lambda: click.echo(f"{made.api_user} ({made.name}) is revoked"))


@api_key.command("cycle")
@click.argument("user")
@at_desk
def cycle(desk: Desk, user: str) -> None:
    """Give USER another key, and show it this once; the old one opens nothing from now on."""
    from tranter.ledger import api_keys

    _show(desk, api_keys.cycle(desk.hand, api_keys.key(user).id))


def _show(desk: Desk, made: "MadeKey") -> None:
    def draw() -> None:
        click.echo(f"api_user {made.key.api_user}\napi_key  {made.secret}")
        tell("keep it now: it is not shown again")

    desk.show({"api_user": made.key.api_user, "api_key": made.secret}, draw)
