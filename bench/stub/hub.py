"""A hub with the stub's connectors around a ledger on PostgreSQL, in processes of its own.

`python -m bench.stub.hub prepare URL` makes the ledger and connects both sides of the stub at URL; `work` is a worker,
which says on standard output what it has used: at its start, and whenever it gets SIGUSR1. Both read the environment as
`tranter` does.
"""

import signal
import sys
from collections.abc import Sequence

import msgspec

from tranter.config import read_config
from tranter.ledger.setup import configure
from tranter.web.face import face
from tranter.web.server import speak_on_stderr


def main(arguments: Sequence[str]) -> None:
    config = read_config()
    configure(config.database, face("", "127.0.0.1"))
    from bench.counting import Commits
    from bench.stage import Stage
    from bench.stub.connector import manifest

    if arguments[0] == "prepare":
        stage = Stage(config.home, config.database_url)
        stage.connect(arguments[1])
        stage.close()
        return
    speak_on_stderr()
    from tranter.web.halves import work_until_asked

    commits = Commits()

    def tell(*_: object) -> None:
        print(msgspec.json.encode(commits.used()).decode(), flush=True)

    signal.signal(signal.SIGUSR1, tell)
    tell()
    work_until_asked(config, manifest)


if __name__ == "__main__":
    main(sys.argv[1:])
