"""PostgreSQL as it has to be where nothing may be lost: on a disk, each commit written through."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.places import DISK
from tests.postgres import NoServer, Server, server

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
SETTINGS = {**dict.fromkeys(DURABLE, "on"), "listen_addresses": "", "max_connections": "100"}


@contextmanager
def durable_server() -> Iterator[Server]:
    """Raises `NoServer`, also for the server of TRANTER_TEST_POSTGRES where that forgets what it has promised."""
    with server(SETTINGS, DISK) as found:
        with psycopg.connect(found.url) as connection:
            for name in DURABLE:
                row = connection.execute(f"SHOW {name}").fetchone()
                if row != ("on",):
                    raise NoServer(f"the server of TRANTER_TEST_POSTGRES has {name} off, its figures would mean little")
        yield found
