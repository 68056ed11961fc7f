"""The sign-in pages of allauth, as far as they are ours."""

from typing import Any

from allauth.account.views import LoginView, PasswordResetView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tranter.ledger import people
from tranter.web.house import house_of
from tranter.web.people.account import passkeys_possible


class SignIn(LoginView):  # type: ignore[misc]
    """The first visitor of all has nothing to sign in with yet."""

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if not people.anybody_here():
            return HttpResponseRedirect("/welcome")
        answer: HttpResponse = super().dispatch(request, *given, **named)
        return answer

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "passkeys": passkeys_possible(self.request)}


class Forgotten(PasswordResetView):  # type: ignore[misc]
    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "has_mail": house_of(self.request).mail is not None}


def inactive(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/sign-in")
