import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house_rules.sources import ROOT, modules, name, tracked, tree

FILE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 5
VAGUE = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "service",
    "services",
    "data",
    "info",
    "misc",
    "common",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".lock",
    ".yml",
    ".yaml",
    ".json",
    ".csv",
    ".html",
    ".css",
    ".js",
    ".sh",
    "",
}
REGISTRY = re.compile(r"files\.pythonhosted|pypi\.org/simple|--(extra-)?index-url|--find-links|npmjs\.org|deb\.debian")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home|Users|opt)/[\w.-]+")
SAYS_THE_RULE = {"tests/house_rules/test_shape.py"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines(path: Path) -> list[tuple[str, str]]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return [(f"{name(path)}:{number}", line) for number, line in enumerate(text.splitlines(), 1)]


def functions() -> Iterator[tuple[str, Function]]:
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, Function):
                yield f"{name(path)}:{node.lineno} {node.name}", node


def words(identifier: str) -> set[str]:
    return set(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", identifier).lower().split("_"))


def parameters(function: Function) -> list[str]:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [one.arg for one in arguments if one.arg not in {"self", "cls"}]


def test_a_file_has_at_most_400_lines() -> None:
    assert {name(path): size for path in modules() if (size := len(lines(path))) > FILE_LINES} == {}


def test_a_function_has_at_most_60_lines() -> None:
    sizes = {place: (one.end_lineno or 0) - one.lineno + 1 for place, one in functions()}
    assert {place: size for place, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_a_function_has_at_most_5_parameters() -> None:
    counts = {place: len(parameters(one)) for place, one in functions()}
    assert {place: count for place, count in counts.items() if count > PARAMETERS} == {}


def test_names_of_files_and_classes_say_what_they_are() -> None:
    files = [name(path) for path in modules() if words(path.stem) & VAGUE]
    classes = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and words(node.name) & VAGUE
    ]
    assert files + classes == []


def test_nothing_is_left_unfinished() -> None:
    assert [place for path in modules() for place, line in lines(path) if UNFINISHED.search(line)] == []


def test_whoever_silences_a_check_names_it() -> None:
    assert [place for path in modules() for place, line in lines(path) if BARE_IGNORE.search(line)] == []


def test_an_error_is_caught_by_name_or_a_comment_says_why_not() -> None:
    found = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and ast.unparse(node).startswith(
                ("except:", "except Exception", "except BaseException")
            ):
                place, line = lines(path)[node.lineno - 1]
                reason = re.sub(r"#\s*noqa\S*\s*\S*", "", line)
                if "#" not in reason and " - " not in reason:
                    found.append(place)
    assert found == []


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    texts = [path for path in tracked() if path.suffix in TEXT and str(path.relative_to(ROOT)) not in SAYS_THE_RULE]
    found = [
        place
        for path in texts
        for place, line in lines(path)
        if REGISTRY.search(line) or (path.suffix != ".lock" and MACHINE_PATH.search(line))
    ]
    assert found == []
