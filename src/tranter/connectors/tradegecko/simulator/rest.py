"""The REST surface: one engine for every resource, driven by the tables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from tranter.connectors.tradegecko.simulator.actions import act
from tranter.connectors.tradegecko.simulator.billing import InvoiceWriter, PaymentWriter
from tranter.connectors.tradegecko.simulator.bodies import Params, read_body
from tranter.connectors.tradegecko.simulator.catalogue import (
    ImageWriter,
    PlainWriter,
    ProductWriter,
    TaxTypeWriter,
    VariantWriter,
    WebhookWriter,
)
from tranter.connectors.tradegecko.simulator.fulfillments import FulfillmentWriter, ReturnWriter
from tranter.connectors.tradegecko.simulator.listing import Query, read_page
from tranter.connectors.tradegecko.simulator.order_lines import OrderLineWriter
from tranter.connectors.tradegecko.simulator.orders import OrderWriter, next_number
from tranter.connectors.tradegecko.simulator.purchasing import MovementWriter
from tranter.connectors.tradegecko.simulator.replies import not_found, refused, reply
from tranter.connectors.tradegecko.simulator.shapes import Resource
from tranter.connectors.tradegecko.simulator.sideloads import asked_for, beside
from tranter.connectors.tradegecko.simulator.state import RESOURCES, State
from tranter.connectors.tradegecko.simulator.store import Row, Table
from tranter.connectors.tradegecko.simulator.views import shown, stock_level
from tranter.connectors.tradegecko.simulator.wire import parse_int
from tranter.connectors.tradegecko.simulator.writes import root
from tranter.testing.simulator import SimReply, SimRequest


class Writer(Protocol):
    def create(self, given: Params) -> Row: ...

    def update(self, row: Row, given: Params) -> None: ...

    def delete(self, row: Row) -> None: ...


def writers(state: State) -> Mapping[str, Writer]:
    variants = VariantWriter(state)
    own: dict[str, Writer] = {
        "orders": OrderWriter(state),
        "order_line_items": OrderLineWriter(state),
        "fulfillments": FulfillmentWriter(state),
        "fulfillment_returns": ReturnWriter(state),
        "invoices": InvoiceWriter(state),
        "payments": PaymentWriter(state),
        "products": ProductWriter(state, variants),
        "variants": variants,
        "images": ImageWriter(state),
        "tax_types": TaxTypeWriter(state),
        "webhooks": WebhookWriter(state),
    }
    for plural, prefix in (("stock_adjustments", "SA"), ("stock_transfers", "ST"), ("purchase_orders", "PO")):
        own[plural] = MovementWriter(state, RESOURCES[plural], prefix)
    return {plural: own.get(plural) or PlainWriter(state, resource) for plural, resource in RESOURCES.items()}


def path_parts(path: str) -> list[str]:
    """A slash or `.json` at the end means nothing."""
    return path.rstrip("/").removesuffix(".json").strip("/").split("/")


class Rest:
    def __init__(self, state: State) -> None:
        self.state, self.writers = state, writers(state)

    def respond(self, request: SimRequest) -> SimReply:
        match path_parts(request.path), request.method:
            case [plural], "GET" if self._knows(plural, "index"):
                return self._index(RESOURCES[plural], request)
            case [plural], "POST" if self._knows(plural, "create"):
                return self._create(RESOURCES[plural], request)
            case ["variants", "composition"], "GET":
                return self._index(RESOURCES["composition"], request)
            case ["variants", identity, "composition"], "GET":
                query = (("bundle_id", identity), *request.query)
                return self._index(RESOURCES["composition"], replace(request, query=query))
            case ["orders", "available_identifiers"], "GET":
                return reply(200, {"identifier": next_number(self.state)})
            case [plural, "current"], "GET" if self._knows(plural, "current"):
                first = next(iter(self.state.store.table(plural).rows.values()))
                return reply(200, self._one(RESOURCES[plural], first, request))
            case [plural, identity], method if plural in RESOURCES:
                return self._member(RESOURCES[plural], identity, method, request)
            case [plural, identity, "actions", name], "POST" if plural in RESOURCES:
                return self._act(RESOURCES[plural], identity, name, request)
            case _:
                raise refused(404, f"No route matches [{request.method}] {request.path}")

    def _knows(self, plural: str, operation: str) -> bool:
        return plural in RESOURCES and RESOURCES[plural].allows(operation)

    def _table(self, resource: Resource) -> Table:
        return self.state.store.table("variants" if resource.plural == "stock_levels" else resource.plural)

    def _index(self, resource: Resource, request: SimRequest) -> SimReply:
        state = self.state
        rows = Query(resource, request, state.options, state.now()).rows(self._table(resource))
        page = read_page(request, state.options, len(rows))
        cut = page.cut(rows) if resource.paginated else rows
        names = asked_for(request) if resource.sideload_on_index else []
        body: dict[str, Any] = beside(state, resource, list(cut), [*names, resource.sideload])
        body[resource.plural] = [self._shown(resource, row) for row in cut]
        if resource.has_total:
            body["meta"] = {"total": page.total}
        suffix = ".json" if request.path.endswith(".json") else ""
        headers = page.headers(state.base_url, resource.plural + suffix, request) if resource.paginated else ()
        return reply(200, body, headers)

    def _shown(self, resource: Resource, row: Row) -> dict[str, Any]:
        if resource.plural == "stock_levels":
            return stock_level(self.state, row)
        return shown(self.state, resource, row)

    def _one(self, resource: Resource, row: Row, request: SimRequest) -> dict[str, Any]:
        names = [*asked_for(request), resource.sideload]
        return {**beside(self.state, resource, [row], names), resource.singular: self._shown(resource, row)}

    def _find(self, resource: Resource, identity: str) -> Row:
        number = parse_int(identity)
        row = self._table(resource).rows.get(identity if number is None else number)
        if row is None:
            raise not_found(resource.singular, identity)
        return row

    def _member(self, resource: Resource, identity: str, method: str, request: SimRequest) -> SimReply:
        row = self._find(resource, identity)
        writer = self.writers[resource.plural]
        match method:
            case "GET" if resource.allows("show"):
                return reply(200, self._one(resource, row, request))
            case "PUT" | "PATCH" if resource.allows("update"):
                given = root({**read_body(request), "id": identity}, resource)
                writer.update(row, given)
                quiet = resource.put_status == 204 and self.state.options.put_status == 204
                return reply(204, None) if quiet else reply(200, self._one(resource, row, request))
            case "DELETE" if resource.allows("delete"):
                writer.delete(row)
                return reply(204, None)
            case _:
                raise refused(405, f"{method} is not allowed here")

    def _create(self, resource: Resource, request: SimRequest) -> SimReply:
        given = root(read_body(request), resource)
        earlier = self._earlier(resource, given)
        if earlier is not None:
            return reply(200, self._one(resource, earlier, request))
        row = self.writers[resource.plural].create(given)
        body = self._one(resource, row, request)
        if self.state.options.sideload_on_create and resource.child:
            body = {**beside(self.state, resource, [row], [resource.child]), **body}
        location = f"{self.state.base_url}/ajax/{resource.plural}/{row['id']}"
        return reply(201, body, (("Location", location),))

    def _earlier(self, resource: Resource, given: Params) -> Row | None:
        if resource.plural != "orders" or not self.state.options.returns_earlier_order:
            return None
        return next(iter(self.state.store.where("orders", "order_number", given.get("order_number"))), None)

    def _act(self, resource: Resource, identity: str, name: str, request: SimRequest) -> SimReply:
        row = self._find(resource, identity)
        body = act(self.state, resource.plural, name, row, read_body(request))
        if body is not None:
            return reply(201, body)
        if self.state.options.action_reply == "empty":
            return reply(204, None)
        return reply(201, self._one(resource, row, request))
