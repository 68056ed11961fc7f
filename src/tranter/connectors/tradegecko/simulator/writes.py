"""What a create or an update may set: the table's writable attributes, read and checked."""

from typing import Any

from tranter.connectors.tradegecko.simulator.bodies import Params
from tranter.connectors.tradegecko.simulator.replies import Errors, invalid, missing_parameter
from tranter.connectors.tradegecko.simulator.shapes import Kind, Resource
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import UnreadableError, parse

ACTIVE_BY_DEFAULT = frozenset({"archived"})


def root(params: Params, resource: Resource) -> Params:
    """The attributes under the resource's own name. Everything else in the body is ignored."""
    given = params.get(resource.singular)
    if not isinstance(given, dict):
        raise missing_parameter(resource.singular)
    if resource.child_required and "id" not in params and not given.get(resource.child):
        raise missing_parameter(resource.singular)
    return given


def readable(resource: Resource, given: Params, creating: bool) -> tuple[Row, Errors]:
    """Nulls, unknown and read-only attributes are passed over, as clients send whole objects back."""
    values: Row = {}
    errors: Errors = {}
    for name, attribute in resource.attributes.items():
        wanted = attribute.creatable if creating else attribute.updatable
        value = given.get(name)
        if not wanted or value is None or (value == "" and attribute.kind is not Kind.TEXT):
            continue
        try:
            values[name] = parse(attribute.kind, value)
        except UnreadableError as complaint:
            errors[name] = [str(complaint)]
    return values, errors


def accepted(state: State, resource: Resource, given: Params, row: Row | None = None) -> Row:
    """The values to store. Raises 422 with every complaint at once."""
    values, errors = readable(resource, given, creating=row is None)
    merged = {**(row or {}), **values}
    for name, attribute in resource.attributes.items():
        if attribute.required and name not in errors and _is_blank(merged.get(name)):
            errors[_subject(name)] = ["can't be blank"]
    errors |= too_long(state, values)
    if errors:
        raise invalid(errors)
    return values


def too_long(state: State, values: Row) -> Errors:
    longest = state.options.max_text_length
    if longest is None:
        return {}
    return {
        name: [f"is too long (maximum is {longest} characters)"]
        for name, value in values.items()
        if isinstance(value, str) and len(value) > longest
    }


def defaults(resource: Resource) -> Row:
    status = resource.attributes.get("status")
    if status and resource.deleted_status in ACTIVE_BY_DEFAULT:
        return {"status": "active"}
    return {}


def _subject(name: str) -> str:
    """A missing `order_id` is a complaint about the order."""
    return name.removesuffix("_id")


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def prefixed(errors: Errors, prefix: str) -> Errors:
    return {f"{prefix}.{name}": complaints for name, complaints in errors.items()}


def stored(resource: Resource, values: Row) -> Row:
    """Without what is taken on create but never kept."""
    unkept = {name for name, attribute in resource.attributes.items() if attribute.kind is Kind.WRITE_ONLY}
    return {name: value for name, value in values.items() if name not in unkept}
