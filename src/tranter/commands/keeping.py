"""Commands that keep the installation: up, journal, doctor, backup, config."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk, read_settings
from tranter.commands.exits import Exit, Failure, opening_errors
from tranter.commands.output import print_json, print_table, tell

if TYPE_CHECKING:
    from tranter.config import Config


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True)
def up(host: str, port: int) -> None:
    """Run the hub: workers, webhooks, the sign-in's return address and all pages, in one process."""
    from tranter.web.server import ServeProblem, serve

    with opening_errors():
        try:
            code = serve(read_settings(), host, port)
        except ServeProblem as error:
            raise Failure(str(error)) from error
    raise click.exceptions.Exit(code)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True)
def web(host: str, port: int) -> None:
    """Serve webhooks, the API and all pages, and run nothing: for a ledger on PostgreSQL, beside `tranter worker`."""
    from tranter.web.server import ServeProblem, serve_pages

    with opening_errors():
        try:
            code = serve_pages(read_settings(), host, port)
        except ServeProblem as error:
            raise Failure(str(error)) from error
    raise click.exceptions.Exit(code)


@click.command()
@click.option("--health-port", type=click.IntRange(0, 65535), help="Says there how it is.")
@click.option("--health-host", default="127.0.0.1", show_default=True)
def worker(health_port: int | None, health_host: str) -> None:
    """Run what is due, and serve nothing: for a ledger on PostgreSQL, as many of them as wanted.

    With a port for it, /livez, /readyz and /metrics of this worker are answered there.
    """
    from tranter.web.server import Address, ServeProblem, work

    with opening_errors():
        try:
            code = work(read_settings(), None if health_port is None else Address(health_host, health_port))
        except ServeProblem as error:
            raise Failure(str(error)) from error
    raise click.exceptions.Exit(code)


@click.command()
@click.argument("subject", required=False, default="")
@click.option("--verify", is_flag=True, help="Is the chain of entries whole?")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@at_desk
def journal(desk: Desk, subject: str, verify: bool, limit: int) -> None:
    """List what happened, the newest first; of SUBJECT only (an order's number, a connection's name)."""
    from tranter.ledger import journal

    if verify:
        broken = journal.broken_at(desk.book)
        if broken is not None:
            raise Failure(f"entry {broken} does not follow from the one before it: the journal was changed")
        desk.show({"whole": True}, lambda: click.echo("the journal is whole"))
        return
    found = journal.lines(desk.book, subject, limit)

    def draw() -> None:
        rows = [
            (
                line.number,
                f"{line.at:%Y-%m-%d %H:%M:%S}",
                line.actor,
                line.what.replace("_", " "),
                line.subject,
                ", ".join(f"{name}: {value}" for name, value in line.detail.items() if value not in ("", None)),
            )
            for line in found
        ]
        print_table("entries", ("no", "UTC", "by", "what", "of", "detail"), rows)

    desk.show(found, draw)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def doctor(as_json: bool) -> None:
    """Look over the installation: files, keys, ledger, connections, what is overdue."""
    from tranter.ledger.setup import configure

    config = read_settings()
    configure(config.database)
    from tranter.engine.doctor import checks

    with opening_errors():
        found = checks(config)
    if as_json:
        print_json(found)
    else:
        print_table("checks", ("", "check", "what was seen"), [(_mark(one.ok), one.name, one.text) for one in found])
    if not all(one.ok for one in found):
        raise click.exceptions.Exit(int(Exit.FAILED))


def _mark(ok: bool) -> str:
    return "ok" if ok else "look"


@click.group("config")
def config() -> None:
    """The settings of the environment."""


@config.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def check_config(as_json: bool) -> None:
    """Tell what the environment sets, and what of it can't be used. Opens nothing, changes nothing."""
    from tranter.ledger.databases import named

    with opening_errors():
        found = read_settings()
    rows = [
        ("TRANTER_HOME", str(found.home)),
        ("TRANTER_KEY_FILE", str(found.key_file)),
        ("TRANTER_DATABASE_URL", named(found.database) if found.database_url else "SQLite in TRANTER_HOME"),
        ("TRANTER_BASE_URL", found.base_url or "none: webhooks can't come in, sign-ins are pasted"),
        ("TRANTER_EMAIL_URL", _mail(found)),
        ("TRANTER_ALLOW_HOSTS", " ".join(sorted(found.allow_hosts)) or "none: public addresses only"),
        ("TRANTER_FOLDERS", os.pathsep.join(map(str, found.folders)) or "none"),
        ("TRANTER_EGRESS_IPS", " ".join(found.egress_ips) or "not told"),
        ("TRANTER_WORKERS", str(found.workers)),
        ("TRANTER_METRICS_TOKEN", "set" if found.metrics_token else "none: /metrics is for this machine alone"),
        ("TRANTER_LOG_FORMAT", found.log_format),
        ("TRANTER_CLOCK", found.clock),
    ]
    troubles = [text for text in (_folder_trouble(found.home), _key_trouble(found.key_file)) if text]
    if as_json:
        print_json({"settings": dict(rows), "troubles": troubles})
    else:
        print_table("settings", ("variable", "value"), rows)
    if troubles:
        raise Failure("; ".join(troubles), Exit.USAGE)
    if not as_json:
        tell("all of it can be used")


