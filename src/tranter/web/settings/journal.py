"""Settings, Journal: what happened, to what, because of whom; and that nobody changed it."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from tranter.ledger import actors, journal, journal_list
from tranter.ledger.journal import JournalLine
from tranter.ledger.journal_list import PAGE, JournalFilter
from tranter.routing.csv_rows import csv_line
from tranter.web.desk import Desk
from tranter.web.settings.tabs import tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


class Line(Struct, frozen=True, kw_only=True):
    line: JournalLine
    what: str
    of: str
    who: str
    detail: str


@require_safe
def entries(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Without a merchant in the address: choose one."""
    if desk.merchant is None:
        return show(request, desk, "settings/journals.html", tabs=tabs(desk, "journal"), merchants=desk.reach)
    wanted = _wanted(request)
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 19 else None
    found = journal_list.page(desk.book, wanted, start, PAGE + 1)
    names = actors.names({one.actor for one in found} | {one.subject for one in found})
    here = shell_of(desk).to("journal")
    older = _address(here, wanted, found[PAGE - 1].number) if len(found) > PAGE else ""
    return show(
        request,
        desk,
        "settings/journal.html",
        tabs=tabs(desk, "journal"),
        lines=[_line(one, names) for one in found[:PAGE]],
        words=[(word, word.replace("_", " ")) for word in journal_list.words(desk.book)],
        wanted=wanted,
        older=older,
        newest=_address(here, wanted) if start is not None else "",
        export=_address(shell_of(desk).to("journal_export"), wanted),
    )


def _wanted(request: HttpRequest) -> JournalFilter:
    by = request.GET.get("by", "")
    return JournalFilter(
        what=request.GET.get("what", "")[:64],
        by=by if by in ("people", "hub") else "",
        subject=request.GET.get("subject", "").strip()[:200],
    )


def _address(base: str, wanted: JournalFilter, before: int | None = None) -> str:
    given = {"what": wanted.what, "by": wanted.by, "subject": wanted.subject, "before": before}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{base}?{query}" if query else base


def _line(one: JournalLine, names: dict[str, str]) -> Line:
    detail = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in one.detail.items() if value != "")
    return Line(
        line=one,
        what=one.what.replace("_", " "),
        of=names.get(one.subject, one.subject),
        who=_who(one.actor, names),
        detail=detail,
    )


def _who(actor: str, names: dict[str, str]) -> str:
    match actor:
        case "hub":
            return _("The hub")
        case "operator":
            return _("The terminal")
        case "invitation":
            return _("An invitation")
    return names.get(actor, actor)


@require_safe
def export(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """All of it, as a table; no cell is taken for a formula."""
    found = journal_list.everything(desk.book, _wanted(request))
    response = StreamingHttpResponse(_rows(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-{desk.merchant}.csv"'
    return response


def _rows(found: Iterator[JournalLine]) -> Iterator[str]:
    yield csv_line(["number", "at", "actor", "what", "subject", "detail"])
    for one in found:
        detail = "; ".join(f"{name}: {value}" for name, value in one.detail.items())
        yield csv_line([one.number, one.at.isoformat(), one.actor, one.what, one.subject, detail])


@require_POST
def verify(request: HttpRequest, desk: Desk) -> HttpResponse:
    broken = journal.broken_at(desk.book)
    if broken is None:
        toast(request, _("The journal is whole: every entry follows from the one before."))
    else:
        text = _("Entry %(number)d does not follow from the one before it: the journal was changed.")
        toast(request, text % {"number": broken}, bad=True)
    return HttpResponseRedirect(shell_of(desk).to("journal"), status=303)
