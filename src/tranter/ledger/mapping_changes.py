"""The edits of a merchant's mappings, each of which can be taken back for 30 days, and the orders that they touch."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec
from django.db.models import Q, QuerySet

from tranter.ledger import journal, mappings
from tranter.ledger.book import Book
from tranter.ledger.mappings import ALIAS, CARRIER, CHUNK, FILTER, KIT, Changed, Place, Written
from tranter.ledger.models import Alias, MappingChange, OrderLineRow, OrderRow, ShipmentRow
from tranter.ledger.writing import writing

UNDO_DAYS = 30
NOT_SENT = ("new", "error")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One edit. `can_undo` is false when it is undone already, or too old."""

    id: int
    at: datetime
    actor: str
    kind: str
    rows: tuple[Changed, ...]
    undone_at: datetime | None
    can_undo: bool


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """`refused` are rows that somebody changed since: they stay as they are."""

    written: Written
    kind: str
    refused: tuple[Changed, ...]


class CanNotUndo(Exception):
    """The text says why."""


class TouchedOrder(msgspec.Struct, frozen=True):
    id: int
    number: str


def history(book: Book, now: datetime, start: int = 0, limit: int = 50) -> list[Change]:
    """The newest first."""
    rows = MappingChange.objects.filter(merchant_id=book.merchant_id).order_by("-at", "-pk")
    return [_change(row, now) for row in rows[start : start + limit]]


def change(book: Book, change_id: int, now: datetime) -> Change | None:
    row = MappingChange.objects.filter(merchant_id=book.merchant_id, pk=change_id).first()
    return _change(row, now) if row is not None else None


def _change(row: MappingChange, now: datetime) -> Change:
    return Change(
        id=row.pk,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        rows=tuple(Changed(place[0], place[1], before, after) for place, before, after in row.rows),
        undone_at=row.undone_at,
        can_undo=row.undone_at is None and now - row.at <= timedelta(days=UNDO_DAYS),
    )


def undo(book: Book, change_id: int, actor: str, now: datetime) -> Undone:
    """What this edit did is taken back, as an edit of its own. Raises CanNotUndo when nothing can be."""
    with writing(book):
        found = change(book, change_id, now)
        if found is None:
            raise CanNotUndo(f"there is no change {change_id}")
        if not found.can_undo:
            raise CanNotUndo("it is undone already" if found.undone_at else f"it is older than {UNDO_DAYS} days")
        refused = changed_since(book, found)
        edits = {row.place: row.before for row in found.rows if row not in refused}
        if not edits:
            raise CanNotUndo("somebody changed all of it since; it stays as it is now")
        written = mappings.write(book, found.kind, edits, actor, now)
        mine = MappingChange.objects.filter(merchant_id=book.merchant_id, pk=change_id)
        mine.update(undone_at=now)
        detail: journal.Detail = {"kind": found.kind, "rows": len(edits), "left": len(refused)}
        entry = journal.Entry(what="mapping_undone", subject=str(change_id), actor=actor, detail=detail)
        journal.append(book, [entry], now)
    return Undone(written=written, kind=found.kind, refused=refused)


def changed_since(book: Book, made: Change) -> tuple[Changed, ...]:
    """Rows of this edit that are no longer as it left them."""
    now_there = mappings.current(book, made.kind, [row.place for row in made.rows])
    return tuple(row for row in made.rows if now_there.get(row.place) != row.after)


def touched(book: Book, kind: str, places: Iterable[Place]) -> list[TouchedOrder]:
    """Orders that these words concern and that the other system was not told of yet, the oldest first."""
    found: dict[int, str] = {}
    for some in _chunks(sorted(set(places))):
        rows = _orders(book, kind, some)
        found.update(rows.order_by("pk").values_list("pk", "number"))
    return [TouchedOrder(order_id, found[order_id]) for order_id in sorted(found)]


def _orders(book: Book, kind: str, places: list[Place]) -> "QuerySet[OrderRow]":
    words = [word for _, word in places]
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id)
    if kind == CARRIER:
        waiting = ShipmentRow.objects.filter(merchant_id=book.merchant_id, confirmed_at=None, carrier__in=words)
        return mine.filter(pk__in=waiting.values("order_id"))
    open_ones = mine.filter(status__in=NOT_SENT)
    if kind == FILTER:
        names = {name for name, _ in places}
        return open_ones if "" in names else open_ones.filter(connection__name__in=names)
    if kind == KIT:
        called = Alias.objects.filter(merchant_id=book.merchant_id, sku__in=words)
        return _with_codes(book, [("", word) for word in words] + list(called.values_list("connection", "alias")))
    if kind != ALIAS:
        return open_ones.filter(ship_method__in=words, connection__name__in={name for name, _ in places})
    return _with_codes(book, places)


def _with_codes(book: Book, places: list[Place]) -> "QuerySet[OrderRow]":
    """Open orders with a line that is called so there."""
    everywhere = [word for name, word in places if not name]
    named = Q(item_sku__in=everywhere)
    for name in {name for name, _ in places if name}:
        named |= Q(order__connection__name=name, item_sku__in=[word for at, word in places if at == name])
    lines = OrderLineRow.objects.filter(named, order__merchant_id=book.merchant_id, order__status__in=NOT_SENT)
    mine = OrderRow.objects.filter(merchant_id=book.merchant_id, status__in=NOT_SENT)
    return mine.filter(pk__in=lines.values("order_id"))


def _chunks(places: list[Place]) -> Iterator[list[Place]]:
    for start in range(0, len(places), CHUNK):
        yield places[start : start + CHUNK]
