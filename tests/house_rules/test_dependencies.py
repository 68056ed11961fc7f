"""What is installed is what was looked at: every package at one version, with its hashes, and listed for auditors."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house_rules.sources import ROOT
from tranter.testing.faultmark import fault

LOCKS = ("requirements.lock", "requirements-dev.lock")
MOST_AT_RUN_TIME = 62
PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s;]+( ; .+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def packages(lock: str) -> list[list[str]]:
    """Each as its first line and its hashes."""
    whole = (ROOT / lock).read_text().replace(" \\\n", "\n")
    lines = [line.strip() for line in whole.splitlines() if line.strip() and not line.startswith("#")]
    found: list[list[str]] = []
    for line in lines:
        if line.startswith("--hash"):
            found[-1].append(line)
        else:
            found.append([line])
    return found


@fault("SEC-21")
@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_named_at_one_version_with_its_hashes(lock: str) -> None:
    found = packages(lock)

    assert [first for first, *_ in found if not PINNED.fullmatch(first)] == []
    assert [first for first, *hashes in found if not hashes or not all(map(HASH.fullmatch, hashes))] == []
    if lock == LOCKS[0]:
        assert len(found) <= MOST_AT_RUN_TIME, "is the new one worth being trusted?"


@fault("SEC-21")
def test_nothing_is_installed_unseen() -> None:
    """By developers, by CI and in the image."""
    for path in (".ci/make-venv", "deploy/Dockerfile"):
        installs = [line for line in (ROOT / path).read_text().splitlines() if "-r requirements" in line]
        assert installs, path
        assert all("--require-hashes" in line for line in installs), path


@fault("SEC-21")
def test_a_package_that_is_not_the_one_that_was_looked_at_is_refused(tmp_path: Path) -> None:
    """The lock's promise is kept by pip: another content under the same name and version is not installed."""
    wheel = tmp_path / "acme-1.0-py3-none-any.whl"
    wheel.write_bytes(b"something else")
    lock = tmp_path / "bad.lock"
    lock.write_text(f"acme @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    words = ["install", "--dry-run", "--no-index", "--no-deps", "--require-hashes", "-r", str(lock)]

    done = subprocess.run([sys.executable, "-m", "pip", *words], capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr


@fault("SEC-21")
def test_auditors_get_a_list_of_what_is_in_it() -> None:
    written = subprocess.run([sys.executable, ROOT / ".ci" / "sbom"], capture_output=True, text=True, check=True)
    told = json.loads(written.stdout)

    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    names = {one["purl"] for one in told["components"]}
    assert len(names) == len(packages(LOCKS[0]))
    assert any(name.startswith("pkg:pypi/django@5.2") for name in names)
    assert all(one["hashes"] for one in told["components"])
