"""What templates say in a word: addresses, amounts, times, pills, icons."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency
from django import template
from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tranter.model import Money
from tranter.web.pills import Pill

register = template.Library()
NEAR_SECONDS = 20 * 3600.0


def locale() -> str:
    """Babel's name of the language of this request."""
    return (get_language() or "en").replace("-", "_")


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, **given: object) -> str:
    """A page in the scope of this one; `merchant=` names another."""
    address: str = context["shell"].to(name, **{key: value for key, value in given.items() if value is not None})
    return address


@register.simple_tag
def money(amount: Money | None) -> str:
    if amount is None:
        return ""
    return format_currency(amount.decimal(), amount.currency, locale=locale())


@register.simple_tag(takes_context=True)
def when(context: template.Context, at: datetime | None, style: str = "near") -> SafeString | str:
    """`near`: "2 minutes ago" within a day, else the date; `full`: date and time; `time`; `date`.

    For narrow columns: `day` is "27 Nov", `age` is "5 min".
    """
    if at is None:
        return ""
    desk = context["desk"]
    local = desk.local(at)
    full = format_datetime(local, "medium", tzinfo=desk.zone, locale=locale())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, shown_time(at, desk.now, local, style)
    )


def shown_time(at: datetime, now: datetime, local: datetime, style: str) -> str:
    language, zone = locale(), local.tzinfo
    match style:
        case "full":
            return format_datetime(local, "medium", tzinfo=zone, locale=language)
        case "time":
            return format_time(local, "short", tzinfo=zone, locale=language)
        case "day" if local.year == now.year:
            return format_skeleton("MMMd", local, tzinfo=zone, locale=language)
        case "age":
            return format_timedelta(now - at, format="short", threshold=1, locale=language)
        case "date" | "day":
            return format_date(local.date(), "medium", locale=language)
        case _:
            apart = at - now
            if abs(apart.total_seconds()) < 45:
                return pgettext("time", "just now") if apart.total_seconds() <= 0 else pgettext("time", "in a moment")
            if abs(apart.total_seconds()) < NEAR_SECONDS:
                return format_timedelta(apart, add_direction=True, locale=language)
            day = format_skeleton("MMMEd" if local.year == now.year else "yMMMd", local, tzinfo=zone, locale=language)
            return f"{day}, {format_time(local, 'short', tzinfo=zone, locale=language)}"


@register.simple_tag
def pill(shown: Pill) -> SafeString:
    """Its shape and its word say it, its colour only helps."""
    return format_html('<span class="pill {}">{}</span>', shown.tone, shown.label)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Silent for a screen reader unless it has a label."""
    source = asset("icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, source, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', source, name)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file, ours where no other folder is named.

    It changes with the file's content, so that it may be kept for ever.
    """
    path = str(name) if "/" in name else f"tranter/{name}"
    return f"/static/{path}?v={_version(path)}"


@cache
def _version(path: str) -> str:
    found = finders.find(path)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if found else "0"


@register.filter
def country(code: str) -> str:
    """Its name in the reader's language."""
    from babel import Locale

    return str(Locale.parse(locale()).territories.get(code.upper(), code))


@register.filter
def nothing(text: str) -> str:
    """For a cell that has nothing to say."""
    return text or _("none")


@register.filter
def words(text: str) -> list[str]:
    """For a loop over names that the template itself knows."""
    return text.split()
