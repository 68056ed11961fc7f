"""Calls made up by schemathesis from a description: well-formed ones, bent ones, and ones that mean something here."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import schemathesis
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from tests.web.api.caller import ALL, Caller, caller
from tests.web.house import Web
from tranter.ledger.api_keys import Level
from tranter.ledger.models import ApiKey, OrderRow
from tranter.web.api.front import document_text
from tranter.web.cartrover.endpoints import ENDPOINTS, PLACEHOLDER, POST
from tranter.web.cartrover.envelope import Code

KEPT_HEADERS = ("If-None-Match", "If-Match", "Idempotency-Key")
LEAVES_ALONE = {"remove_connection", "revoke_key", "cycle_key"}
"""They would end what the others need."""
REFUSED = b'{"success_code":false'
"""How the CartRover API begins a refusal: its status is 200, too."""
Call = Callable[[Any, str], HttpResponse]
JSON_TYPES: list[dict[str, Any]] = [{"type": one} for one in ("string", "number", "null", "boolean")]


class Tally:
    """What came back: how often each status, how often what was asked for; `wrong` must not be answered so."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.carried_out = 0
        self.wrong: list[str] = []

    def note(self, said: str, answer: HttpResponse, complaint: str) -> None:
        self.statuses[answer.status_code] += 1
        self.carried_out += answer.status_code < 300 and not answer.content.startswith(REFUSED)
        if complaint:
            self.wrong.append(f"{said} → {answer.status_code}: {complaint}"[:600])

    @property
    def calls(self) -> int:
        return sum(self.statuses.values())


def fuzz(document: dict[str, Any], examples: int, started: int, call: Call) -> Tally:
    """So many calls of every operation, the same ones for the same seed."""
    tally = Tally()
    schema = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        _try(found.ok(), _judge(document), examples, started, (call, tally))
    return tally


def _try(operation: Any, judge: Any, examples: int, started: int, to: tuple[Call, Tally]) -> None:
    call, tally = to
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bent = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @seed(started)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=good | bent, known=st.booleans())
    def calls(case: Any, known: bool) -> None:
        if known:
            _aim(case)
        if operation.definition.raw["operationId"] in LEAVES_ALONE:
            _miss(case)
        path = f"{case.formatted_path}?{_query(case.query)}"
        answer = call(case, path)
        complaint = judge(operation, answer)
        tally.note(f"{case.method} {path} {str(case.body)[:200]}", answer, complaint)

    calls()


def _aim(case: Any) -> None:
    """At what is there: an order's number, a connection's name."""
    order = OrderRow.objects.order_by("pk").first()
    for name in list(case.path_parameters or {}):
        if name.endswith("_id") and order is not None:
            case.path_parameters[name] = order.pk
        elif name == "name":
            case.path_parameters[name] = "shop"
        elif name == "cust_ref" and order is not None:
            case.path_parameters[name] = order.number
        elif name == "sku":
            case.path_parameters[name] = "LAMP"


def _miss(case: Any) -> None:
    """Near by, never at what the others need."""
    for name in list(case.path_parameters or {}):
        case.path_parameters[name] = 10**6 if name.endswith("_id") else "gone"


def _query(asked: Mapping[str, Any] | None) -> str:
    return urlencode(dict(asked or {}), doseq=True, errors="replace")


def _body(case: Any) -> bytes:
    if isinstance(case.body, NotSet):
        return b""
    return case.body if isinstance(case.body, bytes) else json.dumps(case.body, default=str).encode()


def _judge(document: dict[str, Any]) -> Callable[[Any, HttpResponse], str]:
    """Nothing breaks; what is answered is as it was described."""

    def judge(operation: Any, answer: HttpResponse) -> str:
        if answer.status_code >= 500:
            return answer.content.decode(errors="replace")
        told = operation.definition.raw["responses"].get(str(answer.status_code))
        if told is None:
            return "this status is not described" if answer.status_code != 405 else ""
        shape = told.get("content", {}).get("application/json", {}).get("schema")
        if shape is None or not answer.content:
            return ""
        errors = Draft202012Validator({**shape, "components": document.get("components", {})}).iter_errors(
            json.loads(answer.content)
        )
        return "; ".join(error.message for error in errors)

    return judge


