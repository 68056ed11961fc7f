"""What people write about themselves."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tranter.web.people.languages import LANGUAGES


def zone_choices() -> list[tuple[str, str]]:
    """Those of a continent: the others are other names of them."""
    return [("", gettext("Automatic")), *_zones()]


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """They are files, looked through once."""
    return tuple((name, name.replace("_", " ")) for name in sorted(available_timezones()) if _real(name))


class ZoneSelect(forms.Select):
    """Hundreds of options, drawn in one go: a template for each would take a tenth of a second."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = str(value or "")
        plain, marked = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
        drawn = [format_html(marked if one == chosen else plain, one, label) for one, label in self.choices]
        shown = self.build_attrs({**self.attrs, "name": name}, attrs)
        return format_html(
            "<select{}>{}</select>", flatatt(shown), format_html_join("", "{}", ((one,) for one in drawn))
        )


def _real(name: str) -> bool:
    return name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/", "US/")))


class PasswordForm(forms.Form):
    """Whether the password is strong enough is for the ledger to say."""

    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters, not one that everybody uses. A few words do well."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=1000,
    )


class WelcomeForm(PasswordForm):
    hub_name = forms.CharField(
        label=_("Name of this hub"), max_length=120, help_text=_("Your business, or your warehouse. Others see it too.")
    )
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}), max_length=254
    )
    code = forms.CharField(
        label=_("Set-up code"), max_length=64, help_text=_("It stands in the terminal in which the hub was started.")
    )
    field_order = ("code", "hub_name", "name", "email", "password")

    def __init__(self, *given: object, asks_code: bool, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        if not asks_code:
            del self.fields["code"]


class InvitationForm(PasswordForm):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "password")


class AboutMeForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the browser says")), *LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        widget=ZoneSelect,
        required=False,
        help_text=_("Automatic is the merchant's. All times are shown in it."),
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[("", _("Auto")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
        widget=forms.RadioSelect,
    )
