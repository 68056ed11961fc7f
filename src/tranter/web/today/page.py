"""What Today shows: is everything accounted for, what needs somebody, what is late, does anything arrive."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from weakref import WeakKeyDictionary

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from tranter.engine.hub import Hub
from tranter.engine.remedies import MAPS, Cure, cures
from tranter.ledger import figures, problems
from tranter.ledger.figures import Accounted, Day, Kept, Late, Quiet
from tranter.ledger.problems import Group
from tranter.model import Money
from tranter.web.connections.page import Card, cards
from tranter.web.desk import Desk
from tranter.web.links import link
from tranter.web.problems.page import address, concerned, title_of, whose
from tranter.web.templatetags.tranter import locale, shown_time

SHOWN = 5
STRIP = 6
FEW = 10
"""Merchants whose connections are looked at anew for every page."""
FRESH, CALM = 5.0, 60.0
"""Seconds for which a figure of everything is kept: what changes by the order, and what changes by the hour."""

Found = TypeVar("Found")
_KEPT: WeakKeyDictionary[Hub, Kept] = WeakKeyDictionary()


class ProblemLine(Struct, frozen=True, kw_only=True):
    title: str
    whose: str
    says: str
    count: str
    money: tuple[Money, ...]
    ship_by: datetime | None
    url: str
    button: str


class LateLine(Struct, frozen=True, kw_only=True):
    url: str
    whose: str
    one: Late
    stands: str


class Bar(Struct, frozen=True, kw_only=True):
    label: str
    value: int
    note: str
    tone: str


class Page(Struct, frozen=True, kw_only=True):
    """`starts_at`: with no connection at all there is only one thing to do."""

    title: str
    sub: str
    quiet: list[str]
    problems: list[ProblemLine]
    more_problems: int
    cards: list[Card]
    well: int
    late: list[LateLine]
    late_count: int
    bars: list[Bar]
    top: int
    starts_at: str
    missing: list[tuple[str, str]]


def page(desk: Desk) -> Page:
    books = desk.books
    places = _kept(desk, "places", 0.0 if len(books) <= FEW else FRESH, lambda: cards(desk))
    groups = problems.groups(books, desk.now)
    found = _kept(desk, "accounted", FRESH, lambda: figures.accounted(books, desk.now))
    late = figures.late(books, desk.now, SHOWN)
    days = _kept(desk, f"days/{desk.zone}", CALM, lambda: figures.days(books, desk.now, desk.zone))
    ill = [one for one in places if one.pill.tone != "good"]
    return Page(
        title=_sentence(found, sum(group.count for group in groups)),
        sub=_sub(desk, found),
        quiet=[_quiet(desk, one) for one in _kept(desk, "quiet", CALM, lambda: _silences(desk))],
        problems=[_problem(desk, group) for group in groups[:SHOWN]],
        more_problems=max(len(groups) - SHOWN, 0),
        cards=places if len(places) <= STRIP else ill[:STRIP],
        well=len(places) - len(ill) if len(places) > STRIP else 0,
        late=[_late(desk, one) for one in late],
        late_count=len(late) if len(late) < SHOWN else figures.late_count(books, desk.now),
        bars=[_bar(day) for day in days],
        top=max([day.total for day in days] + [1]),
        starts_at="" if places else (link(desk, "connection_new") or link(desk, "connections")),
        missing=_missing(desk) if found.missing else [],
    )


def _kept(desk: Desk, name: str, seconds: float, make: Callable[[], Found]) -> Found:
    hub = desk.house.hub
    kept = _KEPT.setdefault(hub, Kept(hub.ports.clock.monotonic))
    key = (name, tuple(book.merchant_id for book in desk.books))
    return kept.get(key, seconds * hub.ports.clock.scale, make)


def _sentence(found: Accounted, needing: int) -> str:
    if not found.total:
        return _("No orders yet.") + (" " + _need(needing) if needing else "")
    text = ngettext(
        "%(accounted)s of %(total)s order accounted for.",
        "%(accounted)s of %(total)s orders accounted for.",
        found.total,
    )
    said = text % {"accounted": f"{found.accounted:,}", "total": f"{found.total:,}"}
    return f"{said} {_need(needing)}"


def _need(count: int) -> str:
    if not count:
        return _("Nothing needs you.")
    return ngettext("%(count)s needs you.", "%(count)s need you.", count) % {"count": f"{count:,}"}


def _sub(desk: Desk, found: Accounted) -> str:
    """What became of the rest, and when the last order came."""
    parts = []
    last = figures.last_order_at(desk.books)
    if last is not None:
        ago = shown_time(last, desk.now, desk.local(last), "near")
        parts.append(_("Last order %(ago)s.") % {"ago": ago})
    if found.on_the_way:
        going = ngettext("%(count)s is on its way.", "%(count)s are on their way.", found.on_the_way)
        parts.append(going % {"count": f"{found.on_the_way:,}"})
    if found.total:
        parts.append(_("Counted: the last %(days)s days, and what is still open.") % {"days": figures.ACCOUNTED_DAYS})
    return " ".join(parts)


def _missing(desk: Desk) -> list[tuple[str, str]]:
    """(number, address) of orders that nothing looks at: to be opened and tried again."""
    return [
        (number, link(desk, "order", merchant=slug, pk=order_id))
        for slug, order_id, number in figures.missing_orders(desk.books)
    ]


def _silences(desk: Desk) -> list[Quiet]:
    found = (figures.quiet(book, desk.now) for book in desk.books)
    return [one for one in found if one is not None]


def _quiet(desk: Desk, one: Quiet) -> str:
    since = shown_time(one.since, desk.now, desk.local(one.since), "time")
    given = {"since": since, "usual": one.usual, "merchant": one.merchant}
    if desk.merchant is None:
        return _("%(merchant)s: nothing has arrived since %(since)s; usually there are %(usual)s by now.") % given
    return _("Nothing has arrived since %(since)s; usually there are %(usual)s by now.") % given


def _problem(desk: Desk, group: Group) -> ProblemLine:
    return ProblemLine(
        title=title_of(group),
        whose=whose(desk, group),
        says=group.says,
        count=concerned(group),
        money=group.money[:2],
        ship_by=group.ship_by,
        url=address(desk, group),
        button=_button(group),
    )


def _button(group: Group) -> str:
    """What the best way out is called."""
    first, count = cures(group.cause.kind)[0], {"count": f"{group.orders:,}"}
    if first in MAPS:
        return ngettext("Fix and release %(count)s", "Fix and release %(count)s", group.orders) % count
    match first:
        case Cure.SIGN_IN:
            return _("Sign in again")
        case Cure.CORRECT_ADDRESS:
            return _("Correct the address")
        case Cure.CORRECT_ITEM:
            return _("Correct the item")
        case Cure.CONFIRM_STOCK:
            return _("See and confirm")
        case Cure.RELEASE:
            return ngettext("Release %(count)s", "Release %(count)s", group.orders) % count
        case Cure.RETRY:
            return ngettext("Try %(count)s again", "Try %(count)s again", group.orders) % count
        case Cure.RESEND:
            return ngettext("Send %(count)s again", "Send %(count)s again", group.orders) % count
        case _:
            return _("See what to do")


def _late(desk: Desk, one: Late) -> LateLine:
    stands = {"new": _("not sent yet"), "at_wms": _("at the warehouse"), "error": _("waits for a person")}
    return LateLine(
        url=link(desk, "order", merchant=one.merchant, pk=one.order_id),
        whose=one.merchant if desk.merchant is None else "",
        one=one,
        stands=stands.get(one.status, one.status),
    )


def _bar(day: Day) -> Bar:
    parts = [
        (_("%(count)s delivered"), day.counts.get("shipped", 0) + day.counts.get("confirmed", 0)),
        (_("%(count)s on the way"), day.counts.get("new", 0) + day.counts.get("at_wms", 0)),
        (_("%(count)s held"), day.counts.get("error", 0)),
        (_("%(count)s canceled or skipped"), day.counts.get("canceled", 0) + day.counts.get("skipped", 0)),
    ]
    said = [text % {"count": count} for text, count in parts if count]
    note = ", ".join([*said, _("a closed day")] if day.closed else said)
    label = format_date(day.day, "d MMM", locale=locale())
    return Bar(label=label, value=day.total, note=note, tone="soft" if day.closed else "")
