"""A hub with the stub's connectors around a ledger on PostgreSQL, in processes of its own.

`python -m bench.stub.hub prepare URL` makes the ledger and connects both sides of the stub at URL; `work` is a worker.
Both read the environment as `tranter` does.
"""

import sys
from collections.abc import Sequence

from tranter.config import read_config
from tranter.engine.clock import RealClock
from tranter.ledger.setup import configure, migrate_ledger
from tranter.web.face import face
from tranter.web.server import speak_on_stderr


def main(arguments: Sequence[str]) -> None:
    config = read_config()
    configure(config.database, face("", "127.0.0.1"))
    from bench.stage import Stage
    from bench.stub.connector import manifest

    if arguments[0] == "prepare":
        migrate_ledger(config.home, config.key_file, RealClock().now(), config.database_url)
        Stage(config.home, config.database_url).connect(arguments[1])
        return
    speak_on_stderr()
    from tranter.web.halves import work_until_asked

    work_until_asked(config, manifest)


if __name__ == "__main__":
    main(sys.argv[1:])
