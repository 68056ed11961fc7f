import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.docs.test_write_a_connector import made_known, run
from tranter.cli import cli
from tranter.sdk.manifest import Role
from tranter.sdk.scaffold import CannotScaffold, new_connector

WANTED = {
    "README.md",
    "pyproject.toml",
    "quality.toml",
    "tests/test_contract.py",
    *(
        f"tranter_acme/{name}.py"
        for name in ("__init__", "manifest", "settings", "connector", "client", "mapping", "words", "hooks")
    ),
    *(f"tranter_acme/simulator/{name}.py" for name in ("__init__", "app", "state")),
}


@pytest.mark.parametrize("role", list(Role))
def test_a_new_connector_has_everything_in_its_place(tmp_path: Path, role: Role) -> None:
    made = new_connector("acme", tmp_path, role)
    assert {str(path.relative_to(tmp_path / "tranter-acme")) for path in made} == WANTED
    assert [path for path in made if "@" in path.read_text().replace("=@token", "").replace("@pytest", "")] == []
    tomllib.loads((tmp_path / "tranter-acme" / "pyproject.toml").read_text())


@pytest.mark.parametrize("role", list(Role))
def test_its_contract_tests_are_red_until_it_is_filled(tmp_path: Path, role: Role) -> None:
    new_connector("acme", tmp_path, role)
    folder = tmp_path / "tranter-acme"
    made_known((folder / "pyproject.toml").read_text(), folder)
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--tb=line", "tests")
    assert done.returncode == 1, done.stdout[-3000:]
    red = sum(int(count) for count in re.findall(r"(\d+) (?:failed|error)", done.stdout))
    assert red > 20
    assert re.findall(r"(\d+) passed", done.stdout) == ["1"], "only the list of its verbs is complete"


@pytest.mark.parametrize("role", list(Role))
def test_what_is_made_is_tidy_and_typed(tmp_path: Path, role: Role) -> None:
    new_connector("acme", tmp_path, role)
    folder = tmp_path / "tranter-acme"
    linted = run(folder, "-m", "ruff", "check", "--isolated", "--select", "E,F,B,UP", "--line-length", "120", ".")
    assert linted.returncode == 0, linted.stdout
    typed = run(folder, "-m", "mypy", "--strict", "--no-incremental", "-p", "tranter_acme")
    assert typed.returncode == 0, typed.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_connector("acme", tmp_path)
    with pytest.raises(CannotScaffold, match="there already"):
        new_connector("acme", tmp_path)


@pytest.mark.parametrize("name", ["", "Acme", "../acme", "a b", "x", "9lives"])
def test_a_name_that_can_not_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotScaffold):
        new_connector(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["connector", "new", "acme", "--role", "warehouse", "--in", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "tranter-acme" / "tests" / "test_contract.py") in done.stdout.splitlines()


def test_the_command_refuses_a_bad_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["connector", "new", "../acme", "--in", str(tmp_path)])
    assert done.exit_code == 2
