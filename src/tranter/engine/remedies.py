"""What cures each kind of exception where it stands, and doing it for all orders that wait for one cause."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from tranter.engine import catalogue, going_live, mapping
from tranter.engine.catalogue import Meaning
from tranter.engine.hub import Hub
from tranter.ledger import connections, errands, problems
from tranter.ledger.book import Book
from tranter.ledger.errands import Wanted
from tranter.ledger.mappings import ALIAS, CARRIER, SHIP_METHOD
from tranter.ledger.operator import ACTOR
from tranter.ledger.problems import Cause
from tranter.sdk.verbs import PullsOrders


class Cure(Enum):
    """`MAP_…`, `CONFIRM_STOCK`, `SETTLE`, `RETRY` and those after it are done here for a whole group.

    `SETTLE`: a person says that it is settled, where the hub can't look. `LOOK`: at the order, or at the other system.
    """

    MAP_SKU = "map_sku"
    MAP_CARRIER = "map_carrier"
    MAP_METHOD = "map_method"
    CONFIRM_STOCK = "confirm_stock"
    CORRECT_ADDRESS = "correct_address"
    CORRECT_ITEM = "correct_item"
    SIGN_IN = "sign_in"
    SETTINGS = "settings"
    WEBHOOK = "webhook"
    LOOK = "look"
    SETTLE = "settle"
    RETRY = "retry"
    RELEASE = "release"
    RESEND = "resend"
    STOP = "stop"
    CANCEL = "cancel"
    SEND_CHANGED = "send_changed"
    ACCEPT_CHANGE = "accept_change"
    IGNORE_CHANGE = "ignore_change"


CHANGED = (Cure.SEND_CHANGED, Cure.ACCEPT_CHANGE, Cure.IGNORE_CHANGE)
DEEDS = frozenset({Cure.RETRY, Cure.RELEASE, Cure.RESEND, Cure.STOP, Cure.CANCEL, *CHANGED})
"""What an errand does."""
MAPS = frozenset({Cure.MAP_SKU, Cure.MAP_CARRIER, Cure.MAP_METHOD})

_AGAIN = (Cure.RETRY, Cure.STOP)
_ANYWAY = (Cure.RELEASE, Cure.STOP)
_BY_HAND = (Cure.LOOK, Cure.SETTLE)
_TRACKING = (Cure.RETRY, Cure.SETTLE)

CURES: Mapping[str, tuple[Cure, ...]] = {
    "unknown_sku": (Cure.MAP_SKU, Cure.RETRY, Cure.STOP),
    "duplicate_sku": (Cure.MAP_SKU, Cure.RETRY, Cure.STOP),
    "empty_sku": (Cure.CORRECT_ITEM, Cure.SETTINGS, Cure.RETRY, Cure.STOP),
    "zero_quantity": _ANYWAY,
    "line_trouble": _ANYWAY,
    "no_address": (Cure.CORRECT_ADDRESS, *_AGAIN),
    "country_unknown": (Cure.CORRECT_ADDRESS, *_ANYWAY),
    "address_doubtful": (Cure.CORRECT_ADDRESS, *_ANYWAY),
    "no_warehouse": (Cure.SETTINGS, *_AGAIN),
    "unmapped_ship_method": (Cure.MAP_METHOD, *_ANYWAY),
    "too_many_lines": _ANYWAY,
    "rule_hold": _ANYWAY,
    "no_stock": (Cure.RETRY, *_ANYWAY),
    "no_single_warehouse": _ANYWAY,
    "cancel_requested": (Cure.CANCEL, Cure.RELEASE),
    "operator": _ANYWAY,
    "buyer_erased": _BY_HAND,
    "unreadable": _BY_HAND,
    "rejected": (Cure.LOOK, *_AGAIN),
    "doubtful_at_warehouse": (Cure.LOOK, Cure.RETRY, Cure.CANCEL),
    "duplicate_number": (Cure.LOOK, *_AGAIN),
    "foreign_order": (Cure.LOOK, *_AGAIN),
    "order_number": (Cure.LOOK, *_AGAIN),
    "lines": (Cure.CORRECT_ITEM, *_AGAIN),
    "address": (Cure.CORRECT_ADDRESS, *_AGAIN),
    "buyer": (Cure.LOOK, *_AGAIN),
    "currency": (Cure.SETTINGS, *_AGAIN),
    "location": (Cure.SETTINGS, *_AGAIN),
    "tax": (Cure.LOOK, *_AGAIN),
    "not_found": (Cure.LOOK, Cure.RETRY, Cure.RESEND),
    "not_delivered_for_a_day": (Cure.RETRY,),
    "voided_at_warehouse": (Cure.RESEND, Cure.CANCEL, Cure.SETTLE),
    "changed_at_cart": CHANGED,
    "change_too_late": (Cure.LOOK, Cure.IGNORE_CHANGE, Cure.SETTLE),
    "cancel_too_late": _BY_HAND,
    "cancel_refused_by_cart": (Cure.LOOK, Cure.RESEND, Cure.SETTLE),
    "too_late": _BY_HAND,
    "cancel_in_doubt": (Cure.LOOK, Cure.RETRY, Cure.SETTLE),
    "signature": _BY_HAND,
    "tracking_refused": _TRACKING,
    "carrier": (Cure.MAP_CARRIER, *_TRACKING),
    "shipped_at_cart": (Cure.LOOK, Cure.CANCEL, *_TRACKING),
    "shipped_already": (Cure.LOOK, *_TRACKING),
    "shipped_date": _TRACKING,
    "line": _TRACKING,
    "parcels": _TRACKING,
    "program": _TRACKING,
    "unknown_order": (Cure.LOOK, *_TRACKING),
    "void": _BY_HAND,
    "voided_after_telling": _BY_HAND,
    "stock_not_in_sync": (Cure.LOOK,),
    "mass_change": (Cure.CONFIRM_STOCK,),
    "zero_needs_choice": (Cure.SETTINGS,),
    "products_shrunk": _BY_HAND,
    "listings_shrunk": _BY_HAND,
    "needs_sign_in": (Cure.SIGN_IN,),
    "account_taken": (Cure.SIGN_IN, Cure.SETTINGS),
    "account": (Cure.LOOK, Cure.RETRY),
    "flow_stopped": (Cure.LOOK, Cure.SETTLE),
    "limit": (Cure.RETRY,),
    "future": (Cure.RETRY,),
    "webhook_paused": (Cure.WEBHOOK,),
}


class NoCure(Exception):
    """This is not what cures it; the text says what does."""


class Fix(Struct, frozen=True, kw_only=True):
    """`becomes`: the SKU, carrier or method that the cause's value means. `only_here`: a SKU of this cart alone."""

    cause: Cause
    becomes: str
    only_here: bool = False
    user_id: int | None = None

    @property
    def actor(self) -> str:
        return f"user:{self.user_id}" if self.user_id is not None else ACTOR


