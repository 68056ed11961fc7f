"""One measurement in a process of its own: `python -m bench.child NAME JSON`, its figures as JSON on the last line."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.places import on_disk
from tranter.ledger.setup import configure


def main(name: str, given: dict[str, Any]) -> int:
    url = str(given.pop("url", ""))
    with on_disk() as folder:
        home = Path(given.pop("home", folder))
        configure(url or home / "tranter.sqlite3")
        print(json.dumps(measured(name, (home, url), given)))
    return 0


def measured(name: str, place: tuple[Path, str], given: dict[str, Any]) -> Any:
    """The measures can be imported only when Django has been configured."""
    from bench.measures import grown, latency, many_connections, stock, vendors, way
    from bench.stage import Stage
    from bench.stub.process import stub

    measures = {
        "way": way.hub,
        "workers": way.workers,
        "latency": latency.hub,
        "connections": many_connections.hub,
        "stock": stock.hub,
        "grown": grown.hub,
    }
    if name == "vendors":
        return vendors.hub(place[0], **given)
    with stub() as one:
        if name == "bare":
            return way.bare(one, **given)
        with closing(Stage(*place)) as stage:
            return measures[name](one, stage, **given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