def fuzz_ours(web: Web, examples: int, started: int = 1) -> Tally:
    program = caller(web, Level.WAREHOUSE)

    def call(case: Any, path: str) -> HttpResponse:
        headers = {name: str(value) for name, value in (case.headers or {}).items() if name in KEPT_HEADERS}
        sent = {name.replace("-", "_"): value.encode("ascii", "replace").decode() for name, value in headers.items()}
        body = None if isinstance(case.body, NotSet) else _body(case)
        return program.ask(case.method, path.removeprefix("/api/v1"), body, X_Merchant="default", **sent)

    return fuzz(json.loads(document_text()), examples, started, call)


def fuzz_cartrover(web: Web, examples: int, started: int = 1) -> Tally:
    programs = list(_keys(web))

    def call(case: Any, path: str) -> HttpResponse:
        program = programs[len(path) % len(programs)]
        clock = web.scene.clock
        clock.advance(1)
        headers = {"Authorization": program.authorization, "X-Merchant-Pk": str(web.scene.book.merchant_id)}
        return web.ask(case.method, path, _body(case), {**headers, "Content-Type": "application/json"})

    return fuzz(cartrover_described(), examples, started, call)


def _keys(web: Web) -> Iterator[Caller]:
    """That API takes Basic alone."""
    from base64 import b64encode

    for level, where in (
        (Level.MERCHANT, {}),
        (Level.CART, {"connection_id": web.scene.cart.id}),
        (Level.WAREHOUSE, {}),
    ):
        made = caller(web, level, scopes=ALL, **where)
        user, _, secret = made.authorization.removeprefix("Bearer ").partition(".")
        yield Caller(web, "Basic " + b64encode(f"{user}:{secret}".encode()).decode())
    assert ApiKey.objects.count() >= 3


WORDS = (
    "cust_ref cust_po_no ship_company ship_first_name ship_last_name ship_address_1 ship_city ship_state ship_zip "
    "ship_country order_source order_date ship_code shipping_handling sales_tax grand_total currency_code record_no"
).split()
ITEM = {
    "type": "object",
    "properties": {name: {"anyOf": JSON_TYPES} for name in ("item", "quantity", "price", "discount", "line_no")},
}
ORDER = {
    "type": "object",
    "properties": {
        **{name: {"anyOf": JSON_TYPES} for name in WORDS},
        "items": {"anyOf": [{"type": "array", "items": ITEM, "maxItems": 4}, *JSON_TYPES]},
        "extra_fields": {},
    },
}
TAKEN = {"properties": {"success_code": {"const": True}}, "required": ["success_code"]}
TURNED_DOWN = {
    "properties": {
        "success_code": {"const": False},
        "error_code": {"enum": [one.value for one in Code]},
        "message": {"type": "string", "minLength": 1},
    },
    "required": ["success_code", "error_code", "message"],
}
ENVELOPE = {"type": "object", "oneOf": [TAKEN, TURNED_DOWN]}
ASKED = ("limit", "page", "from_date", "to_date", "order_source", "include_aliases", "include_order_extras")


def cartrover_described() -> dict[str, Any]:
    """The other API, described from the table of its endpoints: as much as making up calls wants.

    It answers with 200 and an envelope, whatever is wrong.
    """
    paths: dict[str, Any] = {}
    for place, one in enumerate(ENDPOINTS):
        named = [
            {"in": "path", "name": name, "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in PLACEHOLDER.findall(one.path)
        ]
        asked = [{"in": "query", "name": name, "schema": {"type": "string"}} for name in ASKED]
        told: dict[str, Any] = {
            "operationId": f"{one.act.__name__}_{place}",
            "parameters": named if one.method == POST else [*named, *asked],
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": ENVELOPE}}}},
        }
        if one.method == POST:
            shape = {"anyOf": [ORDER, {"type": "array", "items": ORDER, "maxItems": 3}]}
            told["requestBody"] = {"content": {"application/json": {"schema": shape}}}
        paths.setdefault(f"/v1/{one.path}", {})[one.method.lower()] = told
    return {"openapi": "3.1.0", "info": {"title": "orders", "version": "1"}, "paths": paths}
