"""Places inside the hub for files that people bring and fetch by hand: sealed, for buyers stand in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from tranter.ledger.vault import KeyProblem, Vault
from tranter.sdk.files import Entry
from tranter.sdk.folder import Folder
from tranter.sdk.http import Request

KEPT_FOR = timedelta(days=30)


class Uploads:
    """Addresses `upload:///PLACE/…` lie below `root`. Whoever knows the name of a place can use it: it is a secret."""

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root, self._vault = root, vault

    @contextmanager
    def __call__(self, request: Request, seconds: float) -> Iterator["SealedFolder"]:
        yield SealedFolder(self._root, self._vault)


def forget_old(root: Path, now: datetime) -> int:
    """Files that have lain there for 30 days, for buyers stand in them. How many.

    What begins with a dot is the connector's own, and proves what was sent.
    """
    old = [path for path in root.rglob("*") if path.is_file() and _is_old(path, now) and not _is_own(path, root)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_old(path: Path, now: datetime) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - KEPT_FOR


def _is_own(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


class SealedFolder:
    def __init__(self, root: Path, vault: Vault) -> None:
        self._folder, self._root, self._vault = Folder([root]), root, vault
        self._extra = len(vault.seal(b"", ""))

    def list(self, folder: str) -> Iterator[Entry]:
        for entry in self._folder.list(self._place(folder)):
            yield replace(entry, size=entry.size - self._extra)

    def read(self, path: str) -> bytes:
        try:
            return self._vault.open(self._folder.read(self._place(path)), _seal_of(path))
        except KeyProblem as error:
            raise PermissionError(0, "it was changed, or brought from elsewhere") from error

    def write(self, path: str, body: bytes, new_only: bool) -> None:
        self._folder.write(self._place(path), self._vault.seal(body, _seal_of(path)), new_only)

    def move(self, path: str, to: str) -> None:
        self._folder.move(self._place(path), self._place(to))

    def delete(self, path: str) -> None:
        self._folder.delete(self._place(path))

    def _place(self, path: str) -> str:
        return f"{self._root}{path}"


def _seal_of(path: str) -> str:
    """By its place, for a file may be moved within it."""
    return f"upload:{path.split('/')[1]}"
