"""The API described: OpenAPI 3.1 for programs, two plain pages for people."""

from typing import Any

import msgspec
from django.http import HttpResponse
from django.template.loader import render_to_string
from ninja import NinjaAPI

from tranter.ledger.api_keys import Scope
from tranter.web.api.operation import JSON, Operation
from tranter.web.api.problem import CODES, CONTENT_TYPE, ProblemDocument

BASE = "/api/v1"
REF = "#/components/schemas/{name}"
SAID = (
    "Orders, shipments, stock and everything else that the hub's pages show and do. Sign in with a key: "
    "`Authorization: Bearer USER.KEY`, or Basic. Times are ISO 8601 in UTC. Amounts are "
    "`{minor, currency}`: 1234 USD is 12.34. Errors are problem+json; what each code means is on " + BASE + "/errors."
)


def document(api: NinjaAPI, operations: tuple[Operation, ...]) -> str:
    """With a line's end, as it is checked in."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=f"{BASE}/"))
    named, schemas = _schemas(operations)
    for one in operations:
        _describe(found["paths"][f"{BASE}{one.path}"][one.method.lower()], one, named.get(one.name))
    components = found["components"]
    told = components.get("schemas", {})
    if both := [name for name in told.keys() & schemas if "enum" not in schemas[name]]:
        raise ValueError(f"a body and an answer have one name: {both}")
    components["schemas"] = {**told, **schemas}
    components["responses"] = _refusals()
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "`USER.KEY`"},
        "basic": {"type": "http", "scheme": "basic"},
    }
    found["info"]["description"] = SAID
    found["servers"] = [{"url": "/"}]
    found["security"] = [{"bearer": []}, {"basic": []}]
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=1).decode() + "\n"


def _schemas(operations: tuple[Operation, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer of each operation by its name, and all shapes that they are made of."""
    telling = [one for one in operations if one.status != 204 and one.media == JSON]
    shapes, schemas = msgspec.json.schema_components(
        [*(one.answer for one in telling), ProblemDocument], schema_hook=_anything, ref_template=REF
    )
    names = {name: _short(name) for name in schemas}
    if len(set(names.values())) != len(names):
        raise ValueError("two shapes of the API have one name")
    told = _renamed({"answers": list(shapes), "schemas": schemas}, names)
    by_name = dict(zip([one.name for one in telling], told["answers"], strict=False))
    return by_name, {names[name]: schema for name, schema in told["schemas"].items()}


def _anything(kind: type) -> dict[str, Any]:
    """A connector's own settings may be whatever JSON can say."""
    if kind is not object:
        raise TypeError(f"the API can't describe {kind}")
    return {"description": "Any JSON."}


def _short(name: str) -> str:
    """Two of a name are told apart by the file that they stand in: `AskingStep`, `StoryStep`."""
    *_, place, last = ["", *name.split(".")]
    return f"{place.title().replace('_', '')}{last}"


def _renamed(told: Any, names: dict[str, str]) -> Any:
    match told:
        case {"$ref": str() as ref}:
            return {"$ref": REF.format(name=names[ref.rpartition("/")[2]])}
        case dict():
            return {key: _renamed(value, names) for key, value in told.items()}
        case list():
            return [_renamed(value, names) for value in told]
    return told


def _describe(told: dict[str, Any], one: Operation, shape: dict[str, Any] | None) -> None:
    told["tags"] = [one.group]
    told["summary"] = one.says.partition("\n")[0].rstrip(".")
    told["description"] = one.says
    told["x-scope"] = one.scope.value
    told["x-level"] = "warehouse" if one.house else "cart" if one.carts else "merchant"
    told["parameters"] = [*told.get("parameters", []), *_headers(one)]
    told["responses"] = _responses(one, shape)


def _responses(one: Operation, shape: dict[str, Any] | None) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done."}
    if shape is not None:
        done["content"] = {JSON: {"schema": shape}}
    elif one.media != JSON:
        done["content"] = {one.media: {}}
    found: dict[str, Any] = {str(one.status): done}
    if one.is_one:
        found["304"] = {"description": "It is as `If-None-Match` says."}
    return {**found, **{status: {"$ref": f"#/components/responses/{status}"} for status in _refusals()}}


def _refusals() -> dict[str, Any]:
    """One for each status; a path that is there answers 405 to methods that are not."""
    shape = {"content": {CONTENT_TYPE: {"schema": {"$ref": REF.format(name="ProblemDocument")}}}}
    found: dict[str, list[str]] = {}
    for name, code in CODES.items():
        if code.status != 405:
            found.setdefault(str(code.status), []).append(f"{code.title} (`{name}`)")
    return {status: {"description": "; ".join(titles), **shape} for status, titles in sorted(found.items())}


def _headers(one: Operation) -> list[dict[str, Any]]:
    found = (
        [] if one.house else [_header("X-Merchant", "Whose: a short name or number. For keys of several merchants.")]
    )
    if one.is_one:
        found.append(_header("If-None-Match", "An ETag: 304 where it is still so."))
    elif one.method == "POST":
        found.append(
            _header("Idempotency-Key", "Sent twice, it is done once, and answered the same, for two days.", 255)
        )
    if one.current is not None:
        found.append(_header("If-Match", "The ETag of what it was when it was read: 412 where it has changed."))
    return found


def _header(name: str, says: str, longest: int = 200) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": longest}
    return {"in": "header", "name": name, "required": False, "description": says, "schema": schema}


def operations_page(operations: tuple[Operation, ...]) -> HttpResponse:
    groups: dict[str, list[Operation]] = {}
    for one in operations:
        groups.setdefault(one.group, []).append(one)
    scopes = ", ".join(scope.value for scope in Scope)
    given = {"groups": sorted(groups.items()), "base": BASE, "scopes": scopes}
    return HttpResponse(render_to_string("api/operations.html", given))


def errors_page() -> HttpResponse:
    return HttpResponse(render_to_string("api/errors.html", {"codes": CODES.items(), "base": BASE}))
