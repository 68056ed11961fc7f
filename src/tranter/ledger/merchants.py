"""The merchants of an installation: what each is called, when it is closed, how long its buyers' data is kept."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.db.models import Count

from tranter.ledger import journal
from tranter.ledger.book import HOUSE, Book, ensure_book
from tranter.ledger.models import Connection, Merchant
from tranter.ledger.people import MerchantLine
from tranter.ledger.team import Hand
from tranter.ledger.writing import writing, writing_house

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LEAST_DAYS, MOST_DAYS = 1, 3650
ClosedDay = int | str


class MerchantProblem(ValueError):
    """It can't be set; the text says what of it."""


class MerchantSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`closed_days`: weekdays (0 is Monday) and dates. `keep_days`: how long after an order is final."""

    name: str
    time_zone: str
    closed_days: tuple[ClosedDay, ...]
    keep_days: int


class MerchantEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: str
    created_at: datetime
    people: int
    connections: int


def settings_of(book: Book) -> MerchantSettings:
    row = Merchant.objects.get(pk=book.merchant_id)
    return MerchantSettings(
        name=row.name, time_zone=row.time_zone, closed_days=tuple(row.closed_days), keep_days=row.keep_days
    )


def change(book: Book, wanted: MerchantSettings, actor: str, now: datetime) -> MerchantSettings:
    """Raises `MerchantProblem`."""
    wanted = _checked(wanted)
    with writing(book):
        before = settings_of(book)
        if wanted == before:
            return before
        Merchant.objects.filter(pk=book.merchant_id).update(
            name=wanted.name,
            time_zone=wanted.time_zone,
            closed_days=list(wanted.closed_days),
            keep_days=wanted.keep_days,
        )
        detail: journal.Detail = {
            "time_zone": wanted.time_zone,
            "keep_days": wanted.keep_days,
            "keep_days_before": before.keep_days,
            "closed_days": " ".join(str(day) for day in wanted.closed_days),
        }
        journal.append(book, [journal.Entry(what="merchant_changed", actor=actor, detail=detail)], now)
    return wanted


def add(hand: Hand, slug: str, name: str) -> Book:
    """Raises `MerchantProblem`."""
    if not SLUG.fullmatch(slug):
        raise MerchantProblem("the short name wants lower-case letters, digits and dashes, and begins with one of them")
    with writing_house():
        if slug == HOUSE:
            raise MerchantProblem(f"{HOUSE!r} is the house itself: choose another short name")
        if Merchant.objects.filter(slug=slug).exists():
            raise MerchantProblem(f"there is a merchant {slug!r} already")
        book = ensure_book(hand.vault, slug, hand.now)
        Merchant.objects.filter(pk=book.merchant_id).update(name=_name(name))
        entry = journal.Entry(what="merchant_added", subject=slug, actor=hand.actor)
        journal.append(book, [entry], hand.now)
    return book


def entries() -> list[MerchantEntry]:
    """Without the house."""
    rows = Merchant.objects.exclude(slug=HOUSE).annotate(people=Count("reach", distinct=True)).order_by("name", "slug")
    places = dict(
        Connection.objects.exclude(state="removed")
        .order_by()
        .values("merchant_id")
        .annotate(count=Count("pk"))
        .values_list("merchant_id", "count")
    )
    return [
        MerchantEntry(
            id=row.pk,
            slug=row.slug,
            name=row.name,
            created_at=row.created_at,
            people=row.people,
            connections=places.get(row.pk, 0),
        )
        for row in rows
    ]


def lines(merchant_id: int | None = None) -> list[MerchantLine]:
    """This one, or all."""
    rows = Merchant.objects.order_by("name", "slug")
    if merchant_id is not None:
        rows = rows.filter(pk=merchant_id)
    return [MerchantLine(id=row.pk, slug=row.slug, name=row.name, time_zone=row.time_zone) for row in rows]


def is_known(merchant_id: int) -> bool:
    return Merchant.objects.filter(pk=merchant_id).exists()


def parse_closed_days(words: Sequence[str]) -> tuple[ClosedDay, ...]:
    """Numbers of weekdays, and dates as 2026-12-25. Raises `MerchantProblem`."""
    found: list[ClosedDay] = []
    for word in words:
        if word.isdigit() and 0 <= int(word) <= 6:
            found.append(int(word))
            continue
        try:
            found.append(date.fromisoformat(word).isoformat())
        except ValueError as error:
            raise MerchantProblem(f"{word!r} is no day: write 2026-12-25") from error
    weekdays = sorted({day for day in found if isinstance(day, int)})
    dates = sorted({day for day in found if isinstance(day, str)})
    return (*weekdays, *dates)


def _checked(wanted: MerchantSettings) -> MerchantSettings:
    check_zone(wanted.time_zone)
    if not LEAST_DAYS <= wanted.keep_days <= MOST_DAYS:
        raise MerchantProblem(f"buyers' data is kept between {LEAST_DAYS} and {MOST_DAYS:,} days")
    closed = parse_closed_days([str(day) for day in wanted.closed_days])
    return msgspec.structs.replace(wanted, name=_name(wanted.name), closed_days=closed)


def check_zone(name: str) -> None:
    """Raises `MerchantProblem`."""
    if not name:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MerchantProblem(f"there is no time zone {name!r}: write it as Europe/Berlin") from error


def _name(name: str) -> str:
    if not name.strip():
        raise MerchantProblem("a merchant has a name")
    return name.strip()[:200]
