"""Settings, General: what the hub and the merchant are called, when they are closed, how long buyers are kept."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tranter.ledger import installation, merchants
from tranter.ledger.merchants import MerchantProblem, MerchantSettings
from tranter.web.desk import Desk
from tranter.web.rights import Right
from tranter.web.settings.forms import HubForm, MerchantForm
from tranter.web.settings.tabs import sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _general(request, desk, _merchant_form(desk), _hub_form(desk))


@require_POST
def change_merchant(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = MerchantForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            words = [*given["weekdays"], *given["dates"].replace(",", " ").split()]
            wanted = MerchantSettings(
                name=given["name"],
                time_zone=given["time_zone"],
                closed_days=merchants.parse_closed_days(words),
                keep_days=given["keep_days"],
            )
            merchants.change(desk.book, wanted, desk.actor, desk.now)
        except MerchantProblem as problem:
            form.add_error("dates", sentence(problem))
        else:
            return _saved(request, desk)
    return _general(request, desk, form, _hub_form(desk), 400)


@require_POST
def change_hub(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = HubForm(request.POST)
    if form.is_valid():
        installation.rename_hub(form.cleaned_data["hub_name"], form.cleaned_data["hub_time_zone"])
        return _saved(request, desk)
    return _general(request, desk, _merchant_form(desk), form, 400)


def _saved(request: HttpRequest, desk: Desk) -> HttpResponse:
    toast(request, _("Saved."))
    return HttpResponseRedirect(shell_of(desk).to("settings"), status=303)


def _general(
    request: HttpRequest, desk: Desk, merchant: MerchantForm | None, hub: HubForm, status: int = 200
) -> HttpResponse:
    """Read-only where somebody may not change it: the same form, its fields shut."""
    for form, right in ((merchant, Right.RULE), (hub, Right.HOUSE)):
        if form is not None and not desk.may(right):
            for field in form.fields.values():
                field.disabled = True
    return show(
        request,
        desk,
        "settings/general.html",
        status=status,
        tabs=tabs(desk, "settings"),
        merchant=merchant,
        hub=hub,
        may_rule=desk.may(Right.RULE),
        may_house=desk.may(Right.HOUSE),
    )


def _merchant_form(desk: Desk) -> MerchantForm | None:
    if desk.merchant is None:
        return None
    known = merchants.settings_of(desk.book)
    return MerchantForm(
        initial={
            "name": known.name,
            "time_zone": known.time_zone,
            "weekdays": [str(day) for day in known.closed_days if isinstance(day, int)],
            "dates": " ".join(day for day in known.closed_days if isinstance(day, str)),
            "keep_days": known.keep_days,
        }
    )


def _hub_form(desk: Desk) -> HubForm:
    return HubForm(
        initial={"hub_name": installation.hub_name(), "hub_time_zone": installation.hub_time_zone()},
    )
