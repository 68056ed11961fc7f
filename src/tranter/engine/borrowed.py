"""A merchant's share of a warehouse of the house: it sends for this merchant, and shows this merchant's goods alone."""

from collections.abc import Sequence
from typing import Protocol, TypeGuard

from tranter.model import Fulfillment, Product, Shares, Terms, Unreadable
from tranter.routing.lending import marked, own_product
from tranter.sdk.errors import RejectedError
from tranter.sdk.manifest import Manifest
from tranter.sdk.verbs import (
    Connector,
    FindsBuyers,
    Link,
    Page,
    PullsProducts,
    PullsShipments,
    PullsStock,
    PushesCancellations,
    PushesFulfillments,
    Receipt,
    Seen,
    Sighting,
)


class Lendable(PullsProducts, PullsShipments, PullsStock, PushesCancellations, PushesFulfillments, Protocol):
    """What a warehouse has to be able to do before it can be lent."""


VERBS = (PullsProducts, PullsShipments, PullsStock, PushesCancellations, PushesFulfillments)


def is_lendable(manifest: Manifest, connector: Connector) -> bool:
    return bool(manifest.location_setting) and _can(connector)


def _can(connector: object) -> TypeGuard[Lendable]:
    return all(isinstance(connector, verb) for verb in VERBS)


class Borrowed:
    """Stands before the house's connector. It has no verb that could tell of other merchants' orders or parcels."""

    def __init__(self, connector: Connector, terms: Terms, shares: Shares) -> None:
        if not _can(connector):
            raise TypeError("this connector can't be lent")
        self._lent: Lendable = connector
        self._finder = connector if isinstance(connector, FindsBuyers) else None
        self._terms, self._shares = terms, shares

    def verify(self) -> Seen:
        """Whose account it is, is the house's business."""
        return Seen(account_id="", account_name="", facts={})

    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt:
        return self._lent.push_fulfillment(marked(fulfillment, self._terms))

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        return self._lent.look_up_fulfillments([marked(one, self._terms) for one in fulfillments])

    def find_buyers(self, fulfillments: Sequence[Fulfillment]) -> tuple[Link, ...]:
        if self._finder is None:
            raise RejectedError("this warehouse can't look for several buyers at once")
        return self._finder.find_buyers(fulfillments)

    def push_cancellation(self, remote_order_id: str, key: str, reason: str) -> Receipt:
        return self._lent.push_cancellation(remote_order_id, key, reason)

    def pull_products(self, cursor: str) -> Page:
        page = self._lent.pull_products(cursor)
        return Page(
            records=tuple(raw for raw in page.records if self._is_ours(raw.payload)),
            cursor=page.cursor,
            more=page.more,
        )

    def read_product(self, payload: bytes) -> Product:
        found = own_product(self._lent.read_product(payload), self._terms, self._shares)
        if found is None:
            raise Unreadable("it is not this merchant's", "")
        return found

    def _is_ours(self, payload: bytes) -> bool:
        try:
            self.read_product(payload)
        except Unreadable:
            return False
        return True
