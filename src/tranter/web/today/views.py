"""To come."""

from django.http import HttpRequest, HttpResponse

from tranter.web.desk import Desk
from tranter.web.shown import show


def today(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk, "message.html", title="today", text="")
