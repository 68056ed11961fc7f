"""A new connector's folder: everything has its place, and the contract tests are red until it is filled."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tranter.sdk.manifest import Role

NAME = re.compile(r"[a-z][a-z0-9]{1,30}")
PLACES = "scaffold_files"
SUFFIX = ".txt"


class CannotScaffold(ValueError):
    """The text says why nothing was written."""


def new_connector(name: str, folder: Path, role: Role = Role.CART) -> tuple[Path, ...]:
    """Writes `folder/tranter-NAME`, which must not be there yet. The files made, in the order of their paths."""
    if not NAME.fullmatch(name):
        raise CannotScaffold(f"{name!r}: a connector's name is 2 to 31 small letters and digits, such as acme")
    place = folder / f"tranter-{name}"
    if place.exists():
        raise CannotScaffold(f"{place} is there already: choose another name or folder")
    words = {"@name@": name, "@class@": name.title(), "@label@": name.title(), "@ROLE@": role.name}
    made = []
    for path, template in _templates(files("tranter.sdk") / PLACES, role):
        target = place / path.replace("package", f"tranter_{name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(template.read_text(encoding="utf-8"), words), encoding="utf-8")
        made.append(target)
    return tuple(sorted(made))


def _templates(folder: Traversable, role: Role, path: str = "") -> list[tuple[str, Traversable]]:
    """(path without `.txt`, template). Those of the other role are left out; a role's own lose its name."""
    found: list[tuple[str, Traversable]] = []
    others = tuple(f"_{other.value}" for other in Role if other is not role)
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _templates(entry, role, f"{path}{entry.name}/")
        elif entry.name.endswith(SUFFIX) and not entry.name.split(".")[0].endswith(others):
            found.append((path + entry.name.removesuffix(SUFFIX).replace(f"_{role.value}.", "."), entry))
    return found


def _filled(text: str, words: dict[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text
