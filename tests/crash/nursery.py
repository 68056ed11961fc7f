"""Worker processes that are born quickly: everything is imported once, each of them is a fork that runs `tranter sync`.

One line of JSON on stdin is the environment of the next one; two lines answer it: its process id, then how it ended.
"""

import io
import json
import os
import signal
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path

from tranter.cli import cli
from tranter.ledger.setup import configure


def main() -> None:
    _warm_up()
    for line in sys.stdin:
        asked: dict[str, str] = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _live(asked, writing)
        os.close(writing)
        _say({"pid": pid})
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, how = os.waitpid(pid, 0)
        _say({"code": os.waitstatus_to_exitcode(how), "said": said})


def _warm_up() -> None:
    """All that a run imports, so that a fork has it; no thread and no connection is made."""
    configure(Path("no-ledger-opened-yet.sqlite3"))
    import django.db.backends.sqlite3.base
    import pyreqwest.client

    import tranter.commands.syncing
    import tranter.engine.flow
    import tranter.engine.schedule
    import tranter.engine.syncing
    from tranter.sdk import registry

    assert django.db.backends.sqlite3.base
    assert pyreqwest.client
    assert tranter.commands.syncing
    assert tranter.engine.flow
    assert tranter.engine.schedule
    assert tranter.engine.syncing
    for name in ("ebay", "tradegecko"):
        registry.manifest(name)


def _live(asked: dict[str, str], writing: int) -> None:
    code = 70
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.environ.update(asked)
        rounds = int(asked.get("ROUNDS", "1"))
        said = io.StringIO()
        for _ in range(rounds):
            said = io.StringIO()
            with redirect_stdout(said):
                code = cli.main(["sync", "--until-idle", "--json"], standalone_mode=False) or 0
        os.write(writing, said.getvalue().encode())
    except BaseException:  # noqa: BLE001 - told to the test, whatever it is
        os.write(writing, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
