"""What a view works with: who asks, for which merchant, and what they may do."""

from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from msgspec import structs

from tranter.ledger import moving, people
from tranter.ledger.book import Book
from tranter.ledger.installation import hub_time_zone
from tranter.ledger.people import MerchantLine, Person
from tranter.web.house import House, house_of
from tranter.web.rights import Right, may


class NotHere(LookupError):
    """No such thing, or not for whom asks: the answer is the same."""


class Desk:
    """`merchant` is None under `all/…`: then `books` are those of every merchant in reach."""

    def __init__(self, request: HttpRequest, person: Person | None, merchant: MerchantLine | None) -> None:
        self.request, self.person, self.merchant_line = request, person, merchant
        self.house: House = house_of(request)

    @property
    def user(self) -> Person:
        if self.person is None:
            raise NotHere("nobody is signed in")
        return self.person

    @property
    def merchant(self) -> str | None:
        return self.merchant_line.slug if self.merchant_line is not None else None

    @property
    def actor(self) -> str:
        return self.user.actor

    @property
    def now(self) -> datetime:
        return self.house.hub.ports.clock.now()

    @property
    def book(self) -> Book:
        if self.merchant_line is None:
            raise NotHere("this page belongs to one merchant")
        return self._open(self.merchant_line)

    def _open(self, merchant: MerchantLine) -> Book:
        """The journal names who had it open."""
        book = people.book_of(self.house.hub.vault, merchant)
        return structs.replace(book, actor=self.person.actor) if self.person is not None else book

    @cached_property
    def mark(self) -> str:
        """What had happened when the page was begun: on anything newer its live parts are fetched again."""
        return moving.mark(self.books)

    @cached_property
    def merchants(self) -> list[MerchantLine]:
        """Those in scope: the one of the address, or all in reach."""
        return [self.merchant_line] if self.merchant_line is not None else self.reach

    @cached_property
    def reach(self) -> list[MerchantLine]:
        return people.reached(self.user) if self.person is not None else []

    @property
    def books(self) -> list[Book]:
        return [self._open(merchant) for merchant in self.merchants]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The viewer's, else the merchant's, else the house's; where nobody chose one, the browser's."""
        chosen = (
            self.person.time_zone if self.person else "",
            self.merchant_line.time_zone if self.merchant_line else "",
            hub_time_zone(),
            self.request.COOKIES.get("zone", "")[:64],
        )
        for name in chosen:
            if name and (zone := _zone(name)) is not None:
                return zone
        return ZoneInfo("UTC")

    def may(self, right: Right) -> bool:
        return may(self.person, right)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def sees(person: Person, slug: str) -> MerchantLine | None:
    return next(iter(people.reached(person, [slug])), None)
