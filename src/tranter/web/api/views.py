"""Filters of the orders' page that a person comes back to. They are that person's own."""

from django.http import QueryDict

from tranter.ledger import saved_views
from tranter.ledger.api_keys import Scope
from tranter.ledger.saved_views import NewView, View
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import delete, get, put
from tranter.web.api.paging import Page, whole
from tranter.web.api.people import PERSON, get_person
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Number, Text, Word
from tranter.web.orders.query import address, kept

MANAGE = Scope.MANAGE
PLACE = "orders"
LONGEST_NAME = 60


def list_views(desk: ApiDesk, person_id: Number) -> Page[View]:
    """The views that this person saved of the merchant's orders."""
    whose = get_person(desk, person_id)
    return whole(saved_views.of_user(whose.id, desk.merchant.id, PLACE))


class ViewGiven(Given):
    """`query` as in the page's address: `tab=open&connection=shop`. What narrows no list is left out of it."""

    name: Word
    query: Text


def save_view(desk: ApiDesk, person_id: Number, body: ViewGiven) -> View:
    """Save a view for this person. A name that is there already means the new filter from now on."""
    whose, name = get_person(desk, person_id), " ".join(body.name.split())[:LONGEST_NAME]
    query = address("", kept(QueryDict(body.query))).lstrip("?")
    return saved_views.save(whose.id, desk.merchant.id, NewView(PLACE, name, query))


def remove_view(desk: ApiDesk, person_id: Number, view_id: Number) -> None:
    """Take a view away."""
    if view_id not in {one.id for one in list_views(desk, person_id).items}:
        raise Problem("not-found", f"there is no view {view_id}")
    saved_views.remove(person_id, view_id)


OPERATIONS = (
    get(f"{PERSON}/views", list_views, scope=MANAGE),
    put(f"{PERSON}/views", save_view, scope=MANAGE),
    delete(f"{PERSON}/views/{{view_id}}", remove_view, scope=MANAGE),
)
