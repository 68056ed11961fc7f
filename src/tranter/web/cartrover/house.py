"""What is set up here: carts, their ways of shipping, merchants."""

from tranter.engine import api_reading, mapping
from tranter.ledger import merchants
from tranter.ledger.connections import ConnectionRecord
from tranter.sdk import registry
from tranter.sdk.manifest import Role
from tranter.web.cartrover.bodies import Object, objects
from tranter.web.cartrover.caller import Caller
from tranter.web.cartrover.envelope import Answer, Refusal
from tranter.web.cartrover.plain import plain

LONGEST = 200


def carts(caller: Caller) -> Answer:
    """Each with its order source, and with its kind. The item's shape is the hub's own."""
    found = [
        {"order_source": info.name, "cart_type": info.connector, "label": registry.manifest(info.connector).label}
        for info in caller.carts
        if Role.CART in registry.manifest(info.connector).roles
    ]
    return Answer(response=found)


def cart_types(caller: Caller) -> Answer:
    """Those that can be set up here. The item's shape is the hub's own."""
    known = [registry.manifest(name) for name in registry.names()]
    found = [{"cart_type": one.slug, "label": one.label} for one in known if Role.CART in one.roles]
    return Answer(response=found)


def warehouse_methods(caller: Caller) -> Answer:
    found = api_reading.warehouse_methods(caller.hub, caller.book)
    return Answer(response=[{"carrier": "", "code": code, "description": code} for code in found])


def cart_methods(caller: Caller, order_source: str) -> Answer:
    found = api_reading.cart_methods(caller.book, _cart(caller, order_source))
    return Answer(response=[{"cart_code": code, "wms_code": method} for code, method in found.items()])


def map_methods(caller: Caller, order_source: str) -> Answer:
    cart, wanted = _cart(caller, order_source), _wanted(caller)
    known = set(api_reading.warehouse_methods(caller.hub, caller.book))
    strange = sorted({method for method in wanted.values() if method is not None} - known)
    if known and strange and api_reading.knows_all_methods(caller.hub, caller.book):
        raise Refusal(f"The warehouse has no ship method {', '.join(strange)}")
    mapping.save(caller.hub, caller.book, api_reading.edits(cart, wanted), caller.key.actor)
    caller.house.wake()
    return Answer(response=[{"cart_code": code, "wms_code": method} for code, method in wanted.items()])


def _wanted(caller: Caller) -> dict[str, str | None]:
    return dict(_pair(one) for one in objects(caller.body))


def _pair(given: Object) -> tuple[str, str | None]:
    code, method = (plain(given, "cart_code") or "").strip(), (plain(given, "wms_code") or "").strip()
    if not code:
        raise Refusal("Ship method missing required field(s): cart_code")
    if len(code) > LONGEST or len(method) > LONGEST or not f"{code}{method}".isprintable():
        raise Refusal(f"cart_code and wms_code have at most {LONGEST} characters, and all of them can be printed")
    return code, method or None


def _cart(caller: Caller, order_source: str) -> ConnectionRecord:
    """By its name; else by its kind, where there is one of it. Raises `Refusal`."""
    carts = [info for info in caller.carts if Role.CART in registry.manifest(info.connector).roles]
    wanted = order_source.rstrip("/").casefold()
    named = [info for info in carts if info.name.casefold() == wanted]
    of_kind = [info for info in carts if registry.manifest(info.connector).label.casefold() == wanted]
    for found in (named, of_kind):
        if len(found) == 1:
            return found[0]
    raise Refusal(f"There is no cart {order_source[:64]!r}")


def all_merchants(caller: Caller) -> Answer:
    """The item's shape is the hub's own."""
    found = [{"merchant_pk": one.id, "merchant": one.name, "short_name": one.slug} for one in merchants.entries()]
    return Answer(response=found)
