"""How allauth behaves here: nobody signs up by themselves, and second factors are sealed like all secrets."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tranter.web.house import house_of

PLACE = "mfa.secret"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        sealed = house_of(context.request).hub.vault.seal(text.encode(), PLACE)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return house_of(context.request).hub.vault.open(base64.b64decode(encrypted_text), PLACE).decode()
