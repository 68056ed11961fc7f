"""What is done to a connection that is there: sync, pause, resume, schedules, copy, remove; and its runs."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec import Struct

from tranter.engine import lanes, polling, setting_up
from tranter.ledger import removed
from tranter.ledger import runs as ledger_runs
from tranter.ledger.connections import AccountTaken, ConnectionRecord, ConnectionState, set_state
from tranter.ledger.runs import RunLine
from tranter.sdk import registry
from tranter.sdk.forms import SettingsError
from tranter.web.connections.forms import NameForm
from tranter.web.connections.guard import back, changing, looking_at_any
from tranter.web.connections.page import head, may_change, the_connection
from tranter.web.connections.words import FLOWS, LANES, did
from tranter.web.desk import Desk, NotHere
from tranter.web.links import link
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast

MOST_RUNS = 100
AUTO = "auto"
CHOICES = (60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 604800)


class ShownRun(Struct, frozen=True, kw_only=True):
    label: str
    line: RunLine
    did: str


@looking_at_any
def runs(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    found = [
        ShownRun(label=str(FLOWS.get(line.flow, line.flow)), line=line, did=did(line.counts))
        for line in ledger_runs.newest(desk.book, info.id, MOST_RUNS)
    ]
    return show(request, desk, "connections/runs.html", head=head(desk, info, "connection_runs"), runs=found)


@changing
def sync(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    lane = request.POST.get("lane", "")
    if lane in lanes.LANES and info.runs:
        lanes.sync_now(desk.house.hub, info, lane)
        desk.house.wake()
        toast(request, _("%(lane)s of %(name)s: on its way.") % {"lane": LANES[lane], "name": info.name})
    return back(desk, "connection", info)


@changing
def every(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """How often a flow runs; only those that run by the clock have a choice."""
    flow, text = request.POST.get("flow", ""), request.POST.get("seconds", "")
    seconds = int(text) if text.isdecimal() else None
    if (seconds in CHOICES or text == AUTO) and polling.set_every(info.id, flow, seconds, desk.now):
        desk.house.wake()
        toast(request, _("%(flow)s: the new schedule counts from now on.") % {"flow": FLOWS.get(flow, flow)})
    return back(desk, "connection", info)


@changing
def pause(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    if info.state in (ConnectionState.LIVE, ConnectionState.NEEDS_SIGN_IN):
        set_state(desk.book, info.id, ConnectionState.PAUSED, "paused by hand", desk.now)
        toast(request, _("%(name)s is paused.") % {"name": info.name})
    return back(desk, "connection", info)


@changing
def resume(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    if info.state is ConnectionState.PAUSED and info.live_at is not None:
        set_state(desk.book, info.id, ConnectionState.LIVE, "", desk.now)
        desk.house.wake()
        toast(request, _("%(name)s runs again.") % {"name": info.name})
    return back(desk, "connection", info)


@changing
def duplicate(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        toast(request, " ".join(str(said) for said in form.errors["name"]), bad=True)
        return back(desk, "connection", info)
    try:
        setting_up.duplicate(desk.house.hub, desk.book, info, form.cleaned_data["name"])
    except SettingsError as error:
        toast(request, str(error), bad=True)
        return back(desk, "connection", info)
    made = the_connection(desk, form.cleaned_data["name"])
    toast(request, _("%(name)s has the same settings. Somebody has to sign in for it.") % {"name": made.name})
    return back(desk, "connection_access", made)


@changing
def remove(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    try:
        setting_up.remove(desk.house.hub, desk.book, info, desk.actor)
    except AccountTaken as error:
        toast(request, str(error), bad=True)
        return back(desk, "connection", info)
    toast(request, _("%(name)s is removed. Its orders stay.") % {"name": info.name})
    return HttpResponseRedirect(shell_of(desk).to("connections"), status=303)


@require_POST
def bring_back(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One that was removed; its credentials are gone, so somebody signs in again."""
    name = request.POST.get("name", "")[:100]
    found = next((one for one in removed.removed(desk.book, desk.now) if one.name == name), None)
    if found is None or not may_change(desk, registry.manifest(found.connector)):
        raise NotHere(name)
    try:
        info = setting_up.bring_back(desk.house.hub, desk.book, name, desk.actor)
    except removed.NameTaken:
        toast(request, _("Another connection is called %(name)s by now.") % {"name": name}, bad=True)
        return to_list(desk)
    toast(request, _("%(name)s is back. Its credentials were deleted: somebody has to sign in.") % {"name": name})
    return back(desk, "connection", info)


def to_list(desk: Desk) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": link(desk, "connections")})
