"""The entry points of this tree, for an install of it that is older than its pyproject.toml."""

import os
import sys
import tempfile
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

GROUP = "tranter.connectors"
ROOT = Path(__file__).parents[1]


def show_new_ones() -> None:
    """Tests and the processes that they start find connectors which were added since."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["entry-points"][GROUP]
    missing = wanted.keys() - {point.name for point in entry_points(group=GROUP)}
    if not missing:
        return
    folder = Path(tempfile.mkdtemp(prefix="tranter-entry-points-"))
    place = folder / "tranter_newer-0.dist-info"
    place.mkdir()
    lines = [f"[{GROUP}]", *(f"{name} = {wanted[name]}" for name in sorted(missing))]
    (place / "entry_points.txt").write_text("\n".join(lines) + "\n")
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: tranter-newer\nVersion: 0\n")
    sys.path.append(str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH", ""), str(folder))))
