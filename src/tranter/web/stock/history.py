"""The edits of mappings, and taking one back."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from tranter.engine import mapping
from tranter.ledger import mapping_changes
from tranter.ledger.actors import names
from tranter.ledger.mapping_changes import CanNotUndo, Change
from tranter.web.desk import Desk, NotHere
from tranter.web.shown import show, toast
from tranter.web.stock.mapping_skus import released
from tranter.web.stock.mappings import kind_names
from tranter.web.stock.parts import ROWS, address, order_address, see_other, start_of, tabs

SHOWN = 200


class Line(Struct, frozen=True, kw_only=True):
    change: Change
    kind: str
    who: str
    url: str


class Order(Struct, frozen=True, kw_only=True):
    number: str
    url: str


def _lines(desk: Desk, changes: Sequence[Change]) -> list[Line]:
    people = names({one.actor for one in changes})
    people |= {"operator": _("The command line"), desk.actor: _("You")}
    return [
        Line(
            change=one,
            kind=kind_names()[one.kind],
            who=people.get(one.actor, _("Somebody")),
            url=address(desk, "mapping-change", pk=one.id),
        )
        for one in changes
    ]


@require_safe
def history(request: HttpRequest, desk: Desk) -> HttpResponse:
    start = start_of(request)
    found = mapping_changes.history(desk.book, desk.now, start, ROWS + 1)
    url = address(desk, "mapping-history")
    return show(
        request,
        desk,
        "stock/history.html",
        tabs=tabs(desk, "mappings"),
        lines=_lines(desk, found[:ROWS]),
        newer=f"{url}?start={max(start - ROWS, 0)}" if start else "",
        older=f"{url}?start={start + ROWS}" if len(found) > ROWS else "",
    )


@require_safe
def change(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    found = mapping_changes.change(desk.book, pk, desk.now)
    if found is None:
        raise NotHere(str(pk))
    touched = mapping_changes.touched(desk.book, found.kind, [row.place for row in found.rows])
    return show(
        request,
        desk,
        "stock/change.html",
        line=_lines(desk, [found])[0],
        rows=found.rows[:SHOWN],
        more=max(len(found.rows) - SHOWN, 0),
        refused=mapping_changes.changed_since(desk.book, found) if found.can_undo else (),
        orders=[Order(number=one.number, url=order_address(desk, one.id, one.number)) for one in touched[:SHOWN]],
        order_count=len(touched),
    )


@require_POST
def undo(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    if mapping_changes.change(desk.book, pk, desk.now) is None:
        raise NotHere(str(pk))
    try:
        done = mapping.undo(desk.house.hub, desk.book, pk, desk.actor)
    except CanNotUndo:
        toast(request, _("It can't be undone any more."), bad=True)
        return see_other(address(desk, "mapping-change", pk=pk))
    desk.house.wake()
    count = len(done.refused)
    said = _("Undone.") + released(done.saved)
    if count:
        left = ngettext(
            "%(count)s row was changed since and stays: %(words)s.",
            "%(count)s rows were changed since and stay: %(words)s.",
            count,
        )
        said += " " + left % {"count": count, "words": ", ".join(row.word for row in done.refused[:5])}
    toast(request, said)
    return see_other(address(desk, "mapping-history"))
