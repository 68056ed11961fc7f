"""What the pages of this place have in common: tabs, chips, pages of a list, where to go after a form."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.web.desk import Desk

ROWS = 50


class Tab(Struct, frozen=True, kw_only=True):
    url: str
    label: str
    is_current: bool
    count: int | None = None
    tone: str = ""


class Pages(Struct, frozen=True, kw_only=True):
    """`newer` and `older` are addresses, empty at the ends."""

    text: str
    newer: str
    older: str


def address(desk: Desk, name: str, **given: object) -> str:
    return reverse(name, kwargs={"merchant": desk.merchant, **given})


def order_address(desk: Desk, order_id: int, number: str) -> str:
    try:
        return address(desk, "order", pk=order_id)
    except NoReverseMatch:
        return f"{address(desk, 'orders')}?{urlencode({'q': number})}"


def tabs(desk: Desk, current: str) -> list[Tab]:
    named = (
        ("stock", _("Stock"), address(desk, "stock")),
        ("catalogue", _("Catalogue"), address(desk, "catalogue")),
        ("kits", _("Kits"), f"{address(desk, 'mappings')}?kind=kit"),
        ("mappings", _("Mappings"), address(desk, "mappings")),
    )
    return [Tab(url=url, label=label, is_current=name == current) for name, label, url in named]


def start_of(request: HttpRequest) -> int:
    given = request.GET.get("start", "")
    return min(int(given), 10_000_000) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def word_of(request: HttpRequest, name: str, limit: int = 200) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:limit]


def pages(url: str, asked: Mapping[str, str], start: int, total: int) -> Pages:
    def at(place: int) -> str:
        query = {name: value for name, value in {**asked, "start": str(place or "")}.items() if value}
        return f"{url}?{urlencode(query)}" if query else url

    last = min(start + ROWS, total)
    text = _("%(first)s to %(last)s of %(total)s") % {"first": start + 1, "last": last, "total": f"{total:,}"}
    return Pages(
        text=text if total > start else "",
        newer=at(max(start - ROWS, 0)) if start else "",
        older=at(start + ROWS) if last < total else "",
    )


def see_other(target: str) -> HttpResponse:
    return HttpResponseRedirect(target, status=303)


def back(request: HttpRequest, desk: Desk, name: str = "catalogue") -> HttpResponse:
    """To the page that asked, if it is one of ours."""
    target = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = address(desk, name)
    return see_other(target)
