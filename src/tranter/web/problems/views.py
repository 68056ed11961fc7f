"""Problems by cause, and what a person does about one."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tranter.engine import remedies
from tranter.engine.catalogue import NoSuchSku
from tranter.engine.remedies import DEEDS, Cure, Fix, NoCure
from tranter.ledger import problems as ledger
from tranter.ledger.errands import Wanted
from tranter.ledger.problems import Cause
from tranter.web.desk import Desk, NotHere
from tranter.web.links import link
from tranter.web.problems.forms import CauseForm, FixForm, asked_of
from tranter.web.problems.page import page
from tranter.web.shown import show, toast


def problems(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk, "problems/problems.html", page=page(desk, asked_of(request.GET)))


@require_POST
def fix(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A SKU or a carrier is mapped, and all orders that wait for it are tried again."""
    form = FixForm(request.POST)
    if not form.is_valid():
        raise NotHere("no cause is named")
    cause, becomes = form.cause(), form.becomes()
    if not becomes:
        toast(request, _("Choose first what it is."), bad=True)
        return _back(desk, cause)
    wanted = Fix(cause=cause, becomes=becomes, only_here=form.cleaned_data["only"], user_id=desk.user.id)
    try:
        errand_id = remedies.fix_and_release(desk.house.hub, desk.book, wanted)
    except NoSuchSku:
        toast(request, _("The warehouse has no SKU %(sku)s.") % {"sku": becomes}, bad=True)
        return _back(desk, cause)
    except NoCure:
        toast(request, _("This can't be mapped."), bad=True)
        return _back(desk, cause)
    desk.house.wake()
    return see_other(link(desk, "errand", pk=errand_id))


@require_POST
def act(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One deed for all orders of a cause: an errand; or a word on the cause itself."""
    form, what = CauseForm(request.POST), request.POST.get("what", "")
    if not form.is_valid():
        raise NotHere("no cause is named")
    cause = form.cause()
    if what in {cure.value for cure in DEEDS}:
        wanted = Wanted(what=what, order_ids=(), user_id=desk.user.id)
        errand_id = remedies.start(desk.book, cause, wanted, desk.house.hub)
        desk.house.wake()
        return see_other(link(desk, "errand", pk=errand_id))
    toast(request, _said(desk, cause, what))
    desk.house.wake()
    return _back(desk, cause if what == "unmute" else None)


def _said(desk: Desk, cause: Cause, what: str) -> str:
    match what:
        case "mute":
            count = ledger.mute(desk.book, cause, desk.actor, desk.now)
            text = ngettext("%(count)s is muted until it is cured.", "%(count)s are muted until they are cured.", count)
            return text % {"count": count}
        case "unmute":
            count = ledger.unmute(desk.book, cause, desk.actor, desk.now)
            return ngettext("%(count)s is open again.", "%(count)s are open again.", count) % {"count": count}
        case "settle":
            count = ledger.settle(desk.book, cause, desk.actor, desk.now)
            return ngettext("%(count)s is settled.", "%(count)s are settled.", count) % {"count": count}
        case Cure.CONFIRM_STOCK.value:
            return _confirmed(desk, cause)
        case _:
            raise NotHere(f"nobody can {what}")


def _confirmed(desk: Desk, cause: Cause) -> str:
    try:
        name = remedies.confirm_stock(desk.house.hub, desk.book, cause)
    except NoCure as error:
        raise NotHere(str(error)) from error
    return _("The quantities go to %(name)s now.") % {"name": name}


def _back(desk: Desk, cause: Cause | None = None) -> HttpResponse:
    """To the cause if it is still to be seen."""
    query: dict[str, object] = {}
    if cause is not None:
        query = {"kind": cause.kind, "value": cause.value, "connection": cause.connection_id}
    return see_other(link(desk, "problems", query))


def see_other(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url})
