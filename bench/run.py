"""Every figure of docs/performance.md, in one run on one machine: `python bench/run.py [--only way,stock] [--short]`.

Each measurement has a process of its own, the server under it another. Ends with 1 when a figure stays behind its bar.
`--short` takes a tenth of everything: to see that it runs, its figures are too small to be judged by.
"""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.asking import Bench
from bench.busy import others_share, told
from bench.parts import PARTS
from bench.report import Report


def main(arguments: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    asked.add_argument("--short", action="store_true", help="a tenth of everything")
    asked.add_argument("--keep", type=Path, help="where the ledgers with very many orders stay, for the next time")
    asked.add_argument("--markdown", action="store_true", help="tables as docs/performance.md has them")
    asked.add_argument("--no-bars", action="store_true", help="end with 0 also where a bar is missed")
    given = asked.parse_args(arguments)
    report = Report(given.markdown)
    with closing(Bench(0.1 if given.short else 1.0, given.keep, report)) as bench:
        report.note(f"{os.cpu_count()} processors, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
        for name in given.only.split(","):
            before = others_share()
            PARTS[name](bench)
            if loaded := told((before, others_share())):
                report.note(loaded)
    report.end()
    return 1 if report.missed and not given.no_bars else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
