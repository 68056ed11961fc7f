"""Filters that a user comes back to. They are the user's own."""

from collections.abc import Iterable

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from tranter.ledger.models import SavedView

MOST = 30


class View(msgspec.Struct, frozen=True, kw_only=True):
    """`query` is the page's query string."""

    id: int
    name: str
    query: str


class NewView(msgspec.Struct, frozen=True):
    place: str
    name: str
    query: str


def of_user(user_id: int, merchant_id: int | None, place: str) -> list[View]:
    """Without a merchant: those of the lists of all merchants."""
    rows = _of(user_id, merchant_id).filter(place=place).order_by("name")
    return [View(id=row.pk, name=row.name, query=row.query) for row in rows[:MOST]]


def _of(user_id: int, merchant_id: int | None) -> "QuerySet[SavedView]":
    rows = SavedView.objects.filter(user_id=user_id)
    return rows.filter(merchant=None) if merchant_id is None else rows.filter(merchant_id=merchant_id)


def save(user_id: int, merchant_id: int | None, new: NewView) -> View:
    """A name that is there already means the new filter from now on."""
    with transaction.atomic():
        row = _of(user_id, merchant_id).filter(place=new.place, name=new.name).first()
        row = row or SavedView(user_id=user_id, merchant_id=merchant_id, place=new.place, name=new.name)
        row.query = new.query[:1000]
        row.save()
    return View(id=row.pk, name=row.name, query=row.query)


COLUMNS = "columns"


def hidden_columns(user_id: int, place: str) -> frozenset[str]:
    """Columns of a page's list that this user does not want to see, whatever merchant's list it is."""
    row = _of(user_id, None).filter(place=COLUMNS, name=place).first()
    return frozenset(row.query.split(",")) - {""} if row is not None else frozenset()


def hide_columns(user_id: int, place: str, names: Iterable[str]) -> None:
    save(user_id, None, NewView(COLUMNS, place, ",".join(sorted(names))))


def remove(user_id: int, view_id: int) -> bool:
    return bool(SavedView.objects.filter(user_id=user_id, pk=view_id).delete()[0])
