"""Moving over from CartRover: what is there, and, after a yes, what comes of it here."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tranter.engine import moving_over
from tranter.engine.moving_over import MovePlan
from tranter.sdk.errors import ConnectorError
from tranter.sdk.forms import SettingsError
from tranter.web.desk import Desk
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


class MoveForm(forms.Form):
    """The key is never shown again: it is asked for once to look, and once to save."""

    url = forms.URLField(
        label=gettext_lazy("Address of its API"),
        initial="https://api.cartrover.com",
        max_length=200,
        assume_scheme="https",
    )
    user = forms.CharField(label=gettext_lazy("API user of a merchant\u2019s key"), max_length=100)
    key = forms.CharField(
        label=gettext_lazy("Its API key"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It is used to look, and not kept."),
    )


def move_over(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.method == "GET":
        return _page(request, desk, MoveForm(), None)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    form = MoveForm(request.POST)
    plan = _looked(desk, form) if form.is_valid() else None
    if plan is None:
        return _page(request, desk, form, None, 422)
    if request.POST.get("deed") != "save":
        return _page(request, desk, form, plan)
    moved = moving_over.carry_out(desk.house.hub, desk.book, plan, desk.now, desk.actor)
    said = _("%(drafts)s drafts, %(methods)s ship methods and %(aliases)s aliases are here.")
    toast(request, said % {"drafts": len(moved.drafts), "methods": moved.methods, "aliases": moved.aliases})
    if moved.left_there:
        left = ngettext(
            "%(count)d order is left to it, and is not sent from here.",
            "%(count)d orders are left to it, and are not sent from here.",
            moved.left_there,
        )
        toast(request, left % {"count": moved.left_there})
    for name, why in moved.refused:
        toast(request, f"{name}: {why}", bad=True)
    return HttpResponseRedirect(shell_of(desk).to("connections"), status=303)


def _looked(desk: Desk, form: MoveForm) -> MovePlan | None:
    given = form.cleaned_data
    settings: dict[str, object] = {"base_url": given["url"], "api_user": given["user"]}
    try:
        return moving_over.look(desk.house.hub, desk.book, "cartrover", settings, {"api_key": given["key"]})
    except SettingsError as error:
        form.add_error(None, str(error))
    except ConnectorError as error:
        form.add_error(None, error.reason)
    return None


def _page(request: HttpRequest, desk: Desk, form: MoveForm, plan: MovePlan | None, status: int = 200) -> HttpResponse:
    return show(request, desk, "connections/import.html", status=status, form=form, plan=plan)
