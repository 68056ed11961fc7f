"""What the pages about stock show."""

from datetime import datetime

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.engine.shelves import ListingLine, SkuLine, SkuPage, SkuStory
from tranter.ledger.shelf_list import Holding
from tranter.web.desk import Desk
from tranter.web.stock.parts import address, order_address
from tranter.web.stock.words import RESULTS, Word, word_of

PROBLEMS = ("failed", "waiting", "none_left", "untracked", "unread", "duplicate")


class Row(Struct, frozen=True, kw_only=True):
    """`shown` is what carts show: one number where they agree."""

    sku: str
    name: str
    url: str
    available: int | None
    tracked: bool
    reserved: int
    buffer: int
    shown: str
    listings: int
    word: Word


class Chip(Struct, frozen=True, kw_only=True):
    label: str
    value: str
    is_current: bool


def problem_labels() -> dict[str, str]:
    return {
        "failed": _("Failed"),
        "waiting": _("Waiting"),
        "none_left": _("None left"),
        "untracked": _("Not counted"),
        "unread": _("Not known"),
        "duplicate": _("There twice"),
    }


def chips(problem: str) -> list[Chip]:
    named = {"": _("All"), **problem_labels()}
    return [Chip(label=label, value=value, is_current=value == problem) for value, label in named.items()]


def rows(desk: Desk, page: SkuPage) -> list[Row]:
    return [_row(desk, line) for line in page.lines]


def _row(desk: Desk, line: SkuLine) -> Row:
    quantities = sorted({one.shown for one in line.listings if one.shown is not None})
    shown = "–".join(str(quantity) for quantity in (quantities[:1] + quantities[-1:])[: len(quantities)])
    return Row(
        sku=line.sku,
        name=line.name,
        url=address(desk, "sku", sku=line.sku),
        available=line.available,
        tracked=line.tracked,
        reserved=line.reserved,
        buffer=line.buffer,
        shown=shown,
        listings=len(line.listings),
        word=word_of(line.results),
    )


class Shown(Struct, frozen=True, kw_only=True):
    """One listing of a SKU. `detail` is what the cart said, or how much it was about."""

    connection: str
    connection_url: str
    marketplace: str
    listing_id: str
    title: str
    code: str
    shown: int | None
    wanted: int | None
    word: Word
    at: datetime | None
    detail: str
    next_at: datetime | None


class Level(Struct, frozen=True, kw_only=True):
    location: str
    available: int | None
    read_at: datetime


class Held(Struct, frozen=True, kw_only=True):
    number: str
    url: str
    units: int
    ordered_at: datetime
    is_at_warehouse: bool


class SkuShown(Struct, frozen=True, kw_only=True):
    line: SkuLine
    word: Word
    levels: list[Level]
    listings: list[Shown]
    held: list[Held]


def sku_shown(desk: Desk, story: SkuStory) -> SkuShown:
    line = story.line
    return SkuShown(
        line=line,
        word=word_of(line.results),
        levels=[
            Level(location=_place(one.location), available=one.available, read_at=one.read_at) for one in line.levels
        ],
        listings=[_shown(desk, one) for one in line.listings],
        held=[_held(desk, one) for one in story.holding],
    )


def _place(location: str) -> str:
    if not location:
        return _("All locations")
    return _("Location %(name)s") % {"name": location} if location.isdigit() else location


def _shown(desk: Desk, one: ListingLine) -> Shown:
    return Shown(
        connection=one.connection,
        connection_url=address(desk, "connections"),
        marketplace=one.marketplace,
        listing_id=one.listing_id,
        title=one.title,
        code=one.code,
        shown=one.shown,
        wanted=one.wanted,
        word=RESULTS[one.result],
        at=one.at,
        detail=one.cause or _quantity(one),
        next_at=one.next_at,
    )


def _quantity(one: ListingLine) -> str:
    if one.quantity is None:
        return ""
    match one.result:
        case "sent":
            return _("%(quantity)s was sent") % {"quantity": one.quantity}
        case "superseded":
            return _("%(quantity)s was not sent any more") % {"quantity": one.quantity}
        case _:
            return _("%(quantity)s is to be sent") % {"quantity": one.quantity}


def _held(desk: Desk, one: Holding) -> Held:
    return Held(
        number=one.number,
        url=order_address(desk, one.id, one.number),
        units=one.units,
        ordered_at=one.ordered_at,
        is_at_warehouse=one.status == "at_wms",
    )