def _mail(found: "Config") -> str:
    """Without the password."""
    if found.mail is None:
        return "none: letters are kept, to be read with `tranter letters`"
    how = "TLS" if found.mail.tls else "STARTTLS" if found.mail.starttls else "not encrypted"
    return f"{found.mail.place} ({how}), from {found.mail.sender}"


def _folder_trouble(home: Path) -> str:
    import os

    place = home
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return f"TRANTER_HOME: {place} is not a folder"
    return "" if os.access(place, os.W_OK) else f"TRANTER_HOME: {place} can't be written by this user"


def _key_trouble(path: Path) -> str:
    import stat

    if not path.exists():
        return ""
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"TRANTER_KEY_FILE: {path} can be read by others (mode {mode:o}): chmod 600 it" if mode & 0o077 else ""


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--with-key", is_flag=True, help="Put the key file in: whoever has it then reads everything.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def backup(target: Path, with_key: bool, as_json: bool) -> None:
    """Write a backup to TARGET, a file or a folder. The hub may go on running."""
    from tranter.engine.clock import parse_clock
    from tranter.ledger.backup import BackupProblem, create, refuse_shared

    config = read_settings()
    with opening_errors():
        try:
            refuse_shared(config.database_url)
            path = create(config.home, config.key_file, target, parse_clock(config.clock).now(), with_key)
        except BackupProblem as error:
            raise Failure(str(error)) from error
    if as_json:
        print_json({"backup": str(path), "with_key": with_key})
        return
    click.echo(path)
    if not with_key:
        tell(f"the key file is not in it: keep a copy of {config.key_file} somewhere else")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def restore(source: Path, as_json: bool) -> None:
    """Put the backup SOURCE in the ledger's place. Nothing is sent afterwards until `tranter reconcile`."""
    from tranter.engine.clock import parse_clock
    from tranter.ledger.backup import BackupProblem, refuse_shared
    from tranter.ledger.restore import restore

    config = read_settings()
    with opening_errors():
        try:
            refuse_shared(config.database_url)
            contents = restore(config.home, config.key_file, source, parse_clock(config.clock).now())
        except BackupProblem as error:
            raise Failure(str(error)) from error
    if as_json:
        print_json(contents)
        return
    click.echo(f"restored the ledger of {contents.created_at:%Y-%m-%d %H:%M} UTC")
    tell("nothing is sent until the other systems were looked at: tranter reconcile")


@click.command()
@at_desk
def restored(desk: Desk) -> None:
    """Say that the ledger was put back from a dump of its database. Nothing is sent until `tranter reconcile`."""
    from tranter.ledger.restored import pause_restored

    pause_restored(desk.now())
    desk.show(
        {"paused": True},
        lambda: click.echo("nothing is sent until the other systems were looked at: tranter reconcile"),
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def migrate(as_json: bool) -> None:
    """Make the ledger, or bring it up to date. With PostgreSQL: once per version, before the processes start."""
    from tranter.engine.clock import parse_clock
    from tranter.ledger.databases import named
    from tranter.ledger.setup import migrate_ledger

    config = read_settings()
    with opening_errors():
        migrate_ledger(config.home, config.key_file, parse_clock(config.clock).now(), config.database_url)
    if as_json:
        print_json({"ledger": named(config.database)})
        return
    click.echo(f"the ledger {named(config.database)} is up to date")


@click.command("rotate-keys")
@at_desk
def rotate_keys(desk: Desk) -> None:
    """Make a new key, and seal everything with it. May be interrupted: the next run goes on."""
    from rich.console import Console

    from tranter.ledger.rotation import rotate

    console = Console(stderr=True)
    with console.status("…") as status:
        done = rotate(desk.config.key_file, lambda count, total: status.update(f"{count:,} of {total:,} rows"))
    word = "a new key seals" if done.new_key else "an interrupted rotation is finished: the newest key seals"

    def draw() -> None:
        click.echo(f"{word} {done.resealed:,} values")
        tell(f"keep a new copy of {desk.config.key_file}: backups made from now on need it")

    desk.show(done, draw)
