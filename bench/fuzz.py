"""Ten thousand made-up calls over both APIs: nothing may break. `python bench/fuzz.py [--calls N] [--seed S]`

Half of them well-formed, half bent, many aimed at what is there. Prints how often each status came back and how many
were carried out; ends with 1 when an answer was a mistake of ours (5xx), or another than the description says.
"""

import argparse
import json
import sys
import tempfile
import warnings
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from tranter.ledger.setup import configure
from tranter.web.face import face

SHOWN = 20


def main(calls: int, seed: int) -> int:
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="tranter-fuzz-") as folder:
        configure(Path(folder) / "nothing-yet.sqlite3", face("", "127.0.0.1"))
        from tests.databases import Ledgers
        from tests.flow.stage import Theatre
        from tests.web.api.fuzzing import cartrover_described, fuzz_cartrover, fuzz_ours
        from tests.web.house import served
        from tranter.web.api.resources import OPERATIONS

        paths = cartrover_described()["paths"]
        each = -(-calls // (len(OPERATIONS) + sum(len(one) for one in paths.values())))
        scene = Theatre(Ledgers(Path(folder), None)).scene().connect()
        for sku in ("LAMP", "KETL", "BOOK"):
            scene.ebay.buy_one(sku)
        scene.pass_time(minutes=20)
        began = perf_counter()
        with served(scene) as web:
            tallies = {"/api/v1": fuzz_ours(web, each, seed), "/v1": fuzz_cartrover(web, each, seed)}
        seconds = round(perf_counter() - began, 1)
    told = {name: dict(sorted(tally.statuses.items())) for name, tally in tallies.items()}
    done = {name: tally.carried_out for name, tally in tallies.items()}
    wrong = [text for tally in tallies.values() for text in tally.wrong]
    count = sum(tally.calls for tally in tallies.values())
    figures = {"calls": count, "seconds": seconds, "statuses": told, "carried_out": done, "wrong": len(wrong)}
    print(json.dumps(figures))
    for text in wrong[:SHOWN]:
        print(text, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.calls, given.seed))
