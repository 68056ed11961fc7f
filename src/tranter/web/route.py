"""The table of addresses: each says who may go there, and nothing is reachable that is not in it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger import people
from tranter.ledger.setup import StorageTrouble
from tranter.web.desk import Desk, NotHere, sees
from tranter.web.rights import Right
from tranter.web.shown import show

View = Callable[..., HttpResponseBase]
SIGN_IN = "/sign-in"
METHODS = ("GET", "HEAD", "POST")
SECRETS = ("token", "key")
"""Where one of these stands in an address, the address itself opens something: no other page is told of it."""
REFERRER = "Referrer-Policy"


class Route(Struct, frozen=True, kw_only=True):
    """`view(request, desk, **of the address)`; a `plain` one is handed no desk.

    `any_method`: the view refuses what it does not know itself, in its own words.
    """

    address: str
    view: View
    name: str
    right: Right
    plain: bool = False
    any_method: bool = False

    @property
    def pattern(self) -> URLPattern:
        return path(self.address, _guarded(self), name=self.name)


def route(address: str, view: View, *, name: str, right: Right) -> Route:
    return Route(address=address, view=view, name=name, right=right)


def both(address: str, view: View, *, name: str, right: Right) -> list[Route]:
    """For one merchant, and for all in reach."""
    return [
        route(f"m/<slug:merchant>/{address}", view, name=name, right=right),
        route(f"all/{address}", view, name=name, right=right),
    ]


def plain(address: str, view: View, *, name: str, right: Right = Right.OPEN, any_method: bool = False) -> Route:
    """A view of somebody else's making, or one that speaks to machines."""
    return Route(address=address, view=view, name=name, right=right, plain=True, any_method=any_method)


def patterns(routes: Sequence[Route]) -> list[URLPattern]:
    return [one.pattern for one in routes]


def _guarded(one: Route) -> View:
    is_secret = any(f":{word}>" in one.address for word in SECRETS) or "<key>" in one.address

    def answer(request: HttpRequest, **given: Any) -> HttpResponseBase:
        response = judged(request, **given)
        if is_secret and response.headers.get(REFERRER) != "no-referrer":
            response.headers[REFERRER] = "strict-origin"  # without any, browsers hide a form's origin
        return response

    def judged(request: HttpRequest, **given: Any) -> HttpResponseBase:
        if request.method not in METHODS and not one.any_method:
            return HttpResponseNotAllowed(METHODS)
        if one.plain and one.right is Right.OPEN:
            return one.view(request, **given)
        person = people.person(request.user) if request.user.is_authenticated else None
        if person is None and one.right is not Right.OPEN:
            return _ask_to_sign_in(request)
        slug = given.pop("merchant", None)
        merchant = sees(person, slug) if person is not None and slug is not None else None
        desk = Desk(request, person, merchant)
        request.desk = desk  # type: ignore[attr-defined]
        if slug is not None and merchant is None:
            return _not_here(request, desk)
        if not desk.may(one.right):
            return _not_allowed(request, desk)
        try:
            if person is not None and request.method == "GET" and "HX-Request" not in request.headers:
                desk.mark  # noqa: B018 - before anything is read for the page: what comes then is news to it
            return one.view(request, **given) if one.plain else one.view(request, desk, **given)
        except NotHere:
            return _not_here(request, desk)
        except StorageTrouble as trouble:
            return _no_storage(request, desk, trouble)

    for mark in ("csrf_exempt", "xframe_options_exempt"):
        if hasattr(one.view, mark):
            setattr(answer, mark, getattr(one.view, mark))
    answer.route = one  # type: ignore[attr-defined]
    return answer


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A script is told so; a browser is led there and back again."""
    if "text/html" not in request.headers.get("Accept", "text/html") or request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if not people.anybody_here():
        return HttpResponseRedirect("/welcome")
    target = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{SIGN_IN}?{urlencode({'next': target})}" if target != "/" else SIGN_IN)


def _not_here(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = {"title": _("Not found"), "text": _("There is nothing here, or it is not yours to see.")}
    return show(request, desk, "message.html", status=404, **found)


def _not_allowed(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = _("Your role does not allow this. An owner can change it under Settings, Team.")
    return show(request, desk, "message.html", status=403, title=_("Not allowed"), text=text)


def _no_storage(request: HttpRequest, desk: Desk, trouble: StorageTrouble) -> HttpResponse:
    text = _("%(trouble)s. Work waits and goes on by itself.") % {"trouble": trouble}
    return show(
        request, Desk(request, None, None), "message.html", status=503, title=_("The ledger can't be used"), text=text
    )
