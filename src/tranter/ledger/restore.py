"""Putting a backup in the ledger's place: looked at first, in one step, and the old ledger is kept.

The backup knows less than the other systems do: what was sent after it was made would be sent again. So a restored
ledger sends nothing until somebody has compared it with them.
"""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from tranter.ledger.backup import KEYS, LEDGER, BackupProblem, Contents, check_key, sync_folder, unpack, workshop
from tranter.ledger.setup import alone


def restore(home: Path, key_file: Path, source: Path, now: datetime) -> Contents:
    """Raises `BackupProblem`, and then the ledger is as it was. Pushes are paused afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    with alone(home / "open.lock"), workshop(home, LEDGER) as folder:
        check_idle(home)
        contents = unpack(source, folder)
        _check_schema(contents)
        check_key(folder, key_file, contents)
        _pause(folder / LEDGER, contents)
        _put_aside(home, now)
        if not key_file.exists():
            _install_key(folder / KEYS, key_file)
        (folder / LEDGER).replace(home / LEDGER)
        sync_folder(home)
    return contents


def check_idle(home: Path) -> None:
    """A living hub holds the lock of its name."""
    for path in (home / "owners").glob("*.lock"):
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BackupProblem(
                    f"a hub is running on {home} (process {path.stem.partition('-')[0]}): stop it first"
                ) from error


def _check_schema(contents: Contents) -> None:
    known = {path.stem for path in (Path(__file__).parent / "migrations").glob("0*.py")}
    if newer := sorted(set(contents.migrations) - known):
        raise BackupProblem(
            f"the backup was made by a newer version ({contents.version}; {', '.join(newer)}): install that one first"
        )


def _pause(ledger: Path, contents: Contents) -> None:
    reason = (
        f"this ledger was restored from a backup of {contents.created_at:%Y-%m-%d %H:%M} UTC; nothing is sent until "
        "`tranter reconcile` has seen what the other systems already have"
    )
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE ledger_installation SET pushes_paused = 1, pause_reason = ?", [reason])
        connection.execute("UPDATE ledger_flow SET lease_until = NULL, lease_owner = ''")
        connection.execute("UPDATE ledger_credential SET claim = '', claimed_until = NULL")


def _put_aside(home: Path, now: datetime) -> None:
    """A second name for the old ledger. Its write-ahead log is folded in, or it would be taken for the new one's."""
    ledger = home / LEDGER
    if not ledger.exists():
        return
    try:
        with closing(sqlite3.connect(ledger, timeout=5)) as connection:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.DatabaseError as error:
        mode = str(error)
    left = [name for name in (f"{LEDGER}-wal", f"{LEDGER}-shm") if (home / name).exists()]
    folder = home / f"before-restore-{now:%Y-%m-%dT%H%M%SZ}"
    folder.mkdir(exist_ok=True)
    if mode == "database is locked" or (mode == "wal" and left):
        raise BackupProblem(f"something else has {ledger} open: close it first")
    for name in (LEDGER, *left):
        _name_twice(home / name, folder / name)
    sync_folder(folder)
    for name in left:  # only a damaged ledger still has them, and they would damage the new one
        (home / name).unlink()


def _name_twice(path: Path, other: Path) -> None:
    other.unlink(missing_ok=True)
    try:
        other.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copy2(path, other)


def _install_key(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    shutil.copyfile(source, part)
    part.chmod(0o600)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)