def cures(kind: str) -> tuple[Cure, ...]:
    """The best first. A connector may have kinds of its own: then a person looks and tries again."""
    return CURES.get(kind, (Cure.LOOK, Cure.RETRY, Cure.SETTLE))


def fix_and_release(hub: Hub, book: Book, fix: Fix) -> int:
    """What stands for the cause's value is saved, and every order that waits for it is tried again: the errand's id.

    Raises `NoCure`, and `NoSuchSku` when the warehouse has none of that name.
    """
    waiting, value = problems.order_ids(book, fix.cause), fix.cause.value or ""
    if _mapped(fix.cause) == ALIAS:
        catalogue.accept(hub, book, [Meaning(value, fix.becomes, _cart_of(hub, book, fix))], fix.actor)
    else:
        kind = _mapped(fix.cause)
        places = _carts(hub, book, fix) if kind == SHIP_METHOD else problems.warehouses(book, waiting)
        mapping.save(hub, book, {kind: {(place, value): fix.becomes for place in places}}, fix.actor)
    wanted = Wanted(what="retry", order_ids=waiting, user_id=fix.user_id)
    return errands.start(book, wanted, hub.ports.clock.now())


def _mapped(cause: Cause) -> str:
    found = {Cure.MAP_SKU: ALIAS, Cure.MAP_CARRIER: CARRIER, Cure.MAP_METHOD: SHIP_METHOD}
    kinds = [found[cure] for cure in cures(cause.kind) if cure in found]
    if not kinds or not cause.value:
        raise NoCure(f"{cause.kind.replace('_', ' ')} is not cured by a mapping")
    return kinds[0]


def _carts(hub: Hub, book: Book, fix: Fix) -> list[str]:
    """The cart of the cause, or all."""
    carts = [one for one in connections.all_of(book) if isinstance(hub.plug(one).connector, PullsOrders)]
    return [one.name for one in carts if fix.cause.connection_id in (None, one.id)]


def _cart_of(hub: Hub, book: Book, fix: Fix) -> str:
    if not fix.only_here or fix.cause.connection_id is None:
        return ""
    info = next((one for one in connections.all_of(book) if one.id == fix.cause.connection_id), None)
    return info.name if info is not None and isinstance(hub.plug(info).connector, PullsOrders) else ""


def confirm_stock(hub: Hub, book: Book, cause: Cause) -> str:
    """The yes to a mass change. The connection's name."""
    info = next((one for one in connections.all_of(book) if one.id == cause.connection_id), None)
    if info is None or Cure.CONFIRM_STOCK not in cures(cause.kind):
        raise NoCure(f"{cause.kind.replace('_', ' ')} is not cured by a yes to the stock")
    going_live.confirm(hub, book, info)
    return info.name


def start(book: Book, cause: Cause, wanted: Wanted, hub: Hub) -> int:
    """The same done to every order of the cause: the errand's id."""
    asked = Wanted(
        what=wanted.what,
        order_ids=problems.order_ids(book, cause),
        detail=wanted.detail,
        user_id=wanted.user_id,
    )
    return errands.start(book, asked, hub.ports.clock.now())
