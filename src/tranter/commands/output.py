"""stdout is data: a table for people or one JSON document for programs. stderr is messages."""

import io
import sys
from collections.abc import Iterable, Sequence

import click
import msgspec

from tranter.model.whole import whole

PIPE_WIDTH = 200
COLOURS = {
    "confirmed": "green",
    "live": "green",
    "ok": "green",
    "error": "red",
    "look": "red",
    "needs_sign_in": "red",
    "paused": "yellow",
    "draft": "yellow",
}


def print_json(value: object) -> None:
    click.echo(msgspec.json.encode(whole(value)).decode())


def print_table(what: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Numbers stand to the right. Without rows it says "no `what`" on stderr, so that a pipe gets nothing."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    listed = [tuple(row) for row in rows]
    if not listed:
        tell(f"no {what}")
        return
    for position, name in enumerate(columns):
        numeric = all(isinstance(row[position], int) or row[position] is None for row in listed)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in listed:
        table.add_row(*(Text(_text(cell), style=COLOURS.get(_text(cell), "")) for cell in row))
    if sys.stdout.isatty():
        Console(highlight=False).print(table)
        return
    pipe = Console(file=io.StringIO(), width=PIPE_WIDTH, highlight=False)
    with pipe.capture() as drawn:
        pipe.print(table)
    click.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()).strip("\n"))


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def tell(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True)


def when(at: object) -> str:
    """A time as people read it, to the minute, in UTC."""
    from datetime import datetime

    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else ""
