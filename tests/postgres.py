"""A real PostgreSQL server for tests: the one of TRANTER_TEST_POSTGRES, or one started here from local binaries.

A started one lives in memory, forgets its durability (nothing of a test survives it), and ends with the tests; unless
it is asked to be another one.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
}
MEMORY = Path("/dev/shm")


class NoServer(Exception):
    """There is none to be had; the text says what to install."""


@dataclass
class Server:
    """`url` leads to its database `postgres`; `fresh` makes new ones, at once when from a template."""

    url: str
    count: int = 0
    prefix: str = field(default_factory=lambda: f"tranter_test_{os.getpid()}")

    def fresh(self, template: str = "template0") -> str:
        """The URL of a database that nobody used before."""
        self.count += 1
        name = f"{self.prefix}_{self.count}"
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url_of(name)

    def drop(self, url: str) -> None:
        self._tell(f'DROP DATABASE IF EXISTS "{name_of(url)}" WITH (FORCE)')

    def url_of(self, name: str) -> str:
        before, _, after = self.url.partition("/postgres?")
        if after:
            return f"{before}/{name}?{after}"
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def _tell(self, sentence: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sentence)


def name_of(url: str) -> str:
    return url.rsplit("/", 1)[1].partition("?")[0]


@contextmanager
def server(settings: Mapping[str, str] = FORGETFUL, folder: Path = MEMORY) -> Iterator[Server]:
    """Raises `NoServer`."""
    if given := os.environ.get("TRANTER_TEST_POSTGRES"):
        yield Server(given)
        return
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="tranter-pg-", dir=folder if folder.is_dir() else None) as name:
        home, user = Path(name), _user()
        if user is not None:
            shutil.chown(home, user)
        run = {"user": user, "cwd": home, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        place = home / "cluster"
        words = ["-U", "tranter", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([binaries / "initdb", "-D", place, *words], check=True, **run)
        given = {**settings, "unix_socket_directories": name}
        options = " ".join(f"-c {key}={value!r}" for key, value in given.items())
        control = [binaries / "pg_ctl", "-D", place, "-w"]
        subprocess.run([*control, "-l", home / "log", "-o", options, "start"], check=True, **run)
        try:
            yield Server(f"postgresql://tranter@/postgres?host={quote(name, safe='')}")
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, **run)


def _binaries() -> Path:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return place
    raise NoServer(
        "PostgreSQL is missing: install Debian's `postgresql`, or set TRANTER_TEST_POSTGRES to a server's URL"
    )


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as")
