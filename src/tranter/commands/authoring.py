"""Commands for whoever writes a connector."""

from pathlib import Path

import click

from tranter.commands.exits import Exit, Failure
from tranter.commands.output import tell


@click.group()
def connector() -> None:
    """Teach Tranter one more system: docs/write-a-connector.md shows how."""


@connector.command("new")
@click.argument("name")
@click.option("--role", type=click.Choice(["cart", "warehouse"]), default="cart", show_default=True)
@click.option(
    "--in", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where; else here."
)
def new(name: str, role: str, folder: Path) -> None:
    """Make the folder tranter-NAME. Its contract tests are red until it is filled."""
    from tranter.sdk.manifest import Role
    from tranter.sdk.scaffold import CannotScaffold, new_connector

    try:
        made = new_connector(name, folder, Role(role))
    except CannotScaffold as error:
        raise Failure(str(error), Exit.USAGE) from error
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}") from error
    for path in made:
        click.echo(path)
    place = folder / f"tranter-{name}"
    tell(f"next: pip install -e {place}, then python -m pytest {place} until all is green")
