"""What a merchant calls things: SKU aliases, ship methods, carriers. Every edit is kept, so that it can be undone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from tranter.ledger import connections, journal, orders, schedule, shipments
from tranter.ledger.book import Book
from tranter.ledger.models import Alias, CarrierMap, CartFilter, Kit, MappingChange, ShipMethodMap
from tranter.ledger.writing import writing
from tranter.model.dated import Meaning, read_meaning

CHUNK = 500
ALIAS, KIT, FILTER, SHIP_METHOD, CARRIER = "alias", "kit", "filter", "ship_method", "carrier"
TABLES: dict[str, tuple[Any, str, str]] = {
    ALIAS: (Alias, "alias", "sku"),
    KIT: (Kit, "sku", "recipe"),
    FILTER: (CartFilter, "field", "rule"),
    SHIP_METHOD: (ShipMethodMap, "code", "method"),
    CARRIER: (CarrierMap, "word", "carrier"),
}
SET = {ALIAS: "alias_set", KIT: "kit_set", FILTER: "filter_set", SHIP_METHOD: "ship_method_set", CARRIER: "carrier_set"}
REMOVED = {
    ALIAS: "alias_removed",
    KIT: "kit_removed",
    FILTER: "filter_removed",
    SHIP_METHOD: "ship_method_removed",
    CARRIER: "carrier_removed",
}

Place = tuple[str, str]
"""A connection's name (empty: everywhere) and the word that is spoken there."""


class Changed(msgspec.Struct, frozen=True):
    """One row of an edit. None: there was, or is, no such row."""

    connection: str
    word: str
    before: str | None
    after: str | None

    @property
    def place(self) -> Place:
        return self.connection, self.word


class Written(msgspec.Struct, frozen=True):
    """`change_id` None: everything was so already."""

    change_id: int | None
    rows: tuple[Changed, ...]


def listed(book: Book, kind: str) -> list[tuple[str, str, str]]:
    """(connection name, word, what it becomes), sorted."""
    model, word, becomes = TABLES[kind]
    rows = model.objects.filter(merchant_id=book.merchant_id).order_by("connection", word)
    return list(rows.values_list("connection", word, becomes))


def promotions(book: Book) -> dict[Place, Meaning]:
    """Aliases that count on some days only."""
    rows = Alias.objects.filter(merchant_id=book.merchant_id).exclude(since=None, until=None)
    return {(row.connection, row.alias): Meaning(row.sku, row.since, row.until) for row in rows}


def aliases(book: Book) -> list[tuple[str, str, str]]:
    """(connection name or empty, alias, SKU)."""
    return listed(book, ALIAS)


def kits(book: Book) -> dict[str, str]:
    """SKU → what is in it, as people write it."""
    return {sku: recipe for _, sku, recipe in listed(book, KIT)}


def ship_methods(book: Book) -> list[tuple[str, str, str]]:
    """(cart connection, cart code, warehouse method)."""
    return listed(book, SHIP_METHOD)


def carriers(book: Book) -> list[tuple[str, str, str]]:
    """(warehouse connection, its word, the cart's word)."""
    return listed(book, CARRIER)


def page(book: Book, kind: str, search: str, start: int, limit: int) -> tuple[list[tuple[str, str, str]], int]:
    """Some of them, and how many there are that match."""
    model, word, becomes = TABLES[kind]
    rows = model.objects.filter(merchant_id=book.merchant_id)
    if search:
        rows = rows.filter(**{f"{word}__icontains": search}) | rows.filter(**{f"{becomes}__icontains": search})
    found = rows.order_by(word, "connection")[start : start + limit]
    return [(row.connection, getattr(row, word), _said(kind, row, becomes)) for row in found], rows.count()


def _said(kind: str, row: Any, becomes: str) -> str:
    """What it becomes, with its days."""
    return Meaning(row.sku, row.since, row.until).text() if kind == ALIAS else str(getattr(row, becomes))


