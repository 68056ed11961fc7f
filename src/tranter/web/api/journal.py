"""What happened, and whether cart, hub and warehouse agree."""

from typing import Annotated, Literal

import msgspec
from ninja import Query
from pydantic import Field

from tranter.engine.reconcile import Report, reconcile
from tranter.ledger import journal, journal_list
from tranter.ledger.journal import JournalLine
from tranter.ledger.journal_list import JournalFilter
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get, post
from tranter.web.api.paging import Page, Paged, by_number
from tranter.web.api.shapes import Given, Text


class JournalAsked(Paged):
    """`subject` begins so: an order's number, a connection's name."""

    what: Text = ""
    by: Literal["", "people", "hub"] = ""
    subject: Text = ""


def list_journal(desk: ApiDesk, asked: Query[JournalAsked]) -> Page[JournalLine]:
    """The journal, the newest first."""
    wanted = JournalFilter(what=asked.what, by=asked.by, subject=asked.subject)

    def fetch(before: int | None, limit: int) -> list[JournalLine]:
        return journal_list.page(desk.book, wanted, before, limit)

    return by_number(desk, "journal", asked, fetch, lambda one: one.number)


class Proof(msgspec.Struct, frozen=True):
    """`broken_at`: the entry that does not follow from the one before it."""

    whole: bool
    broken_at: int | None


def verify_journal(desk: ApiDesk) -> Proof:
    """Is the chain of entries whole?"""
    found = journal.broken_at(desk.book)
    return Proof(found is None, found)


class ReconcileGiven(Given):
    days: Annotated[int, Field(ge=1, le=365)] = 30


def reconcile_all(desk: ApiDesk, body: ReconcileGiven) -> Report:
    """Compare cart, hub and warehouse, order by order. Asks the other systems; takes its time."""
    return reconcile(desk.hub, desk.book, body.days)


OPERATIONS = (
    get("/journal", list_journal),
    get("/journal/proof", verify_journal),
    post("/reconcile", reconcile_all),
)
