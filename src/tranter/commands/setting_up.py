"""Commands around a connection's set-up: the application's keys, links for account owners, tests, copies, the end."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tranter.commands.connecting import pairs, secret, show_connected
from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.ledger.trials import TrialView

ACTOR = "operator"


@click.command()
@click.argument("connector")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the application.")
@click.option("--secret", "secrets", multiple=True, metavar="KEY=VALUE", help="A secret: k=value, k=@file, k=-.")
@at_desk
def application(desk: Desk, connector: str, settings: Sequence[str], secrets: Sequence[str]) -> None:
    """Keep the keys of your application at CONNECTOR's vendor: new connections there are made with them."""
    from tranter.engine.setting_up import give_keys, keys_of
    from tranter.ledger.applications import Keys

    if settings or secrets:
        hidden = {key: secret(key, value) for key, value in pairs("--secret", secrets).items()}
        sheet = give_keys(desk.hub, connector, Keys(pairs("--set", settings), hidden))
    else:
        sheet = keys_of(desk.hub, connector)
    document = {"settings": sheet.settings, "secrets": sorted(sheet.secrets), "missing": sheet.missing}

    def draw() -> None:
        for name, value in sorted(sheet.settings.items()):
            click.echo(f"{name}: {value}")
        for name in sorted(sheet.secrets):
            click.echo(f"{name}: given")
        tell(*(f"missing: {name}" for name in sheet.missing))

    desk.show(document, draw)


@click.command()
@click.argument("name")
@click.argument("email")
@at_desk
def share(desk: Desk, name: str, email: str) -> None:
    """Ask the owner of an account, at EMAIL, to sign in for connection NAME: a link that works once, for 72 hours."""
    from tranter.engine.sharing import Asked, ask

    info = desk.connection(name)
    if "@" not in email.strip("@"):
        raise Failure(f"{email!r} is no e-mail address", Exit.USAGE)
    if not desk.config.base_url:
        raise Failure("the link needs the hub's address: set TRANTER_BASE_URL", Exit.USAGE)
    sent = ask(desk.hub, info, Asked(email=email, base_url=desk.config.base_url))
    by_mail = desk.config.mail is not None
    document = {"url": sent.url, "expires_at": sent.link.expires_at, "subject": sent.subject, "text": sent.text}

    def draw() -> None:
        click.echo(sent.url)
        if by_mail:
            tell(f"`tranter up` sends it to {email}")
        else:
            tell("nothing here can send mail (TRANTER_EMAIL_URL); send this yourself:", "", sent.subject, "", sent.text)

    desk.show(document, draw)


@click.command("share-links")
@click.argument("name")
@click.option("--revoke", type=int, default=None, metavar="ID", help="Take this link back.")
@at_desk
def share_links(desk: Desk, name: str, revoke: int | None) -> None:
    """List the set-up links of connection NAME, or take one back."""
    from tranter.ledger import sharing

    info = desk.connection(name)
    if revoke is not None:
        mine = {link.id for link in sharing.links_of(desk.book, info.id, desk.now())}
        if revoke not in mine or not sharing.revoke(desk.book, revoke, desk.now()):
            raise Failure(f"{name} has no open link {revoke}")
    found = sharing.links_of(desk.book, info.id, desk.now())

    def draw() -> None:
        rows = [(link.id, link.email, link.state.value, when(link.created_at), when(link.expires_at)) for link in found]
        print_table("set-up links", ("id", "for", "state", "made", "until"), rows)

    desk.show(found, draw)


@click.command("test-order")
@click.argument("name")
@click.option("--sku", default="", help="The cart's code; without it the first that both sides know.")
@click.option("--ship-method", "method", default="", help="The cart's word for how it is sent.")
@click.option("--show", "shown", type=int, default=None, metavar="ID", help="How a test order stands.")
@click.option("--cancel", type=int, default=None, metavar="ID", help="Cancel a test order at the warehouse again.")
@at_desk
def test_order(desk: Desk, /, name: str, sku: str, method: str, **which: int | None) -> None:
    """Send a test order of cart NAME to the warehouse, as a draft that says so; `--cancel` takes it back."""
    from tranter.engine import trial_order

    info = desk.connection(name)
    shown, cancel = which["shown"], which["cancel"]
    if cancel is not None:
        view = _carried_out(desk, trial_order.end(desk.hub, desk.book, cancel), "stops")
    elif shown is not None:
        view = trial_order.follow(desk.book, shown)
    else:
        view = _carried_out(desk, trial_order.begin(desk.hub, desk.book, info, sku, method), "deliveries")
    desk.show(view, lambda: _draw_trial(view))


