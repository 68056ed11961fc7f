"""Plays one storm and prints the head of its journal: `python -m tests.flow.replay FOLDER SEED`."""

import sys
from pathlib import Path

from tranter.ledger.setup import configure


def main(folder: str, seed: int) -> None:
    configure(Path(folder) / "nothing-yet.sqlite3")
    from tests.databases import Ledgers
    from tests.storm.stage import Stage
    from tranter.demo.world import Scenario
    from tranter.ledger import journal

    rehearsal = Stage(Ledgers(Path(folder), None)).rehearsal(
        Scenario(orders=4, seed=seed, faults="storm", stock_changes=4)
    )
    verdict = rehearsal.run()
    assert rehearsal.connected is not None
    print(journal.digest(rehearsal.connected.book), verdict.accounted_for)  # noqa: T201 - that is its purpose


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
