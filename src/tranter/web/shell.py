"""What stands around every page: the six places, whose business it is, and what stopped the hub."""

from functools import cached_property

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger import book, exceptions
from tranter.ledger.people import MerchantLine
from tranter.web.desk import Desk
from tranter.web.rights import Right

SWITCHABLE = 12


class Place(Struct, frozen=True, kw_only=True):
    name: str
    label: str
    url: str
    icon: str
    is_current: bool
    badge: int = 0
    key: str = ""
    """After "g": goes there by keyboard."""


class Scope(Struct, frozen=True, kw_only=True):
    """A merchant, or all of them, and this place there."""

    name: str
    url: str
    is_current: bool


IN_BAR = 4
KEYS = {"today": "t", "orders": "o", "problems": "p", "stock": "s", "connections": "c", "settings": "e"}


class Shell:
    """Worked out when a page asks for it: a fragment asks for none of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def scope(self) -> MerchantLine | None:
        """Pages that belong to no merchant keep to the only one there is."""
        desk = self._desk
        if desk.merchant_line is not None:
            return desk.merchant_line
        if desk.request.path.startswith("/all/"):
            return None
        return desk.reach[0] if len(desk.reach) == 1 else None

    @cached_property
    def places(self) -> list[Place]:
        waiting = self.waiting
        found = [
            self._place("today", _("Today"), "today"),
            self._place("orders", _("Orders"), "orders"),
            self._place("problems", _("Problems"), "problems", waiting),
        ]
        if self.scope is not None:
            found.append(self._place("stock", _("Stock"), "stock"))
        found.append(self._place("connections", _("Connections"), "connections"))
        found.append(self._place("settings", _("Settings"), "settings"))
        return found

    def _place(self, name: str, label: str, icon: str, badge: int = 0) -> Place:
        url = self.to(name)
        current = self._desk.request.path
        return Place(
            name=name,
            label=label,
            url=url,
            icon=icon,
            badge=badge,
            key=KEYS[name],
            is_current=current == url or current.startswith(f"{url}/"),
        )

    @cached_property
    def in_bar(self) -> list[Place]:
        """A small screen has room for four; the others stand under More."""
        return self.places[:IN_BAR]

    @cached_property
    def under_more(self) -> list[Place]:
        return self.places[IN_BAR:]

    @cached_property
    def scopes(self) -> list[Scope]:
        """To switch to, keeping to the place; more than these are found by search."""
        here = next((place.name for place in self.places if place.is_current), "today")
        found = [self._scope(one.name or one.slug, here, merchant=one.slug) for one in self.others]
        return [self._scope(_("All merchants"), here), *found] if self.has_all else found

    def _scope(self, name: str, here: str, **given: str) -> Scope:
        current = self.scope.slug if self.scope is not None else None
        url = self._if_any(here, **given) or reverse("today", kwargs=given)
        return Scope(name=name, url=url, is_current=current == given.get("merchant"))

    @cached_property
    def search_url(self) -> str:
        return self._here("search")

    @cached_property
    def palette_url(self) -> str:
        return self._here("palette")

    @cached_property
    def account_url(self) -> str:
        return self._if_any("account")

    def _here(self, name: str) -> str:
        return self._if_any(name, **({"merchant": self.scope.slug} if self.scope is not None else {}))

    def _if_any(self, name: str, **given: str) -> str:
        try:
            return reverse(name, kwargs=given)
        except NoReverseMatch:
            return ""

    def to(self, name: str, **given: object) -> str:
        """An address in the scope of this page, unless it names a merchant."""
        if "merchant" not in given and self.scope is not None:
            given["merchant"] = self.scope.slug
        return reverse(name, kwargs=given)

    @cached_property
    def waiting(self) -> int:
        return sum(exceptions.count_open(one) for one in self._desk.books[:200])

    @cached_property
    def others(self) -> list[MerchantLine]:
        """To switch to; the rest are found by search."""
        return self._desk.reach[:SWITCHABLE]

    @cached_property
    def has_all(self) -> bool:
        return len(self._desk.reach) > 1

    @cached_property
    def may_work(self) -> bool:
        return self._desk.may(Right.WORK)

    @cached_property
    def banner(self) -> str:
        house = self._desk.house
        if not house.alive():
            return _("The hub's workers have stopped: restart the hub.")
        return house.trouble() or book.pushes_paused()

    @property
    def live_url(self) -> str:
        return self.to("live")

    @property
    def live_mark(self) -> str:
        """Empty where it was not looked at before all else."""
        return str(vars(self._desk).get("mark", ""))


def shell_of(desk: Desk) -> Shell:
    return Shell(desk)
