"""What can be set on a simulated TradeGecko: its goods, its habits, every open question of its API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Deliver = Callable[[str, str, Mapping[str, str], bytes], tuple[int, bytes]]
"""Sends a webhook: (method, url, headers, body) → (status, body). Status 0 says that nobody answered."""


@dataclass(frozen=True)
class Goods:
    """The catalogue. `duplicated` SKUs stand on two variants; `untracked` have `manage_stock` false."""

    skus: Sequence[str] = ()
    duplicated: Sequence[str] = ()
    untracked: Sequence[str] = ()
    max_online: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The number and its unit, by SKU."""
    stock: Mapping[str, int] = field(default_factory=dict)
    prices: Mapping[str, str] = field(default_factory=dict)
    archived: Sequence[str] = ()
    bundles: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Staff:
    """How the people in the warehouse work when nobody tells them. Off: nothing moves by itself."""

    at_work: bool = False
    pack_after_seconds: tuple[int, int] = (300, 1800)
    ship_after_seconds: tuple[int, int] = (300, 3600)
    split_share: float = 0.15
    missing_carrier_share: float = 0.08
    missing_shipped_at_share: float = 0.1
    approves_drafts: bool = False
    recount_every_seconds: int = 0


@dataclass(frozen=True)
class Options:
    # sign-in
    client_id: str | None = None  # None: any application may sign in
    client_secret: str = "simulated-secret"  # noqa: S105 - a simulator's, opens nothing
    access_tokens: Sequence[str] = ()  # privileged tokens, which never expire
    refresh_token: str = ""  # one that works already, before anybody consented
    token_seconds: int = 7200
    old_grant_seconds: int = 3600  # how long the first of two connections of one user lives on
    auto_consent: bool = False
    refresh_revokes_access: bool = True
    # limits
    rate_limit: int = 300
    rate_window_seconds: int = 300
    max_url_length: int = 8000
    max_lines: int | None = None  # beyond it a create answers 503
    max_text_length: int | None = None
    # open questions of the contract
    put_status: Literal[200, 204] = 204
    over_limit: Literal["refuse", "cap"] = "refuse"
    default_sort: Literal["newest", "scrambled"] = "newest"
    action_reply: Literal["object", "empty"] = "object"
    edit_finalized_lines: bool = False
    ship_unfinalized: bool = False
    lines_by_sku: bool = False
    sideload_on_create: bool = False
    replay_rejections: bool = True
    partial_order_numbers: bool = False
    reject_duplicate_order_numbers: bool = False
    returns_earlier_order: bool = False  # a create with a known number answers with that order, whatever it is
    plural_events: bool = True
    index_lag_seconds: float = 0
    rounding: Literal["ROUND_HALF_UP", "ROUND_HALF_EVEN"] = "ROUND_HALF_UP"
    # the account
    currency: str = "USD"
    tax_treatment: Literal["exclusive", "inclusive"] = "exclusive"
    tax_rate: str = "0.0"
    locations: Sequence[str] = ("Main Warehouse", "Second Warehouse")
    goods: Goods = Goods()
    staff: Staff = Staff()
    deliver: Deliver | None = None
