"""Everything a connector can do. What it can do is which of these verbs it has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from tranter.model import (
    Cancellation,
    Fulfillment,
    Listing,
    Order,
    Product,
    Return,
    Shipment,
    StockLevel,
    StockTarget,
)
from tranter.sdk.files import Entry, FilePreview
from tranter.sdk.setups import SetupThere
from tranter.sdk.text import without_nul


class Raw(Struct, frozen=True, kw_only=True, gc=False):
    """One record as the remote sent it, but for NUL characters. `key` is the remote's id of it."""

    key: str
    payload: bytes

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "key", self.key.replace("\0", ""))
        msgspec.structs.force_setattr(self, "payload", without_nul(self.payload))


class Page(Struct, frozen=True, kw_only=True):
    """`cursor` is stored together with `records` before they are read; `more` asks for the next call at once.

    A cursor is text of the connector's own; the empty one means from the beginning. Of the records in `half` a later
    page tells more, and they are not read before: it names them as `whole`, whether it holds them or knows no more.
    """

    records: tuple[Raw, ...]
    cursor: str
    more: bool = False
    half: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


class Seen(Struct, frozen=True, kw_only=True):
    """What `verify` saw: whose account it is, and facts that later decisions need (`out_of_stock_control` = "on")."""

    account_id: str
    account_name: str = ""
    facts: dict[str, str] = {}


class Link(Struct, frozen=True, kw_only=True):
    """A remote id worth remembering: kind `buyer` or `address`, our key of it, the remote's id."""

    kind: str
    key: str
    remote_id: str


class Receipt(Struct, frozen=True, kw_only=True, gc=False):
    """What the remote made of a push. `lines` pairs our line ids with the remote's.

    `committed` false: the warehouse has the order, but does not hold stock for it yet (a draft).
    """

    remote_id: str
    number: str = ""
    url: str = ""
    committed: bool = True
    lines: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()


class Verdict(Enum):
    FOUND = "found"
    ABSENT = "absent"
    DOUBT = "doubt"


class Sighting(Struct, frozen=True, kw_only=True):
    """What a look-up saw of one push. `reason` says why in doubt: a person decides then."""

    key: str
    verdict: Verdict
    receipt: Receipt | None = None
    reason: str = ""


class StockOutcome(Enum):
    DONE = "done"
    REJECTED = "rejected"
    RETRY = "retry"
    MOVED = "moved"
    """The listing belongs to another family of the cart's calls (`StockAnswer.family`)."""


class StockAnswer(Struct, frozen=True, kw_only=True):
    """One row's answer. `key` is the target's."""

    key: str
    outcome: StockOutcome
    reason: str = ""
    family: str = ""


class HookRequest(Struct, frozen=True, kw_only=True):
    """A webhook as it came in; header names are lower case. `url` is the one the vendor was told."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes


class HookAnswer(Struct, frozen=True, kw_only=True):
    """What to answer, and which flows to wake. `event_id` makes a repetition harmless.

    No data of a webhook is believed but a verified wish to erase a buyer (`erase_buyer`: remote ids of the buyer).
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    event_id: str = ""
    ring: tuple[str, ...] = ()
    erase_buyer: tuple[str, ...] = ()
    signed_out: str = ""


@runtime_checkable
class Connector(Protocol):
    """Every verb may raise the four errors of `tranter.sdk.errors`, and no other on purpose."""

    def verify(self) -> Seen: ...