def current(book: Book, kind: str, places: Iterable[Place]) -> dict[Place, str]:
    """What these words become now, with the days on which they do; those without a row are left out."""
    model, word, becomes = TABLES[kind]
    wanted = set(places)
    found: dict[Place, str] = {}
    for words in _chunks(sorted({word for _, word in wanted})):
        rows = model.objects.filter(merchant_id=book.merchant_id, **{f"{word}__in": words})
        for row in rows:
            place = (row.connection, getattr(row, word))
            if place in wanted:
                found[place] = _said(kind, row, becomes)
    return found


def _chunks(words: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(words), CHUNK):
        yield words[start : start + CHUNK]


def write(book: Book, kind: str, edits: Mapping[Place, str | None], actor: str, now: datetime) -> Written:
    """All or nothing; None removes a row. What waits for one of the words is woken."""
    with writing(book):
        before = current(book, kind, edits)
        rows = tuple(
            Changed(place[0], place[1], before.get(place), after)
            for place, after in edits.items()
            if before.get(place) != after
        )
        if not rows:
            return Written(None, ())
        _store(book, kind, rows)
        change = MappingChange.objects.create(
            merchant_id=book.merchant_id,
            at=now,
            actor=actor,
            kind=kind,
            rows=[[[row.connection, row.word], row.before, row.after] for row in rows],
        )
        journal.append(book, [_entry(kind, row, actor) for row in rows], now)
        _wake(book, kind, now)
    return Written(change.pk, rows)


def _store(book: Book, kind: str, rows: tuple[Changed, ...]) -> None:
    model, word, becomes = TABLES[kind]
    kept = [row for row in rows if row.after is not None]
    model.objects.bulk_create(
        [
            model(
                merchant_id=book.merchant_id,
                connection=row.connection,
                **{word: row.word, **_columns(kind, becomes, row.after or "")},
            )
            for row in kept
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["merchant", "connection", word],
        update_fields=list(_columns(kind, becomes, "")),
    )
    for row in rows:
        if row.after is None:
            gone = model.objects.filter(merchant_id=book.merchant_id, connection=row.connection, **{word: row.word})
            gone.delete()


def _columns(kind: str, becomes: str, text: str) -> dict[str, str | date | None]:
    if kind != ALIAS:
        return {becomes: text}
    found = read_meaning(text)
    return {"sku": found.sku, "since": found.since, "until": found.until}


def _entry(kind: str, row: Changed, actor: str) -> journal.Entry:
    detail: journal.Detail = {"connection": row.connection, "before": row.before, "after": row.after}
    if row.after is None:
        return journal.Entry(what=REMOVED.get(kind, ""), subject=row.word, actor=actor, detail=detail)
    return journal.Entry(what=SET.get(kind, ""), subject=row.word, actor=actor, detail=detail)


def _wake(book: Book, kind: str, now: datetime) -> None:
    if kind in (ALIAS, KIT):
        orders.decide_again(book, now, kinds=["unknown_sku", "duplicate_sku"])
    if kind in (ALIAS, KIT, FILTER):
        for info in connections.all_of(book):
            schedule.ring(info.id, ("decide", "listing_stock"), now)
    if kind == CARRIER:
        for connection_id in shipments.send_refused_again(book, now):
            schedule.ring(connection_id, ["tracking"], now)


def set_aliases(book: Book, rows: Iterable[tuple[str, str, str]], now: datetime) -> list[str]:
    """The aliases that are new or now mean another SKU; orders that wait for one are decided again."""
    edits = {(connection, alias): sku for connection, alias, sku in rows}
    return [row.word for row in write(book, ALIAS, edits, "operator", now).rows]


def set_ship_methods(book: Book, rows: Iterable[tuple[str, str, str]], now: datetime) -> None:
    write(book, SHIP_METHOD, {(connection, code): method for connection, code, method in rows}, "operator", now)


def set_carriers(book: Book, rows: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Parcels that the cart refused are sent again."""
    write(book, CARRIER, {(connection, word): carrier for connection, word, carrier in rows}, "operator", now)
