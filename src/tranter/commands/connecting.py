"""Commands about connections: made, signed in, looked at, paused, and let loose on stock."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_json, print_table, tell, when

AUTO = "auto"

if TYPE_CHECKING:
    from tranter.engine.connecting import Connected
    from tranter.ledger.connections import ConnectionRecord


@click.command()
@click.argument("connector")
@click.option("--name", required=True, help="What you will call this connection.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting; may be repeated.")
@click.option(
    "--secret", "secrets", multiple=True, metavar="KEY=VALUE", help="A secret: k=value, k=@file, k=- (stdin)."
)
@click.option("--no-verify", is_flag=True, help="Save without looking at the account first.")
@click.option("--draft", is_flag=True, help="Save without letting it run.")
@click.option("--lent", is_flag=True, help="The house's own: to be lent to merchants, see `tranter lend`.")
@at_desk
def connect(
    desk: Desk, /, connector: str, name: str, settings: Sequence[str], secrets: Sequence[str], **how: bool
) -> None:
    """Connect an account at CONNECTOR, or change a connection that there is."""
    from tranter.engine.connecting import Wish, connect
    from tranter.ledger.book import HOUSE

    if how["lent"]:
        desk.merchant = HOUSE
    desk.ensure_merchant()
    wish = Wish(
        connector=connector,
        name=name,
        settings=pairs("--set", settings),
        secrets={key: secret(key, value) for key, value in pairs("--secret", secrets).items()},
        verify=not how["no_verify"],
        live=not how["draft"],
    )
    made = connect(desk.hub, desk.book, wish)
    show_connected(desk, made, "connected" if made.is_new else "changed")


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            shown = text if option == "--set" else key
            raise Failure(f"{option} {shown!r}: write KEY=VALUE", Exit.USAGE)
        pairs[key.strip()] = value
    return pairs


def secret(key: str, value: str) -> str:
    if value == "-":
        if sys.stdin.isatty():
            return str(click.prompt(key, hide_input=True, err=True)).strip()
        return sys.stdin.read().strip()
    if not value.startswith("@"):
        return value.strip()
    try:
        return Path(value[1:]).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"--secret {key}=@…: {error}", Exit.USAGE) from error


def show_connected(desk: Desk, made: "Connected", word: str) -> None:
    info = made.connection
    document = {**_document(info), "verified": made.seen is not None, "todo": made.todo}

    def draw() -> None:
        account = f"{info.account_name} ({info.account_id})" if info.account_id else "not looked at yet"
        click.echo(f"{info.name} is {word}: {info.connector}, {info.state.value}, account {account}")
        for name, value in sorted(info.facts.items()):
            click.echo(f"  {name.replace('_', ' ')}: {value}")
        tell(*(f"next: {line}" for line in made.todo))

    desk.show(document, draw)


def _document(info: "ConnectionRecord") -> dict[str, object]:
    return {
        "name": info.name,
        "connector": info.connector,
        "state": info.state.value,
        "state_reason": info.state_reason,
        "lent_by_house": info.lender is not None,
        "terms": info.terms,
        "account_id": info.account_id,
        "account_name": info.account_name,
        "settings": info.settings,
        "facts": info.facts,
        "live_at": info.live_at,
        "stock_live_at": info.stock_live_at,
        "sign_in_ends_at": info.sign_in_ends_at,
    }


@click.command("sign-in")
@click.argument("name")
@click.option("--url", default="", help="The whole address that the browser ended at.")
@at_desk
def sign_in(desk: Desk, name: str, url: str) -> None:
    """Sign in at the other system: opens its consent page, then takes the address it returned to."""
    from tranter.engine import consent
    from tranter.engine.connecting import Connected, todo

    info = desk.connection(name)
    if not url:
        begun = consent.begin(desk.hub, info, desk.config.base_url)
        if desk.as_json:
            print_json({"url": begun.url, "expires_at": begun.expires_at})
            return
        click.echo(begun.url)
        tell("Open this address, agree, and copy the whole address that the browser ends at.")
        if not sys.stdin.isatty():
            tell(f"Then, before {when(begun.expires_at)} UTC: tranter sign-in {name} --url ADDRESS")
            return
        url = click.prompt("Paste it here", err=True)
    done = consent.finish(desk.hub, url, info.id)
    info = done.connection
    show_connected(
        desk, Connected(connection=info, seen=done.seen, is_new=False, todo=todo(desk.hub, info)), "signed in"
    )


@click.command()
@click.argument("name")
@click.option("--preview", "with_preview", is_flag=True, help="Read orders and products too, and store nothing.")
@at_desk
def check(desk: Desk, name: str, with_preview: bool) -> None:
    """Look at the account again: is the sign-in good, whose is it, what does it allow."""
    from tranter.engine.connecting import check

    if with_preview:
        _show_preview(desk, name)
        return
    show_connected(desk, check(desk.hub, desk.book, name), "all right")


def _show_preview(desk: Desk, name: str) -> None:
    from tranter.engine.preview import preview

    found = preview(desk.hub, desk.book, desk.connection(name))

    def draw() -> None:
        click.echo(f"{name}: account {found.seen.account_name or found.seen.account_id}")
        if found.orders is not None:
            seen = found.orders
            click.echo(
                f"{seen.open} open orders since {when(seen.earliest)} UTC; {seen.too_old} older ones are left out,"
                f" {seen.shipped} are shipped, {seen.waiting} wait, {seen.elsewhere} are for elsewhere"
            )
        if found.products is not None:
            click.echo(f"{found.products} products at {found.warehouse or name}")
        rows = [
            (row.sku, row.orders, row.title, ", ".join(one.sku for one in row.suggestions))
            for row in found.strange_skus
        ]
        if rows:
            print_table("codes", ("code without a product", "orders", "title", "perhaps"), rows)
        for code, count in found.methods.items():
            click.echo(f"ship method {code} is not mapped ({count} orders): it travels as it is")

    desk.show(found, draw)


@click.command("connections")
@at_desk
def list_connections(desk: Desk) -> None:
    """List the connections, how they are, and when each flow ran."""
    from tranter.ledger import schedule
    from tranter.ledger.connections import all_of

    found = all_of(desk.book)
    flows = schedule.flows_of(desk.book.merchant_id)
    document = [
        {**_document(info), "flows": [line for line in flows if line.connection == info.name]} for info in found
    ]

    def draw() -> None:
        columns = ("name", "connector", "state", "account", "stock", "last run", "trouble")
        rows = []
        for info in found:
            mine = [line for line in flows if line.connection == info.name]
            ran = max((line.last_ok_at for line in mine if line.last_ok_at is not None), default=None)
            trouble = info.state_reason or "; ".join(sorted({line.trouble for line in mine if line.failures}))
            stock = "sent" if info.stock_live_at is not None else ""
            account = info.account_name or info.account_id
            rows.append((info.name, info.connector, info.state.value, account, stock, when(ran), trouble))
        print_table("connections yet: tranter connect CONNECTOR --name NAME …", columns, rows)

    desk.show(document, draw)


@click.command()
@click.argument("name")
@click.option("--reason", default="paused by hand", help="Kept with the connection.")
@at_desk
def pause(desk: Desk, name: str, reason: str) -> None:
    """Let nothing of connection NAME run until it is resumed."""
    from tranter.ledger.connections import ConnectionState, set_state

    info = desk.connection(name)
    set_state(desk.book, info.id, ConnectionState.PAUSED, reason, desk.now())
    _show_state(desk, name)


@click.command()
@click.argument("name")
@at_desk
def resume(desk: Desk, name: str) -> None:
    """Let connection NAME run again, or make a draft live."""
    from tranter.ledger.connections import ConnectionState, set_state

    info = desk.connection(name)
    if info.state is ConnectionState.NEEDS_SIGN_IN:
        raise Failure(f"{name} waits for a sign-in: tranter sign-in {name}", Exit.SIGN_IN)
    set_state(desk.book, info.id, ConnectionState.LIVE, "", desk.now())
    _show_state(desk, name)


def _show_state(desk: Desk, name: str) -> None:
    info = desk.connection(name)
    desk.show(_document(info), lambda: click.echo(f"{name} is {info.state.value}"))


@click.command()
@click.argument("name")
@click.argument("flow")
@click.argument("interval", metavar="SECONDS|5m|2h|1d|auto")
@at_desk
def every(desk: Desk, name: str, flow: str, interval: str) -> None:
    """Set how often FLOW of connection NAME runs; 0: only when there is something to do.

    What is set is the longest wait; while something happens, orders and shipments are looked for more often. auto: less
    often, too, while nothing does.
    """
    from tranter.engine import polling
    from tranter.engine.syncing import NoSuchFlow
    from tranter.ledger import schedule

    info, seconds = desk.connection(name), None if interval == AUTO else _seconds(interval)
    if seconds is None and flow not in polling.ADAPTING:
        raise Failure(f"only {' and '.join(polling.ADAPTING)} run as it comes", Exit.USAGE)
    if not polling.set_every(info.id, flow, seconds, desk.now()):
        names = sorted(line.name for line in schedule.flows_of(desk.book.merchant_id) if line.connection == name)
        raise NoSuchFlow(f"{name} has no flow {flow!r}; it has {', '.join(names)}")
    document = {"connection": name, "flow": flow, "every_seconds": seconds}
    text = _pace_text(seconds)
    desk.show(document, lambda: click.echo(f"{flow} of {name} runs {text}"))


def _pace_text(seconds: int | None) -> str:
    if seconds is None:
        return "more often while something happens, less often while nothing does"
    return f"every {seconds} s" if seconds else "only when there is something to do"


def _seconds(text: str) -> int:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    seconds = int(number) * units[unit] if number.isascii() and number.isdigit() else -1
    if not (seconds == 0 or 10 <= seconds <= 31 * 86400):
        raise Failure(f"{text!r}: write seconds, or 5m, 2h, 1d; between 10 s and 31 days", Exit.USAGE)
    return seconds
