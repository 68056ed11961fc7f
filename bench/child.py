"""One measurement in a process of its own: `python -m bench.child NAME JSON`, its figures as JSON on the last line."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tranter.ledger.setup import configure


def main(name: str, given: dict[str, Any]) -> int:
    with tempfile.TemporaryDirectory(prefix="tranter-bench-") as folder:
        home = Path(given.pop("home", folder))
        configure(home / "tranter.sqlite3")
        print(json.dumps(measured(name, home, given)))
    return 0


def measured(name: str, home: Path, given: dict[str, Any]) -> Any:
    """The measures can be imported only when Django has been configured."""
    from bench.measures import grown, latency, many_connections, stock, vendors, way
    from bench.stub.process import stub

    measures = {
        "way": way.hub,
        "latency": latency.hub,
        "connections": many_connections.hub,
        "stock": stock.hub,
        "grown": grown.hub,
    }
    if name == "vendors":
        return vendors.hub(home, **given)
    with stub() as one:
        return way.bare(one, **given) if name == "bare" else measures[name](one, home, **given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
