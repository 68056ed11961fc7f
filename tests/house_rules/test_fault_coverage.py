import ast
import csv
from pathlib import Path

from tests.house_rules.sources import ROOT, tracked, tree


def listed() -> set[str]:
    with (ROOT / "tests" / "faults.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def covered() -> dict[str, list[str]]:
    """Fault id → the tests that carry it; those of the shipped contract test too. Read from the source,
    so that it is the same whichever tests are selected."""
    found: dict[str, list[str]] = {}
    for path in tracked():
        if path.suffix != ".py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower().startswith("test"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func).split(".")[-1] == "fault":
                        for fault_id in mark.args:
                            found.setdefault(ast.literal_eval(fault_id), []).append(f"{path.name}::{node.name}")
    return found


def test_every_listed_fault_has_a_test() -> None:
    assert sorted(listed() - covered().keys()) == []


def test_no_test_carries_an_unknown_fault(shared: Path) -> None:
    with (shared / "reference" / "faults.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    assert sorted(covered().keys() - known) == []


def test_the_list_holds_every_fault_of_first_rank(shared: Path) -> None:
    with (shared / "reference" / "faults.csv").open(encoding="utf-8", newline="") as file:
        first = {row["id"] for row in csv.DictReader(file) if row["priority"] == "P0"}
    assert sorted(first - listed()) == []
