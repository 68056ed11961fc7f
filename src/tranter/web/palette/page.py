"""Where one can go from anywhere: orders by any of their numbers, places, other merchants."""

from collections.abc import Iterable

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger import order_list, order_search
from tranter.web.desk import Desk
from tranter.web.pills import ORDER_PILLS, Pill
from tranter.web.shell import Shell, shell_of

ORDERS = 8
SHORTEST = 3
MERCHANTS = 8


class Option(Struct, frozen=True, kw_only=True):
    label: str
    url: str
    icon: str
    beside: str = ""
    key: str = ""
    pill: Pill | None = None


class Group(Struct, frozen=True, kw_only=True):
    name: str
    label: str
    options: list[Option]


def found(desk: Desk, text: str) -> list[Group]:
    shell = shell_of(desk)
    groups = [
        Group(name="orders", label=_("Orders"), options=_orders(desk, shell, text)),
        Group(name="places", label=_("Go to"), options=_named(text, _places(shell))),
        Group(name="deeds", label=_("Do"), options=_named(text, _deeds(desk, shell))),
        Group(name="merchants", label=_("Merchants"), options=_named(text, _merchants(shell))[:MERCHANTS]),
        Group(name="search", label=_("Search"), options=_search(shell, text)),
    ]
    return [group for group in groups if group.options]


def _orders(desk: Desk, shell: Shell, text: str) -> list[Option]:
    if len(text) < SHORTEST:
        return []
    ids = order_search.search(desk.books, text) or order_search.beginning(desk.books, text)
    several = len(desk.merchants) > 1
    return [
        Option(
            label=one.number,
            url=shell.to("order", pk=one.id, merchant=one.merchant),
            icon="orders",
            beside=" · ".join(part for part in (one.buyer, one.merchant_name if several else "") if part),
            pill=ORDER_PILLS[one.pill],
        )
        for one in order_list.shown(desk.books, ids[:ORDERS])
    ]


def _deeds(desk: Desk, shell: Shell) -> Iterable[Option]:
    orders, today = shell.to("orders"), desk.local(desk.now).date().isoformat()
    yield Option(label=_("Orders to ship by today"), url=f"{orders}?ship_by={today}", icon="clock")
    yield Option(label=_("Orders that are held"), url=f"{orders}?pill=held", icon="hand")
    yield Option(label=_("Orders that were skipped"), url=f"{orders}?tab=skipped", icon="orders")
    yield Option(label=_("All orders as a file"), url=f"{shell.to('orders-export')}?tab=all", icon="download")


def _search(shell: Shell, text: str) -> list[Option]:
    if not text or not shell.search_url:
        return []
    label = _("Where is “%(text)s”?") % {"text": text}
    return [Option(label=label, url=f"{shell.search_url}?{urlencode({'q': text})}", icon="search")]


def _places(shell: Shell) -> Iterable[Option]:
    for place in shell.places:
        yield Option(label=place.label, url=place.url, icon=place.icon, key=place.key)
    if shell.account_url:
        yield Option(label=_("Your account"), url=shell.account_url, icon="person")


def _merchants(shell: Shell) -> Iterable[Option]:
    if len(shell.scopes) > 1:
        for scope in shell.scopes:
            yield Option(label=scope.name, url=scope.url, icon="people")


def _named(text: str, options: Iterable[Option]) -> list[Option]:
    """Those of which a word begins with what was typed."""
    wanted = text.casefold()
    return [one for one in options if not wanted or f" {wanted}" in f" {one.label.casefold()}"]
