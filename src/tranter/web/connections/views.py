"""The list of connections, one connection's page, and its settings."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from tranter.engine import lanes, setting_up
from tranter.engine.setting_up import Stage
from tranter.ledger import order_list, removed, schedule
from tranter.ledger.connections import AccountTaken, ConnectionRecord
from tranter.ledger.order_filter import OrderQuery
from tranter.sdk import registry
from tranter.sdk.errors import ConnectorError
from tranter.sdk.forms import ACCESS, APPLICATION, SettingsError
from tranter.web.connections.forms import NameForm, SheetForm
from tranter.web.connections.guard import back, looking, looking_at_any, not_yours
from tranter.web.connections.lanes import shown_lanes, shown_schedules
from tranter.web.connections.page import SETTING_UP, cards, head, may_change
from tranter.web.desk import Desk
from tranter.web.rights import Right
from tranter.web.shown import show, toast

COUNTED = 1000
HIDDEN = (APPLICATION, ACCESS)


def connections(request: HttpRequest, desk: Desk) -> HttpResponse:
    may_add = desk.may(Right.WORK) and desk.merchant is not None
    gone = removed.removed(desk.book, desk.now) if may_add else ()
    gone = [one for one in gone if may_change(desk, registry.manifest(one.connector))]
    return show(request, desk, "connections/list.html", cards=cards(desk), may_add=may_add, removed=gone)


@looking_at_any
def connection(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """One that is being set up goes on where it stands."""
    hub, book = desk.house.hub, desk.book
    stage = setting_up.stage_of(hub, info)
    if stage in SETTING_UP:
        return back(desk, "connection_settings" if stage is Stage.READY else "connection_access", info)
    plug = hub.plug(info)
    found = lanes.lanes(hub, book, info, schedule.flows_of(book.merchant_id))
    config = desk.house.config
    return show(
        request,
        desk,
        "connections/overview.html",
        head=head(desk, info, "connection"),
        lanes=shown_lanes(found),
        schedules=shown_schedules(found),
        is_busy=any(lane.running for lane in found),
        terms=info.terms,
        used=plug.budget.used(),
        limit=plug.budget.calls,
        minutes=round(plug.budget.seconds / 60),
        egress=config.egress_ips if config is not None else (),
        facts=info.facts,
        copy_form=NameForm(),
        open_orders=len(order_list.ids([book], OrderQuery(connection=info.name), COUNTED)),
    )


@looking
def settings(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    manifest = registry.manifest(info.connector)
    page = head(desk, info, "connection_settings")
    held = manifest.settings.read(info.settings).shown_values()
    sheets = [sheet for sheet in manifest.settings.sheets() if sheet.group not in HIDDEN]
    if request.method == "GET":
        form = SheetForm(sheets, held, read_only=not page.writable)
        return show(request, desk, "connections/settings.html", head=page, form=form)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    if not page.writable:
        return not_yours(request, desk)
    form = SheetForm(sheets, held, request.POST)
    if form.is_valid() and request.POST.get("version", str(info.version)) != str(info.version):
        form.add_error(None, _changed_meanwhile(form))
    elif form.is_valid() and _save(desk, info, form):
        toast(request, _("Settings of %(name)s are saved.") % {"name": info.name})
        return back(desk, "connection_test" if page.is_being_set_up else "connection_settings", info)
    return show(request, desk, "connections/settings.html", status=422, head=page, form=form)


def _changed_meanwhile(form: SheetForm) -> str:
    """Nobody's work is written over in silence: what differs is named, and a second Save is a decision."""
    sent = form.plain()
    labels = [form.fields[name].label or name for name in form.changed_data if name in sent]
    text = _("Somebody saved these settings while you had them open, so yours are not saved yet.")
    if not labels:
        return text
    differs = _("They differ in: %(fields)s. Save again to put yours in their place.")
    return f"{text} {differs % {'fields': ', '.join(map(str, labels))}}"


def _save(desk: Desk, info: ConnectionRecord, form: SheetForm) -> bool:
    hub, book = desk.house.hub, desk.book
    try:
        setting_up.change(hub, book, info, form.plain())
        if secrets := form.secrets():
            setting_up.give_secrets(hub, info, secrets)
    except SettingsError as error:
        form.blame(error)
    except AccountTaken as error:
        form.add_error(None, str(error))
    except ConnectorError as error:
        said = _("Nothing was saved, because the account could not be looked at: %(reason)s")
        form.add_error(None, said % {"reason": error.reason})
    return not form.errors
