"""The catalogue: what carts list beside what the warehouse has, and accepting what matches."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from msgspec import Struct

from tranter.engine import catalogue as matching
from tranter.engine.both_sides import LISTED, ONLY_AT_WAREHOUSE, Asked, CataloguePage, catalogue_page, proposals
from tranter.engine.catalogue import Meaning, NoSuchSku
from tranter.web.desk import Desk
from tranter.web.pills import Pill
from tranter.web.shown import show, toast
from tranter.web.stock.mapping_skus import released
from tranter.web.stock.parts import ROWS, address, back, pages, see_other, start_of, tabs, word_of

STATES = (*LISTED, ONLY_AT_WAREHOUSE)
LEAST, STEPS = 90, (70, 80, 90, 95, 100)


class Side(Struct, frozen=True, kw_only=True):
    label: str
    value: str
    count: int
    is_current: bool


@require_safe
def catalogue(request: HttpRequest, desk: Desk) -> HttpResponse:
    search, start, state = word_of(request, "q"), start_of(request), word_of(request, "state")
    state = state if state in STATES else ""
    asked = Asked(state=state, search=search, start=start, limit=ROWS, suggest="suggest" in request.GET)
    found = catalogue_page(desk.house.hub, desk.book, asked)
    values: dict[str, Any] = {"tabs": tabs(desk, "catalogue"), "search": search, "state": state}
    if found is None:
        return show(request, desk, "stock/no_warehouse.html", **values)
    return show(
        request,
        desk,
        "stock/catalogue.html",
        **values,
        found=found,
        lonely=state == ONLY_AT_WAREHOUSE,
        pills=pills(),
        sides=_sides(found, state),
        ready=all(line.suggestions is not None for line in found.lines),
        here=request.get_full_path(),
        pages=pages(address(desk, "catalogue"), {"q": search, "state": state}, start, found.total),
    )


def pills() -> dict[str, Pill]:
    return {
        "unmatched": Pill("bad", _("Unmatched")),
        "duplicate": Pill("warn", _("There twice")),
        "matched": Pill("good", _("Matched")),
    }


def _sides(found: CataloguePage, state: str) -> list[Side]:
    counts = found.counts
    listed = counts.unmatched + counts.duplicate + counts.matched
    named = (
        ("", _("All"), listed),
        ("unmatched", _("Unmatched"), counts.unmatched),
        ("duplicate", _("There twice"), counts.duplicate),
        ("matched", _("Matched"), counts.matched),
        (ONLY_AT_WAREHOUSE, _("Only at the warehouse"), counts.only_at_warehouse),
    )
    return [Side(label=label, value=value, count=count, is_current=value == state) for value, label, count in named]


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, desk: Desk) -> HttpResponse:
    """First what would be matched, then the yes to what was seen."""
    if request.method == "POST":
        return _accept(request, desk)
    least, start = _least(request.GET.get("least", "")), start_of(request)
    found = proposals(desk.house.hub, desk.book, least)
    here, asked = address(desk, "catalogue-accept"), {"least": str(least)}
    return show(
        request,
        desk,
        "stock/accept.html",
        tabs=tabs(desk, "catalogue"),
        least=least,
        steps=STEPS,
        found=found[start : start + ROWS],
        pages=pages(here, asked, start, len(found)),
        back=f"{here}?{urlencode(asked)}" if len(found) > ROWS else "",
    )


def _least(given: str) -> int:
    return int(given) if given in {str(step) for step in STEPS} else LEAST


def _accept(request: HttpRequest, desk: Desk) -> HttpResponse:
    chosen = [one[:8] for one in request.POST.getlist("row") if one.isascii() and one.isdigit()]
    pairs = [(request.POST.get(f"code-{one}", ""), request.POST.get(f"sku-{one}", "")) for one in chosen]
    meanings = [Meaning(code, sku) for code, sku in pairs if code.strip() and sku and len(code) <= 200]
    if not meanings:
        toast(request, _("Nothing was chosen."), bad=True)
        return see_other(address(desk, "catalogue-accept"))
    try:
        saved = matching.accept(desk.house.hub, desk.book, meanings, desk.actor)
    except NoSuchSku:
        toast(request, _("The warehouse changed meanwhile: look again."), bad=True)
        return see_other(address(desk, "catalogue-accept"))
    desk.house.wake()
    count = len(saved.rows)
    said = ngettext("%(count)s code is matched.", "%(count)s codes are matched.", count) % {"count": count}
    toast(request, said + released(saved))
    return back(request, desk)
