"""Addresses and bodies for every operation, made from the API's own description."""

import json
from typing import Any

from tranter.web.api.front import document_text
from tranter.web.api.operation import Operation, in_address

DOCUMENT: dict[str, Any] = json.loads(document_text())
WORDS = {"kind": "alias", "table": "alias", "connector": "ebay", "flow": "orders", "field": "country"}
WRITTEN = {"date": "2026-01-01", "date-time": "2026-01-01T00:00:00Z"}


def described(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][f"/api/v1{one.path}"][one.method.lower()]
    return found


def address(one: Operation, number: int, word: str) -> str:
    """With this number and this word in the place of whatever it leaves open; what a list has to be asked, too."""
    filled = one.path
    for name in in_address(one.path):
        value = str(number) if name.endswith("_id") else WORDS.get(name, word)
        filled = filled.replace(f"{{{name}}}", value)
    asked = [item["name"] for item in described(one)["parameters"] if item["in"] == "query" and item["required"]]
    return filled + "".join(f"{'&' if place else '?'}{name}={word}" for place, name in enumerate(asked))


def body(one: Operation, number: int, word: str) -> Any:
    """One that the description allows: every number is this one, every text this word."""
    told = described(one).get("requestBody")
    if told is None:
        return None
    return _sample(told["content"]["application/json"]["schema"], number, word)


def _sample(schema: dict[str, Any], number: int, word: str) -> Any:
    if "$ref" in schema:
        return _sample(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], number, word)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "allOf"):
        if several in schema:
            return _sample(schema[several][0], number, word)
    match schema.get("type"):
        case "object":
            return {name: _sample(inner, number, word) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [_sample(schema.get("items", {}), number, word)]
        case "integer":
            return min(number, schema.get("maximum", number))
        case "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
    return WRITTEN.get(schema.get("format", ""), word)
