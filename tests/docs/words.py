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


def unread_names() -> list[str]:
    """Places that this file can't follow: a name that stands for a word, and nobody sees which."""
    return [
        f"{name(path)}:{value.lineno} {value.id}"
        for keyword in MAKERS
        for path, value in _given_words(keyword)
        if isinstance(value, ast.Name) and not any(_strings(value, path))
    ]


def _product() -> list[Path]:
    return [path for path in modules() if not re.search(r"/simulator/|^testing/|^demo/", name(path))]


def _words(keyword: str) -> Iterator[str]:
    for path, value in _given_words(keyword):
        yield from _strings(value, path)


def _given_words(keyword: str) -> Iterator[tuple[Path, ast.expr]]:
    """The expressions that stand for a word, wherever something is made that carries one."""
    for path in _product():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            maker = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if maker not in MAKERS[keyword]:
                continue
            yield from ((path, given.value) for given in node.keywords if given.arg == keyword)
            place = POSITION_OF_KIND.get(maker) if keyword == "kind" else None
            if place is not None and len(node.args) > place:
                yield path, node.args[place]


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
    for node in ast.walk(tree(path)):
        yield from _unpacked(node, constant, path)
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


def _unpacked(node: ast.AST, constant: str, path: Path) -> Iterator[str]:
    """`kind, cause = TABLE[…]`, where the table's values are tuples."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Subscript(value=ast.Name(id=table))):
            places = [place for place, one in enumerate(names) if isinstance(one, ast.Name) and one.id == constant]
        case _:
            return
    for other in ast.walk(tree(path)):
        target, value = _assigned(other)
        if target == table and isinstance(value, ast.Dict):
            rows = [row for row in value.values if isinstance(row, ast.Tuple)]
            for row in rows:
                yield from (word for place in places for word in _strings(row.elts[place], path))


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
