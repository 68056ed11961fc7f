"""Files that go out: each exactly once, although a reply may be lost and the receiver takes files away.

1. The file is written where nobody looks. 2. Its number is claimed for its key: nobody can claim it twice. 3. It is
moved to where the receiver looks. So who claimed a number and no longer has the file where nobody looks has sent it.
"""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256

from tranter.connectors.csv.client import TAKEN, Client
from tranter.sdk.errors import RejectedError

OURS = ".tranter"
STRANGE = re.compile(r"[^A-Za-z0-9.-]+")
MOST_NAMESAKES = 100


class Outbox:
    """`kind` begins the name of each file."""

    def __init__(self, client: Client, folder: str, kind: str) -> None:
        self._client, self._folder, self._kind = client, folder, kind
        self._ours = f"{folder}/{OURS}"

    def send(self, key: str, number: str, write: Callable[[str], bytes]) -> str:
        """The number under which it went: another one's number gets `-2` behind it."""
        waiting = self._waiting(key)
        for candidate in _candidates(number):
            self._client.put(waiting, write(candidate))
            if self._claims(candidate, key):
                self._client.move(waiting, f"{self._folder}/{self._kind}-{_name(candidate)}.csv")
                return candidate
        raise RejectedError(f"{MOST_NAMESAKES} files of the number {number} went out before", "give it another number")

    def sent_as(self, key: str, number: str) -> str | None:
        """The number under which it went, None when it did not."""
        for candidate in _candidates(number):
            holder = self._client.get_if_there(self._claim(candidate))
            if holder is None:
                return None
            if holder == _digest(key):
                is_waiting = self._client.get_if_there(self._waiting(key)) is not None
                return None if is_waiting else candidate
        return None

    def _claims(self, number: str, key: str) -> bool:
        claim = self._claim(number)
        try:
            self._client.put(claim, _digest(key), new_only=True)
        except RejectedError as error:
            if error.kind != TAKEN:
                raise
            return self._client.get(claim) == _digest(key)
        return True

    def _claim(self, number: str) -> str:
        return f"{self._ours}/claims/{self._kind}-{_name(number)}"

    def _waiting(self, key: str) -> str:
        return f"{self._ours}/waiting/{_digest(key).decode()}.csv"


def _candidates(number: str) -> Iterator[str]:
    yield number
    for count in range(2, MOST_NAMESAKES + 1):
        yield f"{number}-{count}"


def _name(number: str) -> str:
    """Fit for every file system."""
    return STRANGE.sub("_", number)[:100] or "_"


def _digest(key: str) -> bytes:
    return sha256(key.encode()).hexdigest()[:32].encode()
