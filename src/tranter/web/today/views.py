"""The day at a glance."""

from django.http import HttpRequest, HttpResponse

from tranter.web.desk import Desk
from tranter.web.shown import show
from tranter.web.today.page import page


def today(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk, "today/today.html", page=page(desk))
