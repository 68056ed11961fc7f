"""Shipments: the parcels that left, with their tracking numbers."""

from typing import Literal

from ninja import Query
from pydantic import AwareDatetime

from tranter.ledger import shipment_list
from tranter.ledger.shipment_list import ShipmentLine, ShipmentQuery
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get
from tranter.web.api.paging import Page, Paged, by_number, narrowed
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Number, Text


class ShipmentsAsked(Paged):
    """`tracking` is the whole number. `since` is of the day that it left; `confirmed`: the cart knows."""

    state: Literal["", "packed", "shipped", "void"] = ""
    tracking: Text = ""
    connection: Text = ""
    since: AwareDatetime | None = None
    confirmed: bool | None = None


def list_shipments(desk: ApiDesk, asked: Query[ShipmentsAsked]) -> Page[ShipmentLine]:
    """Parcels, those that were recorded last first. `connection` is the cart's."""
    wanted = ShipmentQuery(**narrowed(desk, asked))

    def fetch(before: int | None, limit: int) -> list[ShipmentLine]:
        return shipment_list.page(desk.book, wanted, before, limit)

    return by_number(desk, "shipments", asked, fetch, lambda one: one.id)


def get_shipment(desk: ApiDesk, shipment_id: Number) -> ShipmentLine:
    """One parcel."""
    found = shipment_list.one(desk.book, shipment_id)
    if found is None or desk.key.connection not in (None, found.cart):
        raise Problem("not-found", f"there is no shipment {shipment_id}")
    return found


OPERATIONS = (
    get("/shipments", list_shipments, carts=True),
    get("/shipments/{shipment_id}", get_shipment, carts=True),
)
