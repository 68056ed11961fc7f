"""Signing in by a link that the hub's own machine made. To look at it uses nothing up."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from tranter.ledger.entering import EntryProblem, entered
from tranter.web.desk import Desk
from tranter.web.people.visit import begin_visit
from tranter.web.shown import show


def enter(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    try:
        user = entered(token)
    except EntryProblem as problem:
        text = str(problem)
        return show(request, desk, "message.html", title=_("This link can't be used"), text=text, status=400)
    if request.method != "POST":
        return show(request, desk, "people/enter.html", who=user.get_full_name())
    begin_visit(request, user)
    return HttpResponseRedirect("/")
