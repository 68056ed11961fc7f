"""Files that come in: which are whole, which are new, and where they go when they were taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import PurePosixPath

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tranter.connectors.csv.client import NOT_FOUND, TAKEN, Client
from tranter.connectors.csv.records import Record, Records, encoded, split
from tranter.connectors.csv.settings import After, CsvSettings
from tranter.connectors.csv.words import Kind
from tranter.model import Unreadable
from tranter.sdk.errors import RejectedError, TransientError
from tranter.sdk.files import Entry
from tranter.sdk.ports import Clock
from tranter.sdk.verbs import Page, Raw

PAGE_FILES = 20
LOOKED_THROUGH = 50
DONE = "done"
HALF_WRITTEN = (".part", ".tmp", ".filepart", ".crdownload")


class Taken(Struct, frozen=True, array_like=True):
    """A file as it was when it was taken."""

    size: int
    modified_at: datetime
    digest: str

    def is_still(self, entry: Entry) -> bool:
        return (self.size, self.modified_at) == (entry.size, entry.modified_at)


class Place(Struct, frozen=True):
    """How far a sweep has come, in the order of their writing."""

    modified_at: datetime
    name: str


class Found(Struct, frozen=True):
    folder: str
    entry: Entry


class Inbox:
    """`ahead`: how far the clock of the place is before ours."""

    def __init__(self, client: Client, settings: CsvSettings, clock: Clock, ahead: timedelta) -> None:
        self._client, self._settings, self._clock, self._ahead = client, settings, clock, ahead
        self._folder = settings.in_folder

    def take(self, kind: Kind, cursor: str) -> Page:
        """Records of files that were not taken yet, and the cursor that counts them as taken.

        They are put away by the next call, whose cursor says that they are stored.
        """
        known = msgspec.json.decode(cursor, type=dict[str, Taken]) if cursor else {}
        ready = self._ready(kind)
        by_name = {entry.name: entry for entry in ready}
        taken = {name: known[name] for name in by_name if name in known}
        old = {name for name, one in taken.items() if one.is_still(by_name[name])}
        new = [entry for entry in ready if entry.name not in old]
        if self._settings.afterwards is not After.LEAVE:
            for name in sorted(old):
                self._put_away(name, taken.pop(name).digest)
        records: Records = {}
        for entry in new[:PAGE_FILES]:
            body = self._body(self._folder, entry)
            if body is None:
                continue
            digest = blake2b(body, digest_size=8).hexdigest()
            if entry.name not in taken or taken[entry.name].digest != digest:
                records |= self._split(kind, entry, body)
            taken[entry.name] = Taken(entry.size, entry.modified_at, digest)
        more = len(new) > PAGE_FILES or (bool(new) and self._settings.afterwards is not After.LEAVE)
        return Page(records=_raw(records), cursor=msgspec.json.encode(taken).decode(), more=more)

    def sweep(self, kind: Kind, cursor: str, since: datetime) -> Page:
        """Everything that was written since, taken or not."""
        found = [one for one in self._all(kind) if one.entry.modified_at >= since]
        if cursor:
            place = msgspec.json.decode(cursor, type=Place)
            found = [one for one in found if (one.entry.modified_at, one.entry.name) > (place.modified_at, place.name)]
        records: Records = {}
        for one in found[:PAGE_FILES]:
            records |= self._records(kind, one)
        if len(found) <= PAGE_FILES:
            return Page(records=_raw(records), cursor="")
        last = found[PAGE_FILES - 1].entry
        ahead = msgspec.json.encode(Place(last.modified_at, last.name)).decode()
        return Page(records=_raw(records), cursor=ahead, more=True)

    def find(self, kind: Kind, keys: Sequence[str]) -> tuple[Raw, ...]:
        """As the newest file says that has them, among the newest fifty."""
        wanted: Records = {}
        for one in reversed(self._all(kind)[-LOOKED_THROUGH:]):
            if len(wanted) == len(set(keys)):
                break
            wanted = {key: record for key, record in self._records(kind, one).items() if key in keys} | wanted
        return _raw(wanted)

    def newest(self, kind: Kind) -> tuple[Raw, ...] | None:
        """The whole of a list: only its newest file counts. None when there is none."""
        ready = self._ready(kind)
        if not ready:
            return None
        entry = ready[-1]
        body = self._body(self._folder, entry)
        if body is None:
            raise TransientError(f"{entry.name} was taken away while it was read")
        try:
            return _raw(split(kind, body, _empty(entry), self._settings.reading))
        except Unreadable as error:
            raise RejectedError(f"{entry.name}: {error.cause}", error.remedy) from error

    def count(self, kind: Kind) -> int:
        return len(self._ready(kind))

    def waiting(self) -> tuple[Entry, ...]:
        """Whatever lies there for the hub, whole or not."""
        marker = self._settings.marker
        names = (entry for entry in self._client.files_if_there(self._folder) if _is_whole_name(entry.name, marker))
        return tuple(names)

    def is_meant(self, kind: Kind, name: str) -> bool:
        return _is_whole_name(name, self._settings.marker) and _fits(name, self._settings.pattern(kind))

    def _ready(self, kind: Kind) -> list[Entry]:
        """Oldest first."""
        there = self._client.files(self._folder)
        names, marker = {entry.name for entry in there}, self._settings.marker
        old_enough = self._clock.now() + self._ahead - timedelta(seconds=self._settings.settle_seconds)
        whole = [
            entry
            for entry in there
            if self.is_meant(kind, entry.name)
            and (f"{entry.name}{marker}" in names if marker else entry.modified_at <= old_enough)
        ]
        return sorted(whole, key=lambda entry: (entry.modified_at, entry.name))

    def _all(self, kind: Kind) -> list[Found]:
        done = f"{self._folder}/{DONE}"
        away = [Found(done, entry) for entry in self._client.files_if_there(done) if self.is_meant(kind, entry.name)]
        found = [Found(self._folder, entry) for entry in self._ready(kind)] + away
        return sorted(found, key=lambda one: (one.entry.modified_at, one.entry.name))

    def _records(self, kind: Kind, found: Found) -> Records:
        body = self._body(found.folder, found.entry)
        return {} if body is None else self._split(kind, found.entry, body)

    def _body(self, folder: str, entry: Entry) -> bytes | None:
        """None when somebody took it away."""
        body = self._client.get_if_there(f"{folder}/{entry.name}")
        if body is not None and len(body) != entry.size:
            raise TransientError(f"{entry.name} changes while it is read")
        return body

    def _split(self, kind: Kind, entry: Entry, body: bytes) -> Records:
        """A file that is no table waits for a person as one record; the others go on."""
        try:
            return split(kind, body, _empty(entry), self._settings.reading)
        except Unreadable as error:
            return {entry.name: replace(_empty(entry), trouble=f"{entry.name}: {error.cause}", remedy=error.remedy)}

    def _put_away(self, name: str, digest: str) -> None:
        for each in (name, f"{name}{self._settings.marker}") if self._settings.marker else (name,):
            try:
                self._put_one_away(each, digest)
            except RejectedError as error:
                if error.kind != NOT_FOUND:  # somebody else cleared it away
                    raise

    def _put_one_away(self, name: str, digest: str) -> None:
        path, plain = f"{self._folder}/{name}", PurePosixPath(name)
        if self._settings.afterwards is After.DELETE:
            self._client.delete(path)
            return
        try:
            self._client.move(path, f"{self._folder}/{DONE}/{name}")
        except RejectedError as error:
            if error.kind != TAKEN:
                raise
            self._client.move(path, f"{self._folder}/{DONE}/{plain.stem}-{digest}{plain.suffix}")


def _is_whole_name(name: str, marker: str) -> bool:
    """Not one that says that the file is half there, or that another one is whole."""
    endings = (*HALF_WRITTEN, marker.casefold()) if marker else HALF_WRITTEN
    return not name.startswith(".") and not name.casefold().endswith(endings)


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


def _empty(entry: Entry) -> Record:
    return Record(file=entry.name, written_at=entry.modified_at)


def _raw(records: Records) -> tuple[Raw, ...]:
    return tuple(Raw(key=key, payload=encoded(record)) for key, record in records.items())
