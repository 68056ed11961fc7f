"""A file of mappings: its difference first, then the yes; and all of them as a file."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tranter.engine import mapping
from tranter.engine.dry_run import DryRun
from tranter.engine.filter_trial import try_filters
from tranter.ledger.mappings import ALIAS, FILTER, KIT
from tranter.routing.csv_rows import CsvError
from tranter.web.desk import Desk
from tranter.web.shown import show, toast
from tranter.web.stock.forms import LARGEST_BYTES, FileForm
from tranter.web.stock.mapping_skus import released
from tranter.web.stock.mappings import kind_names, kind_of
from tranter.web.stock.parts import address, see_other

SHOWN = 200


def _table(kind: str) -> str:
    """Ship methods and carriers share a file."""
    return kind if kind in (ALIAS, KIT, FILTER) else "methods"


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    kind = kind_of(kind)
    text = request.POST.get("text", "")[:LARGEST_BYTES]
    if request.method == "POST" and text:
        return _save(request, desk, kind, text)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        return _compare(request, desk, kind, form)
    return _ask(request, desk, kind, form)


def _ask(request: HttpRequest, desk: Desk, kind: str, form: FileForm) -> HttpResponse:
    return show(
        request, desk, "stock/import.html", kind=kind, kind_name=kind_names()[kind], form=form, table=_table(kind)
    )


def _compare(request: HttpRequest, desk: Desk, kind: str, form: FileForm) -> HttpResponse:
    try:
        diff = mapping.preview(desk.house.hub, desk.book, _table(kind), form.cleaned_data["file"])
    except CsvError as error:
        form.add_error("file", str(error))
        return _ask(request, desk, kind, form)
    return _show(request, desk, (kind, form.cleaned_data["file"]), diff)


def _show(request: HttpRequest, desk: Desk, given: tuple[str, str], diff: mapping.Diff) -> HttpResponse:
    kind, text = given
    return show(
        request,
        desk,
        "stock/diff.html",
        kind=kind,
        kind_name=kind_names()[kind],
        text=text,
        diff=diff,
        seen=_seen(diff),
        differing=(*diff.changed, *diff.new)[:SHOWN],
        unknown=frozenset(row.line for row in diff.unknown),
        trial=_trial(desk, kind, diff),
        more=max(len(diff.changed) + len(diff.new) - SHOWN, 0),
        bad=diff.bad[:SHOWN],
    )


def _trial(desk: Desk, kind: str, diff: mapping.Diff) -> DryRun | None:
    """What filters would leave out, before they are saved."""
    if kind != FILTER or diff.bad:
        return None
    edits = {(row.connection, row.word): row.after for row in (*diff.new, *diff.changed)}
    return try_filters(desk.house.hub, desk.book, edits)


def _seen(diff: mapping.Diff) -> str:
    """What a person said yes to; if the mappings changed meanwhile, they are asked anew."""
    return hashlib.sha256(repr((diff.new, diff.changed, diff.bad)).encode()).hexdigest()[:16]


def _save(request: HttpRequest, desk: Desk, kind: str, text: str) -> HttpResponse:
    try:
        diff = mapping.preview(desk.house.hub, desk.book, _table(kind), text)
    except CsvError as error:
        toast(request, str(error), bad=True)
        return see_other(address(desk, "mapping-import", kind=kind))
    if diff.bad or _seen(diff) != request.POST.get("seen", ""):
        toast(request, _("The mappings changed meanwhile: look at the difference again."), bad=True)
        return _show(request, desk, (kind, text), diff)
    saved = mapping.save_table(desk.house.hub, desk.book, _table(kind), text, desk.actor)
    desk.house.wake()
    count = len(saved.rows)
    said = ngettext("%(count)s row is saved.", "%(count)s rows are saved.", count) % {"count": count}
    toast(request, said + released(saved))
    return see_other(f"{address(desk, 'mappings')}?kind={kind}")


@require_safe
def export(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    table = _table(kind_of(kind))
    answer = HttpResponse(mapping.export(desk.book, table), content_type="text/csv; charset=utf-8")
    name = {ALIAS: "aliases", KIT: "kits", FILTER: "filters"}.get(table, "ship-methods-and-carriers")
    answer.headers["Content-Disposition"] = f'attachment; filename="{desk.merchant}-{name}.csv"'
    return answer
