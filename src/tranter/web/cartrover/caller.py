"""Who calls, and how far they reach."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from functools import cached_property

from django.http import HttpRequest
from msgspec import Struct

from tranter.engine import handing_in
from tranter.engine.hub import Hub
from tranter.ledger import api_keys, connections, merchants
from tranter.ledger.api_keys import Key, Level, Scope
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.web.cartrover.envelope import Refusal
from tranter.web.house import House, house_of

MERCHANT = "X-Merchant-Pk"
LONGEST = 200


class Caller(Struct, frozen=True, kw_only=True, dict=True):
    """`query` are the parameters of the address, `body` what was posted."""

    key: Key
    house: House
    merchant_pk: str
    query: Mapping[str, str]
    body: object = None

    @property
    def hub(self) -> Hub:
        return self.house.hub

    @cached_property
    def book(self) -> Book:
        """Of the key's merchant; a warehouse's key names one. Raises `Refusal`."""
        named = self._named_merchant()
        if self.key.merchant_id is None:
            if named is None:
                raise Refusal(f"A warehouse's key reaches a merchant by the header {MERCHANT}")
            if not merchants.is_known(named):
                raise Refusal(f"There is no merchant {named}")
            return Book(named, self.hub.vault, self.key.actor)
        if named not in (None, self.key.merchant_id):
            raise Refusal(f"This key does not reach merchant {named}")
        return Book(self.key.merchant_id, self.hub.vault, self.key.actor)

    def _named_merchant(self) -> int | None:
        if not self.merchant_pk.strip():
            return None
        if not self.merchant_pk.strip().isascii() or not self.merchant_pk.strip().isdecimal():
            raise Refusal(f"{MERCHANT} wants a number")
        return int(self.merchant_pk.strip()[:18])

    @cached_property
    def cart(self) -> ConnectionRecord:
        """The key's own, or the merchant's only API cart. Raises `Refusal`."""
        if self.key.connection_id is not None:
            return connections.by_id(self.key.connection_id)
        found = handing_in.api_carts(self.hub, self.book)
        if len(found) == 1:
            return found[0]
        if not found:
            raise Refusal("This merchant has no API cart: make one, with a key of its own")
        raise Refusal(f"This merchant has {len(found)} API carts: use the key of one of them")

    @cached_property
    def carts(self) -> Sequence[ConnectionRecord]:
        """All that this key may know of. Raises `Refusal`."""
        if self.key.connection_id is not None:
            return [connections.by_id(self.key.connection_id)]
        return connections.all_of(self.book)

    def check(self, level: Level | None, scope: Scope) -> None:
        """Raises `Refusal`."""
        if scope not in self.key.scopes:
            raise Refusal(f"This key may not {scope.value}")
        if level is not None and self.key.level is not level:
            raise Refusal(f"This needs a key of level {level.value}")


def who_calls(request: HttpRequest) -> Caller:
    """Raises `Refusal`; nobody learns what was wrong with it."""
    house = house_of(request)
    query = {name: str(request.GET.get(name, "")) for name in request.GET}
    user, secret = _named(request.headers.get("Authorization", ""), query)
    key = api_keys.verify(user, secret, house.hub.ports.clock.now()) if user and secret else None
    if key is None:
        raise Refusal("Invalid API credentials" if user or secret else "API credentials are missing")
    return Caller(key=key, house=house, merchant_pk=request.headers.get(MERCHANT, ""), query=query)


def _named(header: str, query: Mapping[str, str]) -> tuple[str, str]:
    """By Basic authentication, else in the address, as older clients do."""
    scheme, _, said = header.partition(" ")
    user, secret = "", ""
    if scheme.lower() == "basic":
        try:
            user, _, secret = base64.b64decode(said.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
    user, secret = (user, secret) if user else (query.get("api_user", ""), query.get("api_key", ""))
    printable = all(part.isprintable() and len(part) <= LONGEST for part in (user, secret))
    return (user, secret) if printable else ("", "")
