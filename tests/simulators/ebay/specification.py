"""Holds every reply of the simulator against eBay's own OpenAPI documents, which stay outside the tree."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tranter.connectors.ebay.simulator.history import SentError

DOCUMENTS = {
    "/sell/fulfillment/v1": "sell_fulfillment_v1",
    "/sell/inventory/v1": "sell_inventory_v1",
    "/sell/feed/v1": "sell_feed_v1",
    "/commerce/notification/v1": "commerce_notification_v1",
    "/commerce/identity/v1": "commerce_identity_v1",
    "/developer/analytics/v1_beta": "developer_analytics_v1_beta",
}
UNDOCUMENTED = frozenset({"legacyOrderId"})
"""Seen in production replies, and in no document."""


@dataclass
class Specification:
    folder: Path
    seen: set[tuple[str, str]] = field(default_factory=set)

    def problems(self, method: str, path: str, status: int, body: object) -> list[str]:
        """What the document of this path has against the reply; paths of no document have none."""
        for base, name in DOCUMENTS.items():
            if path.startswith(base):
                return self._against(name, method, path.removeprefix(base), (status, body))
        return []

    def _against(self, name: str, method: str, path: str, reply: tuple[int, object]) -> list[str]:
        document = _document(self.folder / f"{name}_oas3.json")
        for template, operations in document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations:
                self.seen.add((name, operations[method.lower()]["operationId"]))
                response = operations[method.lower()]["responses"].get(str(reply[0]))
                if response is None:
                    return [f"{method} {path}: status {reply[0]} is not documented"]
                return _mismatches(document, response, reply[1])
        return [f"{method} {path}: no such path"]


def _mismatches(document: dict[str, Any], response: dict[str, Any], body: object) -> list[str]:
    schema = next((each["schema"] for each in response.get("content", {}).values()), None)
    if schema is None or body is None:
        return []
    validator = _validator(json.dumps(schema), document["info"]["title"])
    found = validator.iter_errors(body)
    return [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:160]}" for each in found]


COMMON_ERRORS = frozenset({1001, 1002, 1003, 1100, 2001, 2002, 2003, 2004})
ROW_ERRORS = {"bulkUpdatePriceQuantity": frozenset({25702, 25713})}
"""Errors of single rows that are known from production; the operation's own table leaves them out."""
GUESSED = {"getInventoryItem": frozenset({(404, 25710)}), "getInventoryLocation": frozenset({(404, 25805)})}
"""The table gives 400, and an empty 404 beside it."""
UNKNOWN = {"createShippingFulfillment": frozenset({(409, 34500)})}
"""What the answer 409 to a repeat says is told nowhere."""


def undocumented_errors(table: Path, sent: Iterable[SentError]) -> list[SentError]:
    """The errors that eBay's table of the operation does not know."""
    documented = _documented(table)
    return [
        each
        for each in sent
        if each.error_id not in COMMON_ERRORS
        and each.error_id not in ROW_ERRORS.get(each.operation, ())
        and (each.status, each.error_id) not in GUESSED.get(each.operation, ())
        and (each.status, each.error_id) not in UNKNOWN.get(each.operation, ())
        and (each.status, each.error_id) not in documented.get(each.operation, ())
    ]


@cache
def _documented(table: Path) -> dict[str, frozenset[tuple[int, int]]]:
    known: dict[str, frozenset[tuple[int, int]]] = {}
    for api in json.loads(table.read_text()).values():
        for operation, facts in api["operations"].items():
            pairs = {(int(status), int(each)) for status, ids in facts["errors"].items() for each in ids}
            known[operation] = known.get(operation, frozenset()) | pairs
    return known


_LOADED: dict[str, dict[str, Any]] = {}


@cache
def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    _repair(document["components"])
    row = document["components"]["schemas"].get("GetInventoryItemResponse")
    if row:
        row["required"] = ["sku", "statusCode"]  # a row that failed has no item to show
    _LOADED[document["info"]["title"]] = document
    return document


@cache
def _validator(schema: str, title: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": _LOADED[title]["components"]})


def _repair(node: object) -> None:
    """eBay declares enumerations of words as objects; and an undeclared property is a mistake of ours."""
    if isinstance(node, list):
        for each in node:
            _repair(each)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("aspects"), dict):
        node["aspects"].pop("type", None)  # declared as a string, is a map in every real reply
    if node.get("enum") and node.get("type") == "object":
        node["type"] = "string"
    if node.get("type") == "object" and "properties" in node and "additionalProperties" not in node:
        node["additionalProperties"] = False
        for name in UNDOCUMENTED:
            node["properties"].setdefault(name, {})
    for each in list(node.values()):
        _repair(each)
