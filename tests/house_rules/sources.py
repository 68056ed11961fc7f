"""What the house rules read: the tracked files, and the modules of `src` as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tranter"


@cache
def tracked() -> tuple[Path, ...]:
    """Tracked files and those that soon will be; none that .gitignore names."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in sorted(listed.split("\0")) if name and (path := ROOT / name).is_file())


@cache
def modules() -> tuple[Path, ...]:
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py" and PACKAGE in path.parents and "migrations" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """`sdk/http.py`: relative to the package; outside of it, to the repository."""
    return str(path.relative_to(PACKAGE if PACKAGE in path.parents else ROOT))


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported, anywhere in the file."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=source, names=names, level=0):
                yield from ((node.lineno, f"{source}.{alias.name}") for alias in names)


def spoken(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything used, imported names written out: `datetime.datetime.now`."""
    known: dict[str, str] = {}
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                known |= {(alias.asname or alias.name): alias.name for alias in names}
            case ast.ImportFrom(module=source, names=names, level=0):
                known |= {(alias.asname or alias.name): f"{source}.{alias.name}" for alias in names}
    for node in ast.walk(module):
        if isinstance(node, ast.Name | ast.Attribute):
            parts: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in known:
                yield node.lineno, ".".join([known[inner.id], *reversed(parts)])
