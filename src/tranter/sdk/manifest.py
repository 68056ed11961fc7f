"""A connector's data sheet."""

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from tranter.sdk.auth import OAuth2
from tranter.sdk.call import Caller
from tranter.sdk.forms import Settings
from tranter.sdk.ports import Clock, CredentialStore
from tranter.sdk.verbs import Connector


class Role(Enum):
    CART = "cart"
    WAREHOUSE = "warehouse"


class Pace(Struct, frozen=True):
    calls: int
    seconds: float


class Limits(Struct, frozen=True, kw_only=True):
    """`visibility_seconds`: how long after a write a look-up may still miss it.

    `repeat_safe_seconds`: how long the remote answers a repeated idempotency key with the first result (0: never).
    `stock_batches`: rows per call by family. `revisions_per_day`: changes that one listing takes.
    `order_number_length`: the longest number that an order may go by (0: no limit is known); `order_number_characters`:
    any, code (letters, digits, `-`, `_`, `.`), plain (letters, digits) or digits. Settings of these names go before.
    """

    visibility_seconds: float = 60.0
    repeat_safe_seconds: float = 0.0
    look_up_batch: int = 1
    stock_batches: Mapping[str, int] = {}
    revisions_per_day: int = 0
    order_number_length: int = 0
    order_number_characters: str = "any"


class Context(Struct, frozen=True, kw_only=True):
    """All that a connector works with. `facts` are those that the last `verify` saw."""

    settings: Settings
    caller: Caller
    credentials: CredentialStore
    clock: Clock
    account_id: str = ""
    facts: Mapping[str, str] = {}


class Manifest(Struct, frozen=True, kw_only=True):
    """`auth` computes the OAuth addresses from the settings; None where a fixed token is all there is, or nothing.

    `house_only`: its settings reach into the machine of the hub, so no merchant's own people may change them.

    `location_setting`: the setting that says where to send from and whose stock to read; with it, an account of the
    house can be lent to several merchants.
    """

    slug: str
    label: str
    roles: tuple[Role, ...]
    settings: type[Settings]
    build: Callable[[Context], Connector]
    pace: Pace
    limits: Limits = Limits()
    auth: Callable[[Settings], OAuth2] | None = None
    docs: str = ""
    house_only: bool = False
    location_setting: str = ""
