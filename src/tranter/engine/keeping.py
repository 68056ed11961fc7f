"""Backups in the hub's own folder: made, listed, found by name."""

from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tranter.ledger.backup import BackupProblem, create, refuse_shared

FOLDER = "backups"
PATTERN = "tranter-*.tar"
STAMP = "tranter-%Y-%m-%dT%H%M%SZ.tar"


class Kept(Struct, frozen=True, kw_only=True):
    name: str
    bytes: int
    made_at: datetime | None


def backups(home: Path) -> list[Kept]:
    """The newest first."""
    found = sorted((home / FOLDER).glob(PATTERN), reverse=True)
    return [Kept(name=path.name, bytes=path.stat().st_size, made_at=_made_at(path.name)) for path in found]


def make_backup(home: Path, key_file: Path, database_url: str, now: datetime) -> Path:
    """Without the key. Raises `BackupProblem`."""
    refuse_shared(database_url)
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return create(home, key_file, folder, now)


def backup_named(home: Path, name: str) -> Path:
    """Raises `BackupProblem`."""
    if name not in {one.name for one in backups(home)}:
        raise BackupProblem(f"there is no backup {name!r}")
    return home / FOLDER / name


def _made_at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
