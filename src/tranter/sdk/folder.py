"""Folders of this machine, of which the operator has to name each."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tranter.sdk.files import MAX_FILE_BYTES, Entry, TooLarge
from tranter.sdk.http import NeverSent, Request


class Folder:
    """What lies at or below one of `roots`. No link is followed on the way, so none leads out."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(root.resolve() for root in roots)

    @contextmanager
    def __call__(self, request: Request, seconds: float) -> Iterator["Folder"]:
        """A disk knows no deadline."""
        yield self

    def list(self, folder: str) -> Iterator[Entry]:
        with os.scandir(self._allowed(folder)) as found:
            for entry in found:
                if entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    yield Entry(name=entry.name, size=stat.st_size, modified_at=_moment(stat))

    def read(self, path: str) -> bytes:
        place = self._allowed(path)
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
        if len(body) > MAX_FILE_BYTES:
            raise TooLarge(f"{place.name} is longer than {MAX_FILE_BYTES} bytes")
        return body

    def write(self, path: str, body: bytes, new_only: bool) -> None:
        place = self._made(path)
        half = place.with_name(f".{secrets.token_hex(8)}.part")
        try:
            _write_through(half, body)
            if new_only:
                _refuse_taken(place)
            half.replace(place)
        finally:
            half.unlink(missing_ok=True)
        _write_down(place.parent)

    def move(self, path: str, to: str) -> None:
        place, target = self._allowed(path), self._made(to)
        place.stat()
        _refuse_taken(target)
        place.rename(target)
        _write_down(target.parent)

    def delete(self, path: str) -> None:
        self._allowed(path).unlink()

    def _allowed(self, path: str) -> Path:
        place = Path(path)
        folder = place.parent.resolve() / place.name
        if not any(folder == root or root in folder.parents for root in self._roots):
            raise NeverSent(f"the folder {place.parent} is not open to the hub: name it in TRANTER_FOLDERS")
        if place.is_symlink():
            raise PermissionError(0, "it is a link")
        return folder

    def _made(self, path: str) -> Path:
        place = self._allowed(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


def _refuse_taken(place: Path) -> None:
    """Renaming replaces silently. Nobody else gives names here: what comes in is only moved, what goes out is ours."""
    if place.exists():
        raise FileExistsError(0, "it is there already")


def _moment(stat: os.stat_result) -> datetime:
    return datetime.fromtimestamp(stat.st_mtime_ns / 1e9, UTC)


def _write_through(place: Path, body: bytes) -> None:
    with place.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _write_down(folder: Path) -> None:
    """The new name outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
