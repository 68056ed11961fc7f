"""What an operation works with: whose key it is, for which merchant, and what they may do."""

import binascii
from base64 import b64decode
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest
from msgspec import structs

from tranter.engine.hub import Hub
from tranter.engine.team import Inviter
from tranter.ledger import api_keys, lists, merchants, order_page
from tranter.ledger.api_keys import Key, Level
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, UnknownConnection, by_name
from tranter.ledger.lists import OrderView
from tranter.ledger.people import MerchantLine, book_of
from tranter.ledger.team import Hand
from tranter.web.api.problem import Problem
from tranter.web.house import House, house_of

MERCHANT = "X-Merchant"
WAYS = {"WWW-Authenticate": 'Bearer realm="tranter", Basic realm="tranter"'}


class ApiDesk:
    def __init__(self, request: HttpRequest, key: Key) -> None:
        self.request, self.key = request, key
        self.house: House = house_of(request)

    @property
    def hub(self) -> Hub:
        return self.house.hub

    @property
    def now(self) -> datetime:
        return self.hub.ports.clock.now()

    @property
    def actor(self) -> str:
        return self.key.actor

    @property
    def hand(self) -> Hand:
        return Hand(vault=self.hub.vault, actor=self.actor, now=self.now)

    @property
    def everywhere(self) -> bool:
        return self.key.level is Level.WAREHOUSE

    @property
    def inviter(self) -> Inviter:
        reach = None if self.everywhere else frozenset(one.slug for one in self.reach)
        return Inviter(id=None, name=self.key.name, reach=reach)

    @cached_property
    def reach(self) -> list[MerchantLine]:
        return merchants.lines(self.key.merchant_id)

    @cached_property
    def merchant(self) -> MerchantLine:
        """The key's own, or the one that a header names. Another's is not there."""
        named = self.request.headers.get(MERCHANT, "").strip()
        if not named and len(self.reach) == 1:
            return self.reach[0]
        if not named:
            raise Problem("merchant-needed")
        found = next((one for one in self.reach if named in (one.slug, str(one.id))), None)
        if found is None:
            raise Problem("not-found", "no such merchant")
        return found

    @cached_property
    def book(self) -> Book:
        """The journal names the key."""
        return structs.replace(book_of(self.hub.vault, self.merchant), actor=self.actor)

    @property
    def base_url(self) -> str:
        return self.house.base_url or self.request.build_absolute_uri("/").rstrip("/")

    def order(self, order_id: int) -> OrderView:
        if not order_page.exists(self.book, order_id):
            raise Problem("not-found", f"there is no order {order_id}")
        found = lists.order(self.book, order_id)
        if self.key.connection is not None and found.connection != self.key.connection:
            raise Problem("not-found", f"there is no order {order_id}")
        return found

    def connection(self, name: str) -> ConnectionRecord:
        if self.key.connection is not None and name != self.key.connection:
            raise UnknownConnection(f"there is no connection {name!r}")
        return by_name(self.book, name)


def signed_in(request: HttpRequest) -> ApiDesk:
    """By `Bearer user.key` or Basic. Raises `Problem`."""
    way, _, given = request.headers.get("Authorization", "").strip().partition(" ")
    user, secret = _bearer(given) if way.lower() == "bearer" else _basic(given) if way.lower() == "basic" else ("", "")
    now = house_of(request).hub.ports.clock.now()
    key = api_keys.verify(user, secret, now) if user and secret else None
    if key is None:
        raise Problem("sign-in", headers=WAYS)
    return ApiDesk(request, key)


def _bearer(given: str) -> tuple[str, str]:
    user, _, secret = given.strip().partition(".")
    return user, secret


def _basic(given: str) -> tuple[str, str]:
    try:
        user, _, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return user, secret
