"""People at the terminal: `tranter user`. Whoever types here may do everything."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.team import Member, NewPerson

T = TypeVar("T")
ROLES = ("owner", "operator", "viewer")
LOCAL_URL = "http://127.0.0.1:8321"


@click.group("user")
def user() -> None:
    """Who may sign in."""


@user.command("list")
@at_desk
def list_users(desk: Desk) -> None:
    """List everybody, those who were switched off last."""
    from tranter.ledger.team import members

    found = members()

    def draw() -> None:
        rows = [
            (one.email, one.name, one.role.value, _reach(one), "" if one.active else "off", when(one.last_seen_at))
            for one in found
        ]
        print_table("users", ("e-mail", "name", "role", "reaches", "", "last sign-in"), rows)

    desk.show(found, draw)


def _reach(one: "Member") -> str:
    if one.everywhere:
        return "every merchant (staff)"
    return " ".join(one.merchants) + (" (staff)" if one.staff else "")


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="How they are called.")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option("--staff", is_flag=True, help="Of the house: for every merchant, or those named by --for.")
@click.option("--for", "merchants", multiple=True, metavar="SLUG", help="A merchant that they see; may be repeated.")
@click.option("--invite", is_flag=True, help="They choose the password themselves, by a link that is mailed.")
@at_desk
def add(desk: Desk, /, email: str, invite: bool, **given: str | bool | tuple[str, ...]) -> None:
    """Make an account for EMAIL. The password is typed, or piped in."""
    new = _person(email, given)
    if invite:
        _invite(desk, new)
        return
    from tranter.ledger import team

    made = _tried(lambda: team.add(desk.hand, team.checked(new), _password()))
    desk.show(made, lambda: click.echo(f"{made.email} may sign in as {made.role.value}"))


def _person(email: str, given: "dict[str, str | bool | tuple[str, ...]]") -> "NewPerson":
    from tranter.ledger.team import NewPerson, Role

    staff, named = bool(given["staff"]), given["merchants"]
    merchants = named if isinstance(named, tuple) else ()
    return NewPerson(
        email=email,
        name=str(given.get("name", "")),
        role=Role(given["role"]),
        staff=staff,
        everywhere=staff and not merchants,
        merchants=merchants,
    )


def _invite(desk: Desk, new: "NewPerson") -> None:
    from tranter.engine.team import invite

    line, link = _tried(lambda: invite(desk.hand, desk.operator, new, desk.config.base_url or LOCAL_URL))

    def draw() -> None:
        click.echo(link)
        tell(f"this link makes the account of {line.person.email}; it counts once, until {when(line.expires_at)} UTC")

    desk.show({"link": link, "email": line.person.email, "expires_at": line.expires_at}, draw)


@user.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--staff/--no-staff", default=None, help="Of the house, or of a merchant.")
@click.option("--for", "merchants", multiple=True, metavar="SLUG", help="The merchants that they see from now on.")
@at_desk
def set_role(desk: Desk, email: str, role: str, staff: bool | None, merchants: tuple[str, ...]) -> None:
    """Change what EMAIL may do, and whom they reach; what is not named stays."""
    from tranter.ledger import team

    def work() -> "Member":
        known = team.member(email)
        is_staff = known.staff if staff is None else staff
        wanted = team.NewPerson(
            email=known.email,
            role=team.Role(role),
            staff=is_staff,
            everywhere=is_staff and not merchants and (known.everywhere or not known.merchants),
            merchants=merchants or known.merchants,
        )
        return team.change(desk.hand, known.id, wanted)

    made = _tried(work)
    desk.show(made, lambda: click.echo(f"{made.email} is {made.role.value} and reaches {_reach(made) or 'nobody'}"))


@user.command("password")
@click.argument("email")
@at_desk
def set_password(desk: Desk, email: str) -> None:
    """Give EMAIL a new password, typed or piped in. It signs them out everywhere."""
    from tranter.ledger import team

    made = _tried(lambda: team.set_password(desk.hand, team.member(email).id, _password()))
    desk.show(made, lambda: click.echo(f"{made.email} has a new password"))


@user.command("forget-factors")
@click.argument("email")
@at_desk
def forget_factors(desk: Desk, email: str) -> None:
    """EMAIL has lost the app, the keys and the codes: the password alone signs them in until they add new ones."""
    from tranter.ledger import team
    from tranter.ledger.factors import drop

    known = _tried(lambda: team.member(email))
    count = drop(known.id)
    desk.show({"forgotten": count}, lambda: click.echo(f"{count} forgotten; {known.email} signs in by password"))


@user.command("off")
@click.argument("email")
@at_desk
def switch_off(desk: Desk, email: str) -> None:
    """EMAIL may not sign in any more, and is signed out at once."""
    _switch(desk, email, active=False)


@user.command("on")
@click.argument("email")
@at_desk
def switch_on(desk: Desk, email: str) -> None:
    """EMAIL may sign in again."""
    _switch(desk, email, active=True)


def _switch(desk: Desk, email: str, active: bool) -> None:
    from tranter.ledger import team

    made = _tried(lambda: team.set_active(desk.hand, team.member(email).id, active))
    desk.show(made, lambda: click.echo(f"{made.email} {'may sign in' if active else 'is switched off'}"))


def _password() -> str:
    """Never an option: those stand in the shell's history and in the list of processes."""
    import sys

    if sys.stdin.isatty():
        return str(click.prompt("password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _tried(work: Callable[[], T]) -> T:
    from tranter.ledger.team import TeamProblem

    try:
        return work()
    except TeamProblem as error:
        raise Failure(str(error), Exit.USAGE) from error


@user.command("link")
@click.argument("email")
@at_desk
def link(desk: Desk, email: str) -> None:
    """Print an address that signs EMAIL in once, within an hour."""
    from tranter.ledger.entering import EntryProblem, entry_token

    try:
        url = f"{desk.config.base_url or LOCAL_URL}/enter/{entry_token(email)}"
    except EntryProblem as problem:
        raise Failure(str(problem)) from problem
    desk.show({"url": url}, lambda: click.echo(url))
