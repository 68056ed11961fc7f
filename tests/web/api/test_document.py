"""The API as it is described: for programs, and for people."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.docs.code_blocks import DOCS
from tests.web.api.caller import Caller, caller
from tests.web.house import Web
from tranter.web.api.front import document_text
from tranter.web.api.operation import in_address
from tranter.web.api.problem import CODES
from tranter.web.api.resources import OPERATIONS

HOUSE_S_ALONE = {"/backups": 403, "/health": 403, "/lent-warehouses": 403, "/letters": 403}
ASKING_FOR_MORE = {"/problems/affected": 422, "/stock/sku": 422}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document_text())
    return found


def operations(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in told["paths"].values() for one in path.values()}


def test_the_one_that_is_checked_in_is_the_one_that_is_served(web: Web) -> None:
    served = Caller(web).get("/openapi.json")

    assert served.headers["Content-Type"] == "application/json"
    assert served.content.decode() == (DOCS / "openapi.json").read_text(), "make api-docs"


def test_it_is_openapi_3_1(told: dict[str, Any]) -> None:
    assert told["openapi"] == "3.1.0"
    assert {"title", "version", "description"} <= set(told["info"])
    for path, methods in told["paths"].items():
        assert path.startswith("/api/v1/")
        for one in methods.values():
            assert {"operationId", "summary", "responses", "tags"} <= set(one)
            named = [item["name"] for item in one["parameters"] if item["in"] == "path"]
            assert sorted(named) == sorted(in_address(path))
            assert all(item["required"] for item in one["parameters"] if item["in"] == "path")
            names = [(item["in"], item["name"].lower()) for item in one["parameters"]]
            assert len(names) == len(set(names))


def test_every_shape_that_is_named_is_there_and_sound(told: dict[str, Any]) -> None:
    for kind in ("schemas", "responses"):
        asked = set(re.findall(rf'"#/components/{kind}/([^"]+)"', json.dumps(told)))
        assert asked - set(told["components"][kind]) == set()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in told["components"]["schemas"])
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_is_described_once(told: dict[str, Any]) -> None:
    assert sorted(operations(told)) == sorted(one.name for one in OPERATIONS)
    for one in OPERATIONS:
        shown = operations(told)[one.name]
        assert shown["summary"]
        assert shown["x-scope"] == one.scope.value
        assert {str(one.status), "401", "403"} <= set(shown["responses"])


def test_answers_are_as_described(web: Web, told: dict[str, Any]) -> None:
    for _ in range(3):
        web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=20)
    program = caller(web)
    (order, *_) = program.read("/orders")["items"]
    program.done("/webhooks", {"url": "https://shop.example/"})
    not_shown = {}
    for path in told["paths"]:
        shape = told["paths"][path].get("get")
        if shape is None or "{" in path.replace("{order_id}", ""):
            continue
        answer = program.get(path.removeprefix("/api/v1").replace("{order_id}", str(order["id"])) + "?q=1")
        if answer.status_code != 200:
            not_shown[path.removeprefix("/api/v1")] = answer.status_code
        else:
            schema = shape["responses"]["200"]["content"]["application/json"]["schema"]
            Draft202012Validator({**schema, "components": told["components"]}).validate(answer.json())
    assert not_shown == HOUSE_S_ALONE | ASKING_FOR_MORE


def test_every_code_is_explained_and_no_other() -> None:
    section = (DOCS / "errors.md").read_text().partition("## Answers of the API")[2]
    explained = {name: text.strip() for name, text in re.findall(r"^### ([a-z-]+)\n\n(.+?)$", section, re.MULTILINE)}

    assert sorted(explained) == sorted(CODES)
    assert [name for name, text in explained.items() if not text.startswith(f"{CODES[name].status}. ")] == []


def test_every_code_can_be_told() -> None:
    """None is explained that no line of the program tells."""
    from tests.house_rules.sources import modules

    text = "".join(path.read_text() for path in modules() if "web/api/" in str(path) and path.name != "problem.py")
    assert [name for name in CODES if f'Problem("{name}"' not in text] == []


def test_people_read_it_without_a_key_or_a_script(web: Web) -> None:
    program = Caller(web)
    for path in ("/docs", "/errors"):
        page = program.get(path)
        assert page.status_code == 200
        assert b"<script" not in page.content
    text = program.get("/docs").content.decode()
    assert [one.name for one in OPERATIONS if f'id="{one.name}"' not in text] == []
    assert [name for name in CODES if f'id="{name}"' not in program.get("/errors").content.decode()] == []
