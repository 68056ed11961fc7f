"""Warehouses of the house and who is lent them; and what comes over from another hub."""

from typing import Annotated

import msgspec
from pydantic import Field

from tranter.engine import lending, moving_over
from tranter.engine.lending import LoanWish
from tranter.engine.moving_over import Moved, MovePlan
from tranter.ledger import lending as loans
from tranter.ledger import merchants
from tranter.ledger.api_keys import Scope
from tranter.ledger.book import HOUSE, Book, house_book, open_book
from tranter.ledger.connections import by_name
from tranter.ledger.lending import LoanLine
from tranter.ledger.people import MerchantLine
from tranter.model import Terms
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get, post
from tranter.web.api.paging import Page, whole
from tranter.web.api.shapes import Count, Given, Name, Nothing, Text, Word

MANAGE = Scope.MANAGE


class LentWarehouse(msgspec.Struct, frozen=True, kw_only=True):
    """A connection of the house. `loans`: those that run, then those that ended."""

    name: str
    connector: str
    runs: bool
    loans: tuple[LoanLine, ...]


def open_house(desk: ApiDesk, body: Nothing) -> MerchantLine:
    """Make room for warehouses of the house: they are connected like any other, with `X-Merchant: house`."""
    return merchants.lines(house_book(desk.hub.vault, desk.now).merchant_id)[0]


def list_lent(desk: ApiDesk) -> Page[LentWarehouse]:
    """What the house lends, and to whom."""
    lent = loans.loans_of_house()
    return whole([_warehouse(info.name, info.connector, info.runs, lent) for info in loans.of_house()])


def _warehouse(name: str, connector: str, runs: bool, lent: dict[str, list[LoanLine]]) -> LentWarehouse:
    return LentWarehouse(name=name, connector=connector, runs=runs, loans=tuple(lent.get(name, ())))


class LoanGiven(Given):
    """`merchant` by its short name. `shown_as` empty: as the house calls it. `alone`: nobody else gets the location."""

    merchant: Word
    location: Annotated[str, Field(min_length=1, max_length=64)]
    prefix: Annotated[str, Field(min_length=1, max_length=32)]
    sku_prefix: Annotated[str, Field(max_length=64)] = ""
    shown_as: Annotated[str, Field(max_length=64)] = ""
    alone: bool = False


def add_loan(desk: ApiDesk, name: Name, body: LoanGiven) -> LoanLine:
    """Lend it to a merchant, without its credentials."""
    house = _book(desk, HOUSE)
    terms = Terms(location=body.location, prefix=body.prefix, sku_prefix=body.sku_prefix)
    wish = LoanWish(terms=terms, name=body.shown_as, alone=body.alone)
    lending.lend(desk.hub, house, by_name(house, name), _book(desk, body.merchant), wish)
    return next(one for one in loans.loans_of_house()[name] if one.merchant == body.merchant and one.ended_at is None)


class LoanEnded(Given):
    merchant: Word


def end_loan(desk: ApiDesk, name: Name, body: LoanEnded) -> Count:
    """Send nothing more there for this merchant. How many of its orders are still there."""
    house = _book(desk, HOUSE)
    return Count(loans.end(house, by_name(house, name), _book(desk, body.merchant), desk.now))


def _book(desk: ApiDesk, slug: str) -> Book:
    book = open_book(desk.hub.vault, slug)
    return Book(book.merchant_id, book.vault, desk.actor)


class OtherHub(Given):
    """A hub that speaks CartRover's API, and a merchant's key there. The key is not kept."""

    url: Text
    user: Text
    key: Text


def plan_import(desk: ApiDesk, body: OtherHub) -> MovePlan:
    """What would come over from there: nothing is saved."""
    settings: dict[str, object] = {"base_url": body.url, "api_user": body.user}
    return moving_over.look(desk.hub, desk.book, "cartrover", settings, {"api_key": body.key})


def run_import(desk: ApiDesk, body: OtherHub) -> Moved:
    """Carts as drafts, ship methods and aliases. What stands here already stays, and nothing is sent.

    Orders that are open there are left to it: a cart that brings one of them here gets it skipped, with that reason.
    """
    return moving_over.carry_out(desk.hub, desk.book, plan_import(desk, body), desk.now, desk.actor)


OPERATIONS = (
    post("/lent-warehouses/open", open_house, scope=MANAGE, house=True),
    get("/lent-warehouses", list_lent, scope=MANAGE, house=True),
    post("/lent-warehouses/{name}/loans", add_loan, scope=MANAGE, house=True, status=201),
    post("/lent-warehouses/{name}/end-loan", end_loan, scope=MANAGE, house=True),
    post("/import/cartrover/plan", plan_import, scope=MANAGE),
    post("/import/cartrover", run_import, scope=MANAGE),
)