@runtime_checkable
class PullsOrders(Protocol):
    def pull_orders(self, cursor: str, since: datetime, sweep: bool) -> Page:
        """Changes since the cursor; `since` bounds the first one. A sweep reads all orders created since `since`."""
        ...

    def fetch_orders(self, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
        """The named orders as they are now; those that the remote doesn't know are left out. At most 50."""
        ...

    def read_order(self, payload: bytes) -> Order:
        """Pure. Raises `Unreadable`."""
        ...


@runtime_checkable
class TakesOrders(Protocol):
    """Orders are handed in by whoever sells, beside or instead of being pulled."""

    def take_order(self, given: Mapping[str, object], at: datetime) -> Raw:
        """Pure: the record to be stored; `read_order` reads it. Raises `Unreadable` when it has no usable name."""
        ...


@runtime_checkable
class LinksOrders(Protocol):
    def order_url(self, remote_id: str, marketplace: str) -> str:
        """Pure: the page where the seller sees this order; empty where there is none."""
        ...


@runtime_checkable
class PushesFulfillments(Protocol):
    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt: ...

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        """Searches every status, archived ones too. At most `manifest.limits.look_up_batch`; one sighting each."""
        ...


@runtime_checkable
class FindsBuyers(Protocol):
    def find_buyers(self, fulfillments: Sequence[Fulfillment]) -> tuple[Link, ...]:
        """One look-up for a whole batch: which buyers and addresses the remote has already."""
        ...


@runtime_checkable
class PullsCancellations(Protocol):
    def pull_cancellations(self, cursor: str, since: datetime) -> Page: ...

    def read_cancellation(self, payload: bytes) -> Cancellation: ...


@runtime_checkable
class PushesCancellations(Protocol):
    def push_cancellation(self, remote_order_id: str, key: str, reason: str) -> Receipt:
        """Stops the order, or finds it stopped. `RejectedError` when it can't be stopped any more."""
        ...


@runtime_checkable
class PullsShipments(Protocol):
    def pull_shipments(self, cursor: str, since: datetime) -> Page: ...

    def read_shipment(self, payload: bytes) -> Shipment: ...


@runtime_checkable
class PushesShipments(Protocol):
    def push_shipment(self, shipment: Shipment) -> Receipt: ...

    def look_up_shipments(self, shipments: Sequence[Shipment]) -> tuple[Sighting, ...]:
        """Matches cleaned tracking number, lines and quantities. `DOUBT`: somebody shipped these lines otherwise."""
        ...


@runtime_checkable
class PullsReturns(Protocol):
    """Goods that buyers send back. They are shown; stock changes by what `pull_stock` reads alone."""

    def pull_returns(self, cursor: str, since: datetime) -> Page: ...

    def read_return(self, payload: bytes) -> Return: ...


@runtime_checkable
class PullsStock(Protocol):
    def pull_stock(self, cursor: str) -> Page: ...

    def read_stock(self, payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
        """One per location, or one with an empty location."""
        ...


@runtime_checkable
class PushesStock(Protocol):
    def push_stock(self, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
        """All of one family, at most `manifest.limits.stock_batches[family]`; one answer each."""
        ...


@runtime_checkable
class PullsListings(Protocol):
    def pull_listings(self, cursor: str) -> Page: ...

    def read_listing(self, payload: bytes) -> tuple[Listing, ...]: ...


@runtime_checkable
class PullsProducts(Protocol):
    def pull_products(self, cursor: str) -> Page: ...

    def read_product(self, payload: bytes) -> Product: ...


@runtime_checkable
class ReceivesHooks(Protocol):
    def receive_hook(self, hook: HookRequest) -> HookAnswer:
        """Verifies over the raw body, in constant time. A forged one gets its status and rings nothing."""
        ...


@runtime_checkable
class TellsSetup(Protocol):
    def read_setup(self) -> SetupThere:
        """For somebody who moves over from another hub: what is set up there, without credentials."""
        ...


@runtime_checkable
class HandlesFiles(Protocol):
    """Files may be brought and fetched by hand. `RejectedError` for a name that means nothing."""

    def files_in(self) -> tuple[Entry, ...]:
        """Those that wait to be taken."""
        ...

    def files_out(self) -> tuple[Entry, ...]: ...

    def preview_file(self, name: str, body: bytes) -> FilePreview:
        """How it would be read; pure."""
        ...

    def bring_file(self, name: str, body: bytes) -> None: ...

    def fetch_file(self, name: str) -> bytes:
        """One of those that went out."""
        ...
