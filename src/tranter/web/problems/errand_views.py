"""How far an errand is, and what came of it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec import Struct

from tranter.ledger import errands
from tranter.ledger.errands import ErrandState, UnknownErrand
from tranter.web.desk import Desk, NotHere
from tranter.web.links import link
from tranter.web.pills import Pill
from tranter.web.problems.deeds import answered, doing, pill_of
from tranter.web.problems.views import see_other
from tranter.web.shown import show, toast


class ErrandPage(Struct, frozen=True, kw_only=True):
    """`so_far` of `total` orders were tried. `lines`: what came of them."""

    id: int
    title: str
    pill: Pill
    is_open: bool
    so_far: int
    total: int
    progress: str
    lines: list[tuple[str, bool]]
    one: ErrandState


def errand(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    return show(request, desk, "problems/errand.html", page=_page(_found(desk, pk)))


@require_POST
def stop(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    _found(desk, pk)
    if errands.stop(desk.book, pk, desk.now):
        toast(request, _("Stopped. What was done stays done; the other orders are as they were."))
    return see_other(link(desk, "errand", pk=pk))


def _found(desk: Desk, pk: int) -> ErrandState:
    try:
        return errands.state(desk.book, pk)
    except UnknownErrand as error:
        raise NotHere(str(error)) from error


def _page(one: ErrandState) -> ErrandPage:
    so_far = one.done + one.failed
    return ErrandPage(
        id=one.id,
        title=doing(one),
        pill=pill_of(one),
        is_open=one.open,
        so_far=so_far,
        total=one.total,
        progress=_("%(so_far)s of %(total)s orders") % {"so_far": f"{so_far:,}", "total": f"{one.total:,}"},
        lines=[(answered(answer, count), answer == "done") for answer, count in one.said.items()],
        one=one,
    )
