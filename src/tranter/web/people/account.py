"""One's own account: how one is called and shown things, and what one signs in with."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from tranter.ledger import factors, people, team
from tranter.web.desk import Desk
from tranter.web.people.browsers import browser_name
from tranter.web.people.forms import AboutMeForm
from tranter.web.shown import show, toast


class Tab(Struct, frozen=True, kw_only=True):
    url: str
    label: str
    is_current: bool
    count: int | None = None


def _tabs(current: str) -> list[Tab]:
    both = (("account", _("You")), ("mfa_index", _("Sign-in")))
    return [Tab(url=reverse(name), label=label, is_current=name == current) for name, label in both]


def account(request: HttpRequest, desk: Desk) -> HttpResponse:
    who = desk.user
    known = {"name": who.name, "language": who.language, "time_zone": who.time_zone, "theme": who.theme}
    form = AboutMeForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        people.describe(who.id, **form.cleaned_data)
        toast(request, _("Saved."))
        response = HttpResponseRedirect(reverse("account"), status=303)
        response.delete_cookie("theme")  # what was chosen in this browser gives way to what was chosen here
        return response
    return show(request, desk, "people/account.html", form=form, tabs=_tabs("account"))


@require_safe
def sign_in_means(request: HttpRequest, desk: Desk) -> HttpResponse:
    who = desk.user.id
    visits = [
        {"key": one.key, "browser": browser_name(one.agent), "since": one.since, "is_this": one.is_this}
        for one in team.visits(who, request.session.session_key or "")
    ]
    return show(
        request,
        desk,
        "people/means.html",
        tabs=_tabs("mfa_index"),
        factors=factors.factors(who),
        visits=visits,
        passkeys=passkeys_possible(request),
    )


@require_POST
def end_visits(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One other browser, or all but this one."""
    here = request.session.session_key or ""
    key = request.POST.get("visit", "")
    if key:
        team.end_visit(desk.user.id, key)
    elif request.POST.get("which") == "others":
        team.end_sessions(desk.user.id, keep=here)
    toast(request, _("Signed out there."))
    return HttpResponseRedirect(reverse("mfa_index"), status=303)


def passkeys_possible(request: HttpRequest) -> bool:
    """Browsers make them for names with https, and for localhost; never for a number."""
    host = request.get_host().partition(":")[0]
    return host == "localhost" or (request.is_secure() and not host.replace(".", "").isdigit())
