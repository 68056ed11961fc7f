"""After a power cut a disk may have forgotten what it had confirmed, and the ledger what it had sent.

So whatever waits to be sent is looked up first, once. A process that was merely killed has lost nothing.
"""

import fcntl
from collections.abc import Iterator
from pathlib import Path

from tranter.engine.hub import Hub
from tranter.engine.owner import boot_id
from tranter.ledger import book, intents
from tranter.ledger.databases import on_postgresql


def doubt_after_cut(hub: Hub, home: Path) -> int:
    """How many pushes are looked up first; zero, and nothing to do, unless the machine went down under a hub."""
    if on_postgresql():
        return 0  # its server is another machine, or has its own log
    left = list(_locks_of_an_earlier_boot(home))
    if not left:
        return 0
    hub.doubt_before = hub.ports.clock.now()
    doubted = sum(intents.doubt_unsent(book.open_book(hub.vault, slug)) for slug in book.merchants())
    for path in left:
        path.unlink(missing_ok=True)
    return doubted


def _locks_of_an_earlier_boot(home: Path) -> Iterator[Path]:
    for path in (home / "owners").glob("*.lock"):
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if file.read() != boot_id():
                yield path
