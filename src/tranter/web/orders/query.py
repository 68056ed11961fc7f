"""The list's filter as it stands in an address, and back."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.http import urlencode

from tranter.ledger.order_filter import OrderQuery, Tab
from tranter.ledger.order_pill import OrderPill

TEXTS = ("connection", "marketplace", "ship_method", "held", "sku")
NAMES = ("tab", "pill", *TEXTS, "since", "until", "ship_by", "tests")
LONGEST = 200


def read_query(given: QueryDict, zone: ZoneInfo) -> OrderQuery:
    """What can't be read narrows nothing. Days are the reader's; `until` and `ship_by` are whole days, too."""
    texts = {name: given.get(name, "").strip()[:LONGEST] for name in TEXTS}
    since, until, ship_by = (_day(given.get(name, "")) for name in ("since", "until", "ship_by"))
    return OrderQuery(
        tab=next((one for one in Tab if one.value == given.get("tab")), Tab.OPEN),
        pill=next((one for one in OrderPill if one.value == given.get("pill")), None),
        since=_begin(since, zone),
        until=_begin(until + timedelta(days=1), zone) if until else None,
        ship_before=_begin(ship_by + timedelta(days=1), zone) if ship_by else None,
        tests_only=given.get("tests") == "1",
        **texts,
    )


def kept(given: QueryDict) -> dict[str, str]:
    """Those parts of an address that belong to the filter."""
    return {name: text[:LONGEST] for name in NAMES if (text := given.get(name, "").strip())}


def address(base: str, parts: Mapping[str, str], **changed: str) -> str:
    """An empty value takes its part away."""
    wanted = {name: value for name, value in {**parts, **changed}.items() if value}
    return f"{base}?{urlencode(wanted)}" if wanted else base


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day is not None and date(2000, 1, 1) <= day <= date(2100, 1, 1) else None


def _begin(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day is not None else None
