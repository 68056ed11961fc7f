"""`tranter move-database`: from the embedded ledger to one on PostgreSQL."""

import click

from tranter.commands.desk import read_settings
from tranter.commands.exits import Exit, Failure, opening_errors
from tranter.commands.output import print_json, print_table, tell


@click.command("move-database")
@click.option("--to", "url", default="", metavar="URL", help="An empty database: postgresql://user:password@host/name.")
@click.option("--stay", is_flag=True, help="Use the embedded ledger again, after it was moved.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def move_database(url: str, stay: bool, as_json: bool) -> None:
    """Copy the embedded ledger to PostgreSQL, compare both, and never start on the old one again."""
    from tranter.engine.clock import parse_clock
    from tranter.ledger.backup import BackupProblem
    from tranter.ledger.databases import BadUrl, is_postgresql, settings_of
    from tranter.ledger.restore import check_idle
    from tranter.ledger.setup import alone_with_embedded, close_connections

    config = read_settings()
    if config.database_url:
        raise Failure("TRANTER_DATABASE_URL is set: unset it, it is the embedded ledger that is moved", Exit.USAGE)
    if stay == bool(url):
        raise Failure("say where to: --to postgresql://user:password@host/name; or --stay", Exit.USAGE)
    if not config.home.joinpath("tranter.sqlite3").exists():
        raise Failure(f"there is no ledger in {config.home}")
    try:
        if url and (not is_postgresql(url) or not settings_of(url)):
            raise BadUrl("write postgresql://user:password@host/name")
        check_idle(config.home)
    except BadUrl as error:
        raise Failure(f"--to: {error}", Exit.USAGE) from error
    except BackupProblem as error:
        raise Failure(str(error)) from error
    with opening_errors(), alone_with_embedded(config.home, config.key_file, parse_clock(config.clock).now()) as file:
        from tranter.ledger import moving_out

        if stay:
            moving_out.stay()
            text = "the embedded ledger is used again; nothing is sent until the other systems were looked at"
            print_json({"ledger": str(file)}) if as_json else click.echo(f"{text}: tranter reconcile")
            return
        moved = moving_out.move_out(file, url, lambda table, count: None)
        close_connections()
    if as_json:
        print_json(moved)
        return
    print_table("tables", ("table", "rows"), [(name, f"{count:,}") for name, count in sorted(moved.rows.items())])
    tell(f"now set TRANTER_DATABASE_URL to {moved.to}, run `tranter migrate` and start the hub there")
    tell(f"every machine of it needs the key file {config.key_file}")
