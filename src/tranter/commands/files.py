"""Files brought, looked at and fetched by hand, at a connection that deals in files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table, tell, when

if TYPE_CHECKING:
    from tranter.sdk.files import FilePreview

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def files() -> None:
    """Files of a connection that deals in files: what lies there, brought and fetched by hand."""


@files.command("list")
@click.argument("name")
@at_desk
def list_files(desk: Desk, name: str) -> None:
    """List what waits to be taken at connection NAME, and what was written there."""
    from tranter.engine import handing

    found = handing.files(desk.hub, desk.connection(name))
    columns = ("where", "name", "bytes", "written")
    sides = (("in", found.waiting), ("out", found.written))
    rows = [(side, one.name, str(one.size), when(one.modified_at)) for side, there in sides for one in there]
    desk.show(found, lambda: print_table(f"files at {name}", columns, rows))


@files.command("preview")
@click.argument("name")
@FILE
@at_desk
def preview_file(desk: Desk, name: str, file: Path) -> None:
    """Show how connection NAME would read FILE. Nothing is kept."""
    from tranter.engine import handing

    _show(desk, handing.preview(desk.hub, desk.connection(name), file.name, file.read_bytes()))


@files.command("bring")
@click.argument("name")
@FILE
@at_desk
def bring_file(desk: Desk, name: str, file: Path) -> None:
    """Put FILE where connection NAME takes files from. The next sync takes it."""
    from tranter.engine import handing

    _show(desk, handing.bring(desk.hub, desk.connection(name), file.name, file.read_bytes()))


@files.command("fetch")
@click.argument("name")
@click.argument("file")
@click.option("--to", type=click.Path(path_type=Path), help="Where to write it; else it goes to stdout.")
@at_desk
def fetch_file(desk: Desk, name: str, file: str, to: Path | None) -> None:
    """Write FILE, which the hub wrote at connection NAME, to stdout or to a file."""
    from tranter.engine import handing

    body = handing.fetch(desk.hub, desk.connection(name), file)
    if to is None:
        click.echo(body, nl=False)
        return
    try:
        with to.open("xb") as target:
            target.write(body)
    except FileExistsError as error:
        raise Failure(f"{to} is there already: name another place", Exit.USAGE) from error
    tell(f"{len(body)} bytes are in {to}")


def _show(desk: Desk, seen: "FilePreview") -> None:
    def draw() -> None:
        read = [row for row in seen.rows if not row.trouble]
        columns = ("line", *(read[0].values if read else ()))
        rows = [(", ".join(map(str, row.lines)), *row.values.values()) for row in read]
        print_table(seen.kind, columns, rows)
        tell(*(row.trouble for row in seen.rows if row.trouble))
        tell(f"{seen.kind}: {seen.good} can be read, {seen.bad} can't; unused: {', '.join(seen.unused) or 'none'}")

    desk.show(seen, draw)