def _carried_out(desk: Desk, view: "TrialView", flow: str) -> "TrialView":
    from tranter.engine import trial_order
    from tranter.engine.syncing import Ask, Watch, sync

    warehouse = desk.connection(view.warehouse)
    sync(desk.hub, desk.book, Ask(connection=warehouse, flow=flow), Watch(is_dead=desk.life.is_dead))
    return trial_order.follow(desk.book, view.id)


def _draw_trial(view: "TrialView") -> None:
    there = f"{view.warehouse} as {view.warehouse_number}" if view.warehouse_number else f"not at {view.warehouse} yet"
    click.echo(f"{view.number} (id {view.id}): {view.status.replace('_', ' ')}, {there}")
    for code, sku, product in view.codes:
        click.echo(f"  {code} is sent as {sku}, product {product}")
    if view.method_in:
        click.echo(f"  {view.method_in} is sent as {view.method_out}")
    if view.reason:
        tell(view.reason)


@click.command()
@click.argument("name")
@click.argument("new_name")
@at_desk
def duplicate(desk: Desk, name: str, new_name: str) -> None:
    """Make a draft NEW_NAME with the settings of NAME; somebody has to sign in there."""
    from tranter.engine import setting_up

    show_connected(desk, setting_up.duplicate(desk.hub, desk.book, desk.connection(name), new_name), "copied")


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@at_desk
def remove(desk: Desk, name: str, yes: bool) -> None:
    """Remove connection NAME: its credentials are deleted, its flows stop, its orders stay."""
    from tranter.engine import setting_up

    info = desk.connection(name)
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Remove {name}?", err=True)):
        raise Failure(f"nothing was removed; agree with: tranter remove {name} --yes", Exit.PARTLY)
    setting_up.remove(desk.hub, desk.book, info, ACTOR)
    said = f"{name} is removed; its orders stay. For 30 days: tranter bring-back {name}"
    desk.show({"removed": name}, lambda: click.echo(said))


@click.command("bring-back")
@click.argument("name", required=False, default="")
@at_desk
def bring_back(desk: Desk, name: str) -> None:
    """Bring connection NAME back that was removed in the last 30 days; without NAME, list those."""
    from tranter.engine import setting_up
    from tranter.ledger import removed

    if not name:
        found = removed.removed(desk.book, desk.now())
        rows = [(one.name, one.connector, one.account, when(one.removed_at), when(one.until)) for one in found]
        columns = ("name", "connector", "account", "removed", "until")
        desk.show(found, lambda: print_table("removed connections", columns, rows))
        return
    try:
        info = setting_up.bring_back(desk.hub, desk.book, name, ACTOR)
    except removed.NameTaken as error:
        raise Failure(str(error)) from error
    then = "sign-in" if info.state.value == "needs_sign_in" else "resume"
    said = f"{info.name} is back, without its credentials: tranter {then} {info.name}"
    desk.show({"name": info.name, "state": info.state.value}, lambda: click.echo(said))


@click.command()
@click.argument("name")
@click.option("--limit", default=30, show_default=True, help="How many.")
@at_desk
def runs(desk: Desk, name: str, limit: int) -> None:
    """List the last runs of connection NAME that did something or failed."""
    from tranter.ledger.runs import newest

    found = newest(desk.book, desk.connection(name).id, limit)

    def draw() -> None:
        columns = ("flow", "at", "seconds", "did", "trouble")
        rows = [
            (
                line.flow,
                when(line.started_at),
                f"{line.seconds:.1f}",
                ", ".join(f"{word.replace('_', ' ')} {count}" for word, count in line.counts.items()),
                line.trouble,
            )
            for line in found
        ]
        print_table("runs that did something yet", columns, rows)

    desk.show(found, draw)
