"""Whatever a page points to is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.docs.code_blocks import DOCS, ROOT

PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "src").rglob("README.md")])
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
WAY = DOCS / "the-way-of-an-order.md"


def links(page: Path) -> list[tuple[str, str]]:
    return [(match["text"], match["target"]) for match in LINK.finditer(page.read_text(encoding="utf-8"))]


def named(path: Path) -> set[str]:
    """Functions, classes, `Class.method` and values at the top of a module."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name} | {f"{name}.{one.name}" for one in body if isinstance(one, ast.FunctionDef)}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    local = [target.partition("#")[0] for _, target in links(page) if not re.match(r"https?:|mailto:|#", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_function_that_is_named_is_in_the_file_that_it_is_linked_to(page: Path) -> None:
    missing = [
        f"{text} in {target}"
        for text, target in links(page)
        if target.endswith(".py") and text.startswith("`") and text.strip("`") not in named(page.parent / target)
    ]
    assert missing == []


def test_the_way_of_an_order_names_every_flow() -> None:
    from tranter.engine.flow import FLOWS

    told = {text.strip("`") for text, target in links(WAY) if target.endswith("engine/flow.py")}
    assert {flow.__name__ for flow in FLOWS.values()} - told == set()
