import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a ledger that was just made, to be copied: making one takes a second."""
    shell = Shell(tmp_path_factory.mktemp("empty") / "home")
    shell.done("orders")
    shell.close()
    return shell.home


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Shell]:
    """Somebody who never typed anything."""
    shell = Shell(tmp_path / "home")
    yield shell
    shell.close()


@pytest.fixture
def shell(newcomer: Shell, empty_home: Path) -> Shell:
    shutil.copytree(empty_home, newcomer.home)
    return newcomer


@pytest.fixture
def connected(shell: Shell) -> Shell:
    return shell.connect()
