"""Code blocks of a page that name a file in their fence: "```python acme/client.py"."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?P<kind>\w+) (?P<path>[\w./-]+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def files_of(page: Path) -> dict[str, str]:
    return {match["path"]: match["code"] for match in FENCE.finditer(page.read_text(encoding="utf-8"))}


def write(files: dict[str, str], folder: Path) -> None:
    for name, code in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
