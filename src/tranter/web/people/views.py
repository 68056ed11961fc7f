"""Where a visitor begins."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tranter.ledger import people
from tranter.web.desk import Desk
from tranter.web.shell import shell_of
from tranter.web.shown import show


@require_safe
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    if desk.person is not None:
        return HttpResponseRedirect(shell_of(desk).to("today"))
    return HttpResponseRedirect("/sign-in" if people.anybody_here() else "/welcome")


def welcome(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk, "message.html", title="welcome", text="")
