"""How allauth behaves here: nobody signs up by themselves, letters go through the outbox, second factors are sealed."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse

from tranter.engine.mailing import Message, write
from tranter.ledger.factors import FACTOR_PLACE
from tranter.ledger.installation import hub_name
from tranter.web.house import house_of


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """To the public address, if there is one: the name in the request is the visitor's claim."""
        url: str = super().get_reset_password_from_key_url(key)
        parts, house = urlsplit(url), house_of(self.request)
        return f"{house.base_url}{parts.path}" if house.base_url else url

    def format_email_subject(self, subject: str) -> str:
        return f"{hub_name()}: {subject}"

    def get_from_email(self) -> str:
        """The outbox knows whom letters come from."""
        return "hub@localhost"

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Without a mail server the page has said what to do instead."""
        if house_of(self.request).mail is not None:
            super().send_password_reset_mail(user, email, context)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        house = house_of(self.request)
        now = house.hub.ports.clock.now()
        told = self.render_mail(template_prefix, email, {"request": self.request, "hub": hub_name(), **context})
        mark = hashlib.sha256(f"{email} {told.body}".encode()).hexdigest()[:24]
        letter = Message(
            key=f"account/{template_prefix}/{now:%Y%m%d%H%M}/{mark}",
            to=email,
            subject=told.subject,
            text=str(told.body),
            secret=True,
        )
        write(house.hub.vault, letter, now)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    def get_totp_issuer(self) -> str:
        return hub_name()

    def encrypt(self, text: str) -> str:
        sealed = house_of(context.request).hub.vault.seal(text.encode(), FACTOR_PLACE)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return house_of(context.request).hub.vault.open(base64.b64decode(encrypted_text), FACTOR_PLACE).decode()
