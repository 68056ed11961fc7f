"""Mappings: what things are called, one by one."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from msgspec import Struct

from tranter.engine import mapping
from tranter.engine.dry_run import DryRun
from tranter.engine.filter_skips import DAYS, decide_skipped_again, skipped_by
from tranter.engine.filter_trial import try_filters
from tranter.engine.kit_list import kits_there
from tranter.ledger import connections, mappings
from tranter.ledger.mappings import ALIAS, CARRIER, FILTER, KIT, SHIP_METHOD, TABLES
from tranter.model.dated import read_meaning
from tranter.web.desk import Desk, NotHere
from tranter.web.shown import show, toast
from tranter.web.stock.filter_form import FilterForm
from tranter.web.stock.forms import LABELS, MappingForm
from tranter.web.stock.mapping_skus import released
from tranter.web.stock.parts import ROWS, Tab, address, pages, see_other, start_of, tabs, word_of


class Row(Struct, frozen=True, kw_only=True):
    connection: str
    word: str
    becomes: str
    url: str
    available: int | None = None


def kind_names() -> dict[str, str]:
    return {
        ALIAS: _("SKU aliases"),
        KIT: _("Kits"),
        FILTER: _("Filters"),
        SHIP_METHOD: _("Ship methods"),
        CARRIER: _("Carriers"),
    }


def kind_tabs(desk: Desk, current: str) -> list[Tab]:
    return [
        Tab(url=f"{address(desk, 'mappings')}?kind={kind}", label=label, is_current=kind == current)
        for kind, label in kind_names().items()
    ]


def kind_of(given: str) -> str:
    return given if given in TABLES else ALIAS


@require_safe
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    kind, search, start = kind_of(word_of(request, "kind")), word_of(request, "q"), start_of(request)
    found, total = mappings.page(desk.book, kind, search, start, ROWS)
    edit = address(desk, "mapping-edit", kind=kind)
    words = [word for _connection, word, _becomes in found] if kind == KIT else []
    there = {one.sku: one.available for one in kits_there(desk.house.hub, desk.book, words)}
    return show(
        request,
        desk,
        "stock/mappings.html",
        tabs=tabs(desk, "kits" if kind == KIT else "mappings"),
        kinds=kind_tabs(desk, kind),
        kind=kind,
        kind_name=kind_names()[kind],
        labels=LABELS[kind],
        search=search,
        rows=[
            Row(
                connection=connection,
                word=word,
                becomes=becomes,
                url=f"{edit}?{urlencode({'connection': connection, 'word': word})}",
                available=there.get(word),
            )
            for connection, word, becomes in found
        ],
        add_url=edit,
        pages=pages(address(desk, "mappings"), {"kind": kind, "q": search}, start, total),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """A new one, or the one that the address names; its word can be changed, too."""
    if kind not in TABLES:
        raise NotHere(kind)
    place = (request.GET.get("connection", ""), request.GET.get("word", ""))
    before = mappings.current(desk.book, kind, [place]).get(place)
    names = [info.name for info in connections.all_of(desk.book)]
    known: dict[str, object] = {"connection": place[0], "word": place[1], "becomes": before or ""}
    if kind == ALIAS and before is not None:
        days = read_meaning(before)
        known |= {"becomes": days.sku, "since": days.since, "until": days.until}
    if request.method == "POST" and "remove" in request.POST and before is not None:
        return _removed(request, desk, kind, place)
    posted = request.POST if request.method == "POST" else None
    form: MappingForm | FilterForm
    if kind == FILTER:
        form = FilterForm(names, posted, (*place, before or ""))
    else:
        form = MappingForm(kind, names, posted, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        edits: dict[mappings.Place, str | None] = {place: None} if before is not None else {}
        edits[given.get("connection", ""), given["word"]] = given["becomes"]
        if kind == FILTER and "try" in request.POST:
            trial = try_filters(desk.house.hub, desk.book, edits)
            return _asked(request, desk, kind, (form, before is None, trial))
        try:
            return _saved(request, desk, kind, edits)
        except mapping.BadTable as error:
            form.add_error("becomes", str(error))
    return _asked(request, desk, kind, (form, before is None, None))


Asked = tuple[MappingForm | FilterForm, bool, DryRun | None]


def _asked(request: HttpRequest, desk: Desk, kind: str, asked: Asked) -> HttpResponse:
    form, is_new, trial = asked
    place = (request.GET.get("connection", ""), request.GET.get("word", ""))
    skipped = skipped_by(desk.house.hub, desk.book, place) if kind == FILTER and not is_new else []
    return show(
        request,
        desk,
        "stock/mapping.html",
        kind=kind,
        kind_name=kind_names()[kind],
        form=form,
        is_new=is_new,
        trial=trial,
        skipped=len(skipped),
        days=DAYS,
    )


def _removed(request: HttpRequest, desk: Desk, kind: str, place: mappings.Place) -> HttpResponse:
    """What a filter left out is decided again only where that was asked for."""
    answer = _saved(request, desk, kind, {place: None})
    if kind == FILTER and "again" in request.POST:
        count = decide_skipped_again(desk.house.hub, desk.book, place, desk.actor)
        text = ngettext("%(count)s order is decided again.", "%(count)s orders are decided again.", count)
        toast(request, text % {"count": count})
    return answer


def _saved(request: HttpRequest, desk: Desk, kind: str, edits: dict[mappings.Place, str | None]) -> HttpResponse:
    saved = mapping.save(desk.house.hub, desk.book, {kind: edits}, desk.actor)
    desk.house.wake()
    toast(request, (_("Saved.") if saved.rows else _("It was so already.")) + released(saved))
    return see_other(f"{address(desk, 'mappings')}?kind={kind}")
