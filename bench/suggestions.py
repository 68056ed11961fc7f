"""How often the SKU that is meant is suggested. `python bench/suggestions.py [--json]`"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.sku_pairs import catalogue, pairs
from tranter.routing.suggest import index_skus, suggest

KNOWN = 20_000


def main() -> None:
    known = catalogue(KNOWN)
    asked = pairs(known)
    began = perf_counter()
    index = index_skus(known)
    indexed = perf_counter() - began
    places: defaultdict[str, list[int]] = defaultdict(list)
    began = perf_counter()
    for pair in asked:
        found = [one.sku for one in suggest(pair.said, index)]
        places[pair.how].append(found.index(pair.meant) + 1 if pair.meant in found else 0)
    seconds = perf_counter() - began
    everything = [place for some in places.values() for place in some]
    document = {
        "known": KNOWN,
        "pairs": len(everything),
        "first": share(everything, 1),
        "among_five": share(everything, 5),
        "index_seconds": round(indexed, 3),
        "milliseconds_each": round(seconds / len(asked) * 1000, 2),
        "by_kind": {how: {"first": share(some, 1), "among_five": share(some, 5)} for how, some in places.items()},
    }
    print(json.dumps(document, indent=None if "--json" in sys.argv else 2))


def share(places: list[int], within: int) -> float:
    return round(sum(1 for place in places if 0 < place <= within) / len(places), 3)


if __name__ == "__main__":
    main()
