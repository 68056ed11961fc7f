"""A page as it goes out: its own values beside those that every page has."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tranter.ledger import people
from tranter.web.desk import Desk
from tranter.web.shell import shell_of


def show(request: HttpRequest, desk: Desk, template: str, /, *, status: int = 200, **values: object) -> HttpResponse:
    return render(request, template, {"desk": desk, "shell": shell_of(desk), **values}, status=status)


def toast(request: HttpRequest, text: str, *, bad: bool = False) -> None:
    """Shown on the next page."""
    (messages.error if bad else messages.success)(request, text)


def around(request: HttpRequest) -> dict[str, object]:
    """For pages that another app draws: sign-in, passwords, second factors."""
    person = people.person(request.user) if request.user.is_authenticated else None
    desk = getattr(request, "desk", None) or Desk(request, person, None)
    return {"desk": desk, "shell": shell_of(desk)}
