"""The words that the code writes into the journal and onto exceptions, read from its syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house_rules.sources import imported, modules, name, tree

MAKERS = {
    "what": {"Entry"},
    "kind": {"Trouble", "Hold", "Held", "Result", "RejectedError", "_refused"},
}
POSITION_OF_KIND = {"RejectedError": 2}
TABLES = re.compile(r"(^|_)KINDS?$")
Found = set[str]


def journal_words() -> Found:
    return set(_words("what"))


def exception_kinds() -> Found:
    found = set(_words("kind"))
    for path in _product():
        for node in tree(path).body:
            target, value = _assigned(node)
            if value is not None and TABLES.search(target):
                found |= set(_strings(_kinds_of(value), path))
    return {word for word in found if re.fullmatch(r"[a-z_*]+", word)}


def _kinds_of(table: ast.expr) -> ast.expr:
    """A table of (what a complaint is about, kind, remedy) holds other words, too."""
    match table:
        case ast.Tuple(elts=[ast.Tuple(elts=[_, _, _]), *_] as rows):
            return ast.Tuple(elts=[row.elts[1] for row in rows if isinstance(row, ast.Tuple)])
    return table


def _product() -> list[Path]:
    return [path for path in modules() if not re.search(r"/simulator/|^testing/|^demo/", name(path))]


def _words(keyword: str) -> Iterator[str]:
    for path in _product():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            maker = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if maker not in MAKERS[keyword]:
                continue
            for given in node.keywords:
                if given.arg == keyword:
                    yield from _strings(given.value, path)
            place = POSITION_OF_KIND.get(maker) if keyword == "kind" else None
            if place is not None and len(node.args) > place:
                yield from _strings(node.args[place], path)


def _strings(value: ast.expr, path: Path) -> Iterator[str]:
    """What the expression may be; a part that is only known when it runs is `*`."""
    match value:
        case ast.Constant(value=str() as text) if text:
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _strings(body, path)
            yield from _strings(orelse, path)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.Set(elts=values) | ast.Dict(values=values):
            for one in values:
                yield from _strings(one, path)
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=args):
            for one in [table, *args[1:]]:
                yield from _strings(one, path)
        case ast.Call(func=ast.Name(id="frozenset"), args=[inside]):
            yield from _strings(inside, path)
        case ast.Name(id=constant):
            yield from _constant(constant, path)


def _constant(constant: str, path: Path) -> Iterator[str]:
    """Assigned anywhere in this module, or at the top of the one that it is imported from."""
    for node in ast.walk(tree(path)):
        target, value = _assigned(node)
        if target == constant and value is not None and not (isinstance(value, ast.Name) and value.id == constant):
            yield from _strings(value, path)
    for function in ast.walk(tree(path)):
        names = [one.arg for one in function.args.args] if isinstance(function, ast.FunctionDef) else []
        if constant in names:
            yield from _given(function.name, names.index(constant), path)
    for _, dotted in imported(tree(path)):
        if dotted.endswith(f".{constant}"):
            home = Path(*dotted.split(".")[1:-1]).with_suffix(".py")
            for other in modules():
                if name(other) == str(home) and other != path:
                    yield from _constant(constant, other)


def _given(function: str, place: int, path: Path) -> Iterator[str]:
    """What the callers in this module hand in."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Call(func=ast.Name(id=called), args=args) if called == function and len(args) > place:
                yield from _strings(args[place], path)


def _assigned(node: ast.AST) -> tuple[str, ast.expr | None]:
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            return target, value
        case ast.AnnAssign(target=ast.Name(id=target), value=value):
            return target, value
    return "", None
