"""What holds for every command."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.shell import Shell
from tranter.cli import cli
from tranter.commands.exits import Failure

WITHOUT_DOCUMENT = {"up", "web", "worker", "connector new"}  # the servers speak in log lines, the last writes a folder


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name)), command


ALL = dict(commands())


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_command_says_what_it_does(name: str) -> None:
    assert ALL[name].get_short_help_str(200).endswith(".")


@pytest.mark.parametrize("name", sorted(ALL.keys() - WITHOUT_DOCUMENT))
def test_each_command_speaks_json(name: str) -> None:
    assert "--json" in {option for param in ALL[name].params for option in param.opts}


def test_the_commands_of_the_design_are_there() -> None:
    named = (
        "demo up connect connections orders stock exceptions journal sync explain retry hold release cancel resend "
        "reconcile simulate backup restore doctor rotate-keys go-live every pause resume sign-in check"
    )
    assert set(named.split()) | {"config check"} <= set(ALL)


def test_an_error_is_one_line() -> None:
    assert Failure("cause,\n   and\tway out").format_message() == "cause, and way out"


def test_an_empty_list_gives_nothing_to_a_pipe(shell: Shell) -> None:
    result = shell.done("orders")

    assert result.stdout == ""
    assert result.stderr == "no such orders\n"


def test_a_bad_merchant_is_refused(shell: Shell) -> None:
    assert shell.run("orders", "--merchant", "Acme Ltd").exit_code == 2


def test_help_needs_neither_a_ledger_nor_the_rest_of_the_program(newcomer: Shell) -> None:
    code = "import sys; from tranter.cli import cli; print(*sorted({'django', 'pydantic', 'rich'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert loaded.strip() == ""
    assert not newcomer.home.exists()


def test_the_reference_names_every_command() -> None:
    text = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")

    assert [name for name in ALL if f"\ntranter {name}" not in text] == []
