"""Test and Go live: what was seen and what will happen, read at that moment; nothing moves without a yes."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tranter.engine import going_live, order_plan, setting_up, trial_order
from tranter.engine.both_sides import unmatched_at
from tranter.engine.order_plan import NeedsAnotherYes
from tranter.engine.preview import preview
from tranter.engine.stock_sheet import stock_sheet
from tranter.engine.trial_order import NoTrial
from tranter.ledger import trials
from tranter.ledger.connections import AccountTaken, ConnectionRecord, ConnectionState
from tranter.sdk import registry
from tranter.sdk.errors import AuthError, ConnectorError, PasswordAsked
from tranter.sdk.forms import SettingsError
from tranter.web.connections.guard import back, changing, looking
from tranter.web.connections.page import head
from tranter.web.desk import Desk
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast

SHOWN_LINES = 200
DATE = "earliest_order_date"


@looking
def test(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    page = head(desk, info, "connection_test")
    trial = trials.newest(desk.book, info.id) if page.is_cart else None
    return show(request, desk, "connections/test.html", head=page, trial=trial)


def _carefully(
    request: HttpRequest, desk: Desk, info: ConnectionRecord, look: Callable[[], HttpResponse]
) -> HttpResponse:
    """Whatever the other system answers is shown in the place of what was asked for."""
    gate = needs_sign_in = False
    try:
        return look()
    except PasswordAsked:
        gate, said = True, ""
    except AuthError as error:
        needs_sign_in, said = True, error.reason
    except ConnectorError as error:
        said = error.reason
    except (AccountTaken, SettingsError) as error:
        said = str(error)
    config = desk.house.config
    return show(
        request,
        desk,
        "connections/parts/trouble.html",
        info=info,
        gate=gate,
        needs_sign_in=needs_sign_in,
        said=said,
        egress=config.egress_ips if config is not None else (),
    )


@looking
def seen(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    def look() -> HttpResponse:
        found = preview(desk.house.hub, desk.book, info)
        codes = {row.sku for row in found.strange_skus}
        lines = unmatched_at(desk.house.hub, desk.book, info.name) if found.orders is not None else ()
        return show(
            request,
            desk,
            "connections/parts/seen.html",
            seen=found,
            unmatched=[line for line in lines if line.listing.code not in codes],
            head=head(desk, info, "connection_test"),
            here=shell_of(desk).to("connection_test", connection=info.name),
        )

    return _carefully(request, desk, info, look)


@changing
def test_order(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    code, method = request.POST.get("code", "").strip(), request.POST.get("method", "").strip()
    try:
        begun = trial_order.begin(desk.house.hub, desk.book, info, code, method)
    except NoTrial as problem:
        toast(request, f"{problem}.", bad=True)
    except ConnectorError as error:
        toast(request, error.reason, bad=True)
    else:
        desk.house.wake()
        toast(
            request,
            _("%(number)s is on its way to %(warehouse)s.") % {"number": begun.number, "warehouse": begun.warehouse},
        )
    return back(desk, "connection_test", info)


@changing
def cancel_test_order(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    trial = trials.newest(desk.book, info.id)
    if trial is not None:
        trial_order.end(desk.house.hub, desk.book, trial.id)
        desk.house.wake()
        toast(request, _("%(number)s is being cancelled.") % {"number": trial.number})
    return back(desk, "connection_test", info)


@looking
def go_live(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    if request.method == "POST":
        return _goes_live(request, desk, info.name)
    page = head(desk, info, "connection_go_live")
    return show(request, desk, "connections/go_live.html", head=page, is_live=info.state is ConnectionState.LIVE)


@changing
def _goes_live(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    yeses = 2 if request.POST.get("many") == "yes" else 1
    try:
        order_plan.let_go(desk.house.hub, desk.book, info, yeses)
    except NeedsAnotherYes:
        toast(request, _("Many orders would leave at once: tick that you want that."), bad=True)
        return back(desk, "connection_go_live", info)
    except ConnectorError as error:
        toast(request, error.reason, bad=True)
        return back(desk, "connection_go_live", info)
    desk.house.wake()
    toast(request, _("%(name)s is live.") % {"name": info.name})
    is_cart = head(desk, info, "connection").is_cart
    return back(desk, "connection_go_live" if is_cart else "connection", info)


@looking
def plan(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    def look() -> HttpResponse:
        found = order_plan.order_plan(desk.house.hub, desk.book, info)
        values = registry.manifest(info.connector).settings.read(info.settings).shown_values()
        chosen = str(values.get(DATE) or "")
        return show(
            request,
            desk,
            "connections/parts/plan.html",
            plan=found,
            head=head(desk, info, "connection_go_live"),
            has_date=DATE in values,
            chosen=chosen or (found.orders.earliest.date().isoformat() if found is not None else ""),
            many=order_plan.MANY,
        )

    return _carefully(request, desk, info, look)


@changing
def since(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST.get("since", ""))
        setting_up.change(desk.house.hub, desk.book, info, {DATE: day.isoformat()})
    except ValueError as error:  # also what the settings say
        toast(request, str(error), bad=True)
    return back(desk, "connection_go_live", info)


@looking
def stock_plan(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    def look() -> HttpResponse:
        found = going_live.stock_plan(desk.house.hub, desk.book, info)
        changes = [*found.to_zero, *found.down, *found.up]
        return show(
            request,
            desk,
            "connections/parts/stock_plan.html",
            plan=found,
            lines=changes[:SHOWN_LINES],
            left=max(len(changes) - SHOWN_LINES, 0),
            head=head(desk, info, "connection_go_live"),
        )

    return _carefully(request, desk, info, look)


@looking
def stock_csv(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    found = going_live.stock_plan(desk.house.hub, desk.book, info)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="stock-{info.name}.csv"'
    response.write(stock_sheet(found))
    return response


@changing
def stock_yes(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    going_live.confirm(desk.house.hub, desk.book, info)
    desk.house.wake()
    toast(request, _("Stock is sent to %(name)s from now on.") % {"name": info.name})
    return back(desk, "connection", info)
