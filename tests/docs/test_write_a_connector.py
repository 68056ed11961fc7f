import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.code_blocks import DOCS, files_of, write

PAGE = DOCS / "write-a-connector.md"
LINES = 150


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's files, made known to Python as pip would."""
    folder = tmp_path_factory.mktemp("acme")
    files = files_of(PAGE)
    write(files, folder)
    made_known(files["pyproject.toml"], folder)
    return folder


def made_known(pyproject: str, folder: Path) -> None:
    project = tomllib.loads(pyproject)["project"]
    written = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    written.mkdir()
    (written / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = [
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in entries.items())
        for group, entries in project["entry-points"].items()
    ]
    (written / "entry_points.txt").write_text("\n".join(points))


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_connector_of_the_page_passes_the_contract(package: Path) -> None:
    done = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "tests")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) > 30


def test_the_hub_finds_it_by_its_entry_point(package: Path) -> None:
    done = run(package, "-c", "from tranter.sdk.registry import manifest; print(manifest('acme').label)")
    assert done.stdout.strip() == "Acme", done.stderr


def test_the_connector_of_the_page_is_typed(package: Path) -> None:
    done = run(package, "-m", "mypy", "--strict", "--no-incremental", "-p", "acme")
    assert done.returncode == 0, done.stdout


def test_a_small_connector_stays_small() -> None:
    code = [text for name, text in files_of(PAGE).items() if name.startswith("acme/")]
    assert sum(len([line for line in text.splitlines() if line.strip()]) for text in code) <= LINES
