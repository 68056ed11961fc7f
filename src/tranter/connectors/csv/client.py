"""Calls to the place where the files lie, and the one function that says what its replies mean."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from tranter.connectors.csv.settings import CsvSettings
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.files import DESTINATION, NEW_ONLY, Entry, Login, file_url, path_of
from tranter.sdk.http import Reply, Request
from tranter.sdk.manifest import Context

TAKEN = "duplicate_number"
NOT_FOUND = "not_found"

Shape = TypeVar("Shape")


class Said(Struct):
    """What every reply holds that is no list and no file: nothing, or what went wrong."""

    error: str = ""


class Client:
    """Paths begin in the place that the settings name: `in/orders.csv`."""

    def __init__(self, context: Context, settings: CsvSettings) -> None:
        self._caller, self._credentials, self._settings = context.caller, context.credentials, settings

    def files(self, folder: str) -> list[Entry]:
        return _read(self._call("LIST", folder), list[Entry])

    def files_if_there(self, folder: str) -> list[Entry]:
        try:
            return self.files(folder)
        except RejectedError as error:
            if error.kind != NOT_FOUND:
                raise
            return []

    def get(self, path: str) -> bytes:
        reply = self._call("GET", path)
        if reply.header("Content-Length") != str(len(reply.body)):
            raise TransientError("the file did not come whole")
        return reply.body

    def get_if_there(self, path: str) -> bytes | None:
        try:
            return self.get(path)
        except RejectedError as error:
            if error.kind != NOT_FOUND:
                raise
            return None

    def put(self, path: str, body: bytes, new_only: bool = False) -> None:
        """`RejectedError` of kind `taken` if only a new file will do and there is one."""
        _read(self._call("PUT", path, (NEW_ONLY,) if new_only else (), body), Said)

    def move(self, path: str, to: str) -> None:
        target = path_of(file_url(self._settings.base, to))
        _read(self._call("MOVE", path, ((DESTINATION, target),)), Said)

    def delete(self, path: str) -> None:
        _read(self._call("DELETE", path), Said)

    def _call(self, method: str, path: str, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> Reply:
        """A sign-in that is refused is tried once more: a server under load refuses good ones too."""
        held = self._credentials.load()
        login = Login(
            user=self._settings.user,
            password=held.get("password"),
            private_key=held.get("private_key"),
            host_key=self._settings.host_key,
        )
        request = Request(method, file_url(self._settings.base, path), (*login.headers(), *headers), body)
        reply = self._caller.send(request)
        if reply.status == 401:
            reply = self._caller.send(request)
        _check(reply, path)
        return reply


def _check(reply: Reply, path: str) -> None:
    match reply.status:
        case 200 | 201:
            return
        case 401:
            raise AuthError(_why(reply))
        case 403:
            raise RejectedError(f"{path}: {_why(reply)}", "give the hub the right to read, write and move there")
        case 404:
            raise RejectedError(f"{path}: {_why(reply)}", "make it, or name another place", kind=NOT_FOUND)
        case 412:
            raise RejectedError(f"{path}: {_why(reply)}", kind=TAKEN)
        case 413:
            raise RejectedError(f"{path}: {_why(reply)}", "part it into several files")
        case 429:
            raise TransientError("the server takes no more calls for now", retry_after=60, not_done=True)
        case status if status >= 500:
            raise TransientError(f"{path}: {_why(reply)}")
        case status:
            raise UnexpectedResponseError(f"{path}: answered {status}", reply.body[:300].decode(errors="replace"))


def _why(reply: Reply) -> str:
    try:
        return msgspec.json.decode(reply.body, type=Said).error or f"answered {reply.status}"
    except msgspec.DecodeError:
        return f"answered {reply.status}"


def _read(reply: Reply, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(reply.body, type=shape)
    except msgspec.DecodeError as error:
        raise TransientError("the place of the files gave no readable answer") from error  # after a write: nobody knows
