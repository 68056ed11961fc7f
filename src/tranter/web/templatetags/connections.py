"""What the templates of connections say in a word: flags, languages, spans of time."""

from datetime import timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from django import template
from django.forms import BoundField

from tranter.sdk.forms import Choice, FieldSheet
from tranter.web.connections.forms import SheetForm
from tranter.web.connections.views_lanes import CHOICES
from tranter.web.templatetags.tranter import locale

register = template.Library()
REGIONAL_A = 0x1F1E6


@register.filter
def flag(country: str) -> str:
    """Two regional letters, which a browser draws as a flag."""
    if len(country) != 2 or not country.isalpha():
        return ""
    return "".join(chr(REGIONAL_A + ord(letter) - ord("A")) for letter in country.upper())


@register.filter
def language(code: str) -> str:
    """Its name in the reader's language: `de-AT` is German."""
    try:
        found = Locale.parse(code, sep="-").get_language_name(locale())
    except (ValueError, UnknownLocaleError):
        return code
    return found or code


@register.filter
def duration(seconds: int) -> str:
    return format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=locale())


@register.filter
def intervals(now: int) -> list[tuple[int, str]]:
    """How often something may run, the present choice among them."""
    return [(seconds, duration(seconds)) for seconds in sorted({*CHOICES, now})]


@register.filter
def words_of(name: str) -> str:
    return name.replace("_", " ").capitalize()


@register.filter
def field(form: SheetForm, name: str) -> BoundField:
    return form[name]


@register.filter
def sheet(form: SheetForm, name: str) -> FieldSheet:
    return next(one for one in form.sheets if one.name == name)


@register.filter
def rare_places(sheet_: FieldSheet) -> list[Choice]:
    return [choice for choice in sheet_.choices if choice.rare]


@register.filter
def any_of(choices: list[Choice], values: list[str] | None) -> bool:
    return any(choice.value in (values or ()) for choice in choices)
