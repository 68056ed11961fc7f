"""Where one can go from anywhere: orders by any of their numbers, places, other merchants."""

from collections.abc import Iterable

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger import lists
from tranter.web.desk import Desk
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


class Group(Struct, frozen=True, kw_only=True):
    name: str
    label: str
    options: list[Option]


def found(desk: Desk, text: str) -> list[Group]:
    shell = shell_of(desk)
    groups = [
        Group(name="orders", label=_("Orders"), options=[*_orders(desk, shell, text), *_search(shell, text)]),
        Group(name="places", label=_("Go to"), options=_named(text, _places(shell))),
        Group(name="merchants", label=_("Merchants"), options=_named(text, _merchants(shell))[:MERCHANTS]),
    ]
    return [group for group in groups if group.options]


def _orders(desk: Desk, shell: Shell, text: str) -> list[Option]:
    if len(text) < SHORTEST:
        return []
    orders = [
        (merchant, one)
        for merchant, book in zip(desk.merchants, desk.books, strict=True)
        for one in lists.find_orders(book, text)
    ]
    several = len(desk.merchants) > 1
    return [
        Option(
            label=one.number,
            url=shell.to("order", pk=one.id, merchant=merchant.slug),
            icon="orders",
            beside=merchant.name if several else one.connection,
        )
        for merchant, one in orders[:ORDERS]
    ]


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
