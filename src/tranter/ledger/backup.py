"""Backups of the embedded ledger. What has its final name is whole; what is not whole never gets it."""

import hashlib
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tranter.ledger.databases import named
from tranter.ledger.setup import integrity
from tranter.ledger.vault import KeyProblem, read_key_file

LEDGER, CONTENTS, KEYS = "tranter.sqlite3", "contents.json", "keys.json"
PART = ".part"
CHUNK = 1024 * 1024


class BackupProblem(Exception):
    """Nothing was changed; the text says why and what to do."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside the ledger in a backup: enough to tell whether it is whole and which key opens it."""

    format: int = 1
    created_at: datetime
    version: str
    migrations: list[str]
    instance_id: str
    key_fingerprint: str
    sha256: str
    rows: dict[str, int]
    with_key: bool


def refuse_shared(url: str) -> None:
    """A database on a server is backed up by its own tools. Raises `BackupProblem`."""
    if url:
        raise BackupProblem(
            f"the ledger lies on the PostgreSQL server at {named(url)}: back it up with pg_dump, put it back with "
            "pg_restore and then run `tranter restored`; keep a copy of the key file elsewhere"
        )


def create(home: Path, key_file: Path, target: Path, now: datetime, with_key: bool = False) -> Path:
    """Writes a .tar; into a folder, under a name with the time in it. The hub may run meanwhile.

    Without the key file, which belongs elsewhere: whoever has both reads everything.
    """
    ledger = home / LEDGER
    if not ledger.exists():
        raise BackupProblem(f"there is no ledger in {home}")
    target = target / f"tranter-{now:%Y-%m-%dT%H%M%SZ}.tar" if target.is_dir() else target
    if target.exists():
        raise BackupProblem(f"{target} exists: choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    with workshop(target.parent, target.name) as folder:
        _copy(ledger, folder / LEDGER)
        contents = _contents(folder / LEDGER, now, with_key)
        if with_key:
            _check_key(key_file, contents.key_fingerprint)
            shutil.copyfile(key_file, folder / KEYS)
        (folder / CONTENTS).write_bytes(msgspec.json.format(msgspec.json.encode(contents)))
        part = folder / "backup.tar"
        _pack(folder, part, with_key)
        verify(part)
        part.replace(target)
    sync_folder(target.parent)
    return target


def verify(source: Path) -> Contents:
    """Unpacks it beside nothing of value and looks: is it whole, and does it say what it holds?"""
    with workshop(source.parent, source.name) as folder:
        return unpack(source, folder)


def unpack(source: Path, folder: Path) -> Contents:
    """Into an empty folder, under fixed names. Raises `BackupProblem` when anything is not as it was."""
    try:
        with tarfile.open(source) as tar:
            for name in (CONTENTS, LEDGER, KEYS):
                _extract(tar, name, folder / name)
        contents = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=Contents)
    except (OSError, tarfile.TarError, msgspec.DecodeError) as error:
        raise BackupProblem(f"{source} is not a whole backup: {error}") from error
    ledger = folder / LEDGER
    if _digest(ledger) != contents.sha256 or integrity(ledger) or _rows(ledger) != contents.rows:
        raise BackupProblem(f"{source} is damaged: its ledger is not the one that was backed up")
    return contents


def check_key(folder: Path, key_file: Path, contents: Contents) -> None:
    """The key at hand, or the one in the backup, must open it."""
    if not key_file.exists() and not (folder / KEYS).exists():
        raise BackupProblem(
            f"the key file {key_file} is missing, and the backup holds none: put back the one with the fingerprint "
            f"{contents.key_fingerprint}, or point TRANTER_KEY_FILE to it"
        )
    _check_key(key_file if key_file.exists() else folder / KEYS, contents.key_fingerprint)


def _check_key(key_file: Path, fingerprint: str) -> None:
    try:
        found = read_key_file(key_file).fingerprint
    except KeyProblem as error:
        raise BackupProblem(str(error)) from error
    if found != fingerprint:
        raise BackupProblem(
            f"the key file {key_file} has the fingerprint {found} and opens another ledger: "
            f"the one with {fingerprint} is needed"
        )


def _copy(ledger: Path, copy: Path) -> None:
    """SQLite's own online copy: one consistent moment, while others write."""
    address = f"file:{ledger}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=60)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        problems = integrity(copy)
    except sqlite3.OperationalError as error:
        raise BackupProblem(f"the ledger can't be copied: {error}") from error
    except sqlite3.DatabaseError as error:
        problems = [str(error)]
    if problems:
        raise BackupProblem(f"the ledger {ledger} is damaged ({problems[0]}): restore the last good backup")


def _contents(ledger: Path, now: datetime, with_key: bool) -> Contents:
    with closing(sqlite3.connect(ledger)) as connection:
        instance_id, fingerprint = connection.execute(
            "SELECT instance_id, key_fingerprint FROM ledger_installation"
        ).fetchone()
        migrations = connection.execute("SELECT name FROM django_migrations WHERE app = 'ledger' ORDER BY id")
        names = [str(row[0]) for row in migrations]
    return Contents(
        created_at=now,
        version=version("tranter"),
        migrations=names,
        instance_id=instance_id,
        key_fingerprint=fingerprint,
        sha256=_digest(ledger),
        rows=_rows(ledger),
        with_key=with_key,
    )


def _rows(ledger: Path) -> dict[str, int]:
    with closing(sqlite3.connect(ledger)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'ledger_%'")
        tables = sorted(str(row[0]) for row in names.fetchall())
        counts = {}
        for table in tables:
            counts[table] = int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
    return counts


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(folder: Path, part: Path, with_key: bool) -> None:
    with part.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name in (CONTENTS, LEDGER, *([KEYS] if with_key else [])):
                tar.add(folder / name, arcname=name, filter=_plain)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o600)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _extract(tar: tarfile.TarFile, name: str, path: Path) -> None:
    try:
        member = tar.extractfile(name)
    except KeyError as error:
        if name == KEYS:
            return
        raise tarfile.TarError(f"{name} is missing in it") from error
    if member is None:
        raise tarfile.TarError(f"{name} is not a file in it")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with member, os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(member, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def workshop(folder: Path, name: str) -> Iterator[Path]:
    """A folder for unfinished things, beside the place of the finished one. What a crash left there is removed."""
    for left in folder.glob(f".{name}.*{PART}"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=folder, prefix=f".{name}.", suffix=PART) as path:
        yield Path(path)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
