"""Places where files lie, called as a server is: list, get, put, move, delete.

So a budget counts these calls, the record of calls shows them, an attempt has them, and tests lose their replies, with
nothing but what there is for HTTP (docs/decisions/files-are-called-like-a-server.md).
"""

import base64
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from errno import EDQUOT, ENOSPC
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec import Struct

from tranter.sdk.http import Reply, Request

MAX_FILE_BYTES = 32 * 1024 * 1024
FOLDER, SFTP, UPLOAD = "folder", "sftp", "upload"
"""Schemes of addresses: a folder of this machine, a server, a place inside the hub."""
DESTINATION, NEW_ONLY = "Destination", ("If-None-Match", "*")
HOST_KEY, PRIVATE_KEY = "X-Host-Key", "X-Private-Key"


class Entry(Struct, frozen=True, kw_only=True):
    """One file of a folder. `modified_at` is the clock of the place that keeps it."""

    name: str
    size: int
    modified_at: datetime


class ReadRow(Struct, frozen=True, kw_only=True):
    """What becomes of the lines of a file, in our words; `trouble` when nothing does."""

    lines: tuple[int, ...]
    values: dict[str, str] = {}
    trouble: str = ""


class FilePreview(Struct, frozen=True, kw_only=True):
    """`columns`: our name → the heading that was found for it. `unused`: headings that mean nothing to us.

    `rows` are the first ones and every one that can't be read. `good` and `bad` count all.
    """

    kind: str
    columns: dict[str, str]
    unused: tuple[str, ...]
    rows: tuple[ReadRow, ...]
    good: int
    bad: int


class SignInRefused(Exception):
    """Wrong user, password or key; or the server is not the one that is known. The text says which."""


class TooLarge(Exception):
    """Longer than `MAX_FILE_BYTES`."""


class Drive(Protocol):
    """One place for files. Paths are absolute, with slashes, and hold neither `..` nor an empty part.

    Raises `FileNotFoundError`, `FileExistsError`, `PermissionError` and other `OSError`s, `TooLarge`, `NeverSent` and
    `NoAnswer`.
    """

    def list(self, folder: str) -> Iterable[Entry]:
        """Plain files only: no folders, no links, nothing inside of folders."""
        ...

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, body: bytes, new_only: bool) -> None:
        """Whole or not at all: nobody ever sees half of it. Missing folders are made."""
        ...

    def move(self, path: str, to: str) -> None:
        """In one step, never over a file that is there. Missing folders are made."""
        ...

    def delete(self, path: str) -> None: ...


Opens = Callable[[Request, float], AbstractContextManager[Drive]]
"""A drive for one request; the seconds are its deadline. Raises `SignInRefused`."""


class Login(Struct, frozen=True, kw_only=True):
    """`host_key` is the only key that the server may show: `SHA256:…`, as `ssh-keygen -lf` prints it."""

    user: str = ""
    password: str = ""
    private_key: str = ""
    host_key: str = ""

    def headers(self) -> tuple[tuple[str, str], ...]:
        pair = _packed(f"{self.user}:{self.password}")
        return (("Authorization", f"Basic {pair}"), (PRIVATE_KEY, _packed(self.private_key)), (HOST_KEY, self.host_key))

    @classmethod
    def of(cls, request: Request) -> "Login":
        given = dict(request.headers)
        user, _, password = _unpacked(given.get("Authorization", "").removeprefix("Basic ")).partition(":")
        private_key = _unpacked(given.get(PRIVATE_KEY, ""))
        return cls(user=user, password=password, private_key=private_key, host_key=given.get(HOST_KEY, ""))


def file_url(base: str, *parts: str) -> str:
    """`parts` are names or paths below `base`, in plain text."""
    return "/".join([base.rstrip("/"), *(quote(part.strip("/")) for part in parts if part.strip("/"))])


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def answer(drive: Drive, request: Request) -> Reply:
    """What the drive says, as a server would."""
    try:
        path = safe_path(path_of(request.url))
        return _done(drive, request, path)
    except FileNotFoundError:
        return said(404, "there is no such file")
    except FileExistsError:
        return said(412, "a file of that name is there already")
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        return said(403, f"it is not permitted: {error.strerror or error}")
    except TooLarge as error:
        return said(413, str(error))
    except OSError as error:
        full = error.errno in (ENOSPC, EDQUOT)
        return said(507 if full else 500, "the disk is full" if full else f"it failed: {error.strerror or error}")


def safe_path(path: str) -> str:
    """Raises `PermissionError` for what could lead elsewhere."""
    parts = path.split("/")[1:]
    if not path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise PermissionError("a path is absolute and has no empty parts and no dots for parts")
    if any(ord(letter) < 32 or letter in "\\\x7f" for letter in path):
        raise PermissionError("a path holds no control characters and no backslashes")
    return path


def _done(drive: Drive, request: Request, path: str) -> Reply:
    match request.method:
        case "LIST":
            return _json(200, sorted(drive.list(path), key=lambda entry: entry.name))
        case "GET":
            body = drive.read(path)
            return Reply(200, (("Content-Length", str(len(body))),), body)
        case "PUT":
            drive.write(path, request.body, new_only=NEW_ONLY in request.headers)
            return _json(201, {"size": len(request.body)})
        case "MOVE":
            drive.move(path, safe_path(dict(request.headers)[DESTINATION]))
            return _json(201, {})
        case "DELETE":
            drive.delete(path)
            return _json(200, {})
        case _:
            return said(405, f"a place for files knows no {request.method}")


def said(status: int, text: str) -> Reply:
    return _json(status, {"error": text})


def _json(status: int, value: object) -> Reply:
    return Reply(status, (("Content-Type", "application/json"),), msgspec.json.encode(value))


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _unpacked(text: str) -> str:
    return base64.b64decode(text).decode()
