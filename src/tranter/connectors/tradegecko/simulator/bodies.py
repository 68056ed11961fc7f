"""Request bodies: JSON, or nested form parameters such as `order[order_line_items][][quantity]=2`."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from tranter.connectors.tradegecko.simulator.replies import bad_request
from tranter.testing.simulator import SimRequest

KEY = re.compile(r"\[([^\]]*)\]")
Params = dict[str, Any]


def read_body(request: SimRequest) -> Params:
    """The parameters of a write; nested ones of the query count as well, as one client sends its PUT so."""
    params = nested([pair for pair in request.query if "[" in pair[0]])
    if not request.body.strip():
        return params
    if "form" in request.headers.get("content-type", ""):
        return params | nested(form_pairs(request.body.decode("utf-8", "replace")))
    try:
        value = json.loads(request.body)
    except ValueError:
        raise bad_request("The body is not valid JSON") from None
    if not isinstance(value, dict):
        raise bad_request("The body is not an object")
    return params | value


def form_pairs(text: str) -> list[tuple[str, str]]:
    """A name without an equals sign is a null, and nulls are passed over."""
    given = "&".join(part for part in text.strip().split("&") if "=" in part)
    return parse_qsl(given, keep_blank_values=True)


def nested(pairs: list[tuple[str, str]]) -> Params:
    tree: Params = {}
    for name, value in pairs:
        root, _, rest = name.partition("[")
        _put(tree, [root, *KEY.findall(f"[{rest}" if rest else "")], value)
    return tree


def _put(tree: Params, keys: list[str], value: str) -> None:
    key, *rest = keys
    if not rest:
        tree[key] = value
        return
    if rest[0] == "":
        _append(tree.setdefault(key, []), rest[1:], value)
        return
    _put(tree.setdefault(key, {}), rest, value)


def _append(rows: list[Any], keys: list[str], value: str) -> None:
    """A repeated key opens the next row, as Rails does it."""
    if not keys:
        rows.append(value)
        return
    if not rows or not isinstance(rows[-1], dict) or _holds(rows[-1], keys):
        rows.append({})
    _put(rows[-1], keys, value)


def _holds(row: Params, keys: list[str]) -> bool:
    return keys[0] in row and len(keys) == 1


def rows_of(given: Params, name: str) -> list[Params]:
    """Nested rows. Forms may number them; what is no object is an empty one."""
    rows = given.get(name)
    if isinstance(rows, dict):
        rows = list(rows.values())
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def part_of(given: Params, name: str) -> Params:
    part = given.get(name)
    return part if isinstance(part, dict) else {}
