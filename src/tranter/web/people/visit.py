"""A visit: from the sign-in to its end, after so long without a click, or so long at all."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tranter.web.house import house_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEP = timedelta(minutes=5)
AGENT_LENGTH = 200


def begin_visit(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Under a new session key: one that was known before opens nothing."""
    login(request, user, backend=BACKEND)  # type: ignore[arg-type]  # the stubs want Django's own user


def with_visits(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Ends what lasts too long, notes that somebody is still there, and speaks their language."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _lasts_too_long(request):
            logout(request)
        language = getattr(request.user, "language", "")
        if not language:
            response = answer(request)
        else:
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = answer(request)
        if request.user.is_authenticated:
            _note(request)
        return response

    return respond


def _lasts_too_long(request: HttpRequest) -> bool:
    house = house_of(request)
    began = _moment(request.session.get("began"))
    return began is not None and house.hub.ports.clock.now() - began > house.longest_visit


def _note(request: HttpRequest) -> None:
    """When it began, and every few minutes that it goes on: that puts off its end."""
    now = house_of(request).hub.ports.clock.now()
    began, seen = (_moment(request.session.get(name)) for name in ("began", "seen"))
    if began is None or seen is None or now - seen >= STEP:
        request.session["began"], request.session["seen"] = (began or now).isoformat(), now.isoformat()
        request.session["agent"] = request.headers.get("User-Agent", "")[:AGENT_LENGTH]


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
