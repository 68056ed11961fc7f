"""The account owner's side of a set-up link. They have no account here, and see nothing but what they are asked."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from tranter.engine import sharing
from tranter.engine.consent import ConsentProblem
from tranter.engine.sharing import Invitation
from tranter.ledger.sharing import LinkProblem
from tranter.sdk import registry
from tranter.web.connections.page import places_of
from tranter.web.connections.views_access import base_url
from tranter.web.connections.windows import forward, holder_of
from tranter.web.desk import Desk
from tranter.web.shown import show

KEPT = "setup_link"


def invitation(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Looking uses nothing up: mail programs open links by themselves."""
    hub = desk.house.hub
    try:
        if request.method != "POST":
            return _asked(request, desk, sharing.look(hub, token))
        found = sharing.redeem(hub, token)
    except LinkProblem as problem:
        return _nowhere(request, desk, problem)
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[KEPT] = found.link.id
    return _go_on(request, desk, found)


def again(request: HttpRequest, desk: Desk) -> HttpResponse:
    """After a refusal, in the browser that redeemed the link."""
    link_id = request.session.get(KEPT)
    try:
        found = sharing.held(desk.house.hub, int(link_id or 0))
    except LinkProblem as problem:
        return _nowhere(request, desk, problem)
    if request.method == "POST":
        return _go_on(request, desk, found)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    return _asked(request, desk, found)


def _go_on(request: HttpRequest, desk: Desk, found: Invitation) -> HttpResponse:
    try:
        begun = sharing.begin(desk.house.hub, found, holder_of(request), base_url(request, desk))
    except ConsentProblem:
        text = _("%(merchant)s has not finished their side yet: ask them for the keys, and open this page again.")
        title = _("Not ready yet")
        return show(request, desk, "connections/said.html", title=title, text=text % {"merchant": found.merchant})
    return forward(request, desk, begun.url, found.vendor)


def _asked(request: HttpRequest, desk: Desk, found: Invitation) -> HttpResponse:
    manifest = registry.manifest(found.connection.connector)
    return show(request, desk, "connections/invitation.html", found=found, places=places_of(manifest, found.connection))


def _nowhere(request: HttpRequest, desk: Desk, problem: LinkProblem) -> HttpResponse:
    said, title = str(problem), _("This link leads nowhere")
    text = f"{said[:1].upper()}{said[1:]}."
    return show(request, desk, "connections/said.html", status=410, title=title, text=text)
