"""What keeps an order from being sent, all of it, the most pressing first."""

from collections.abc import Iterator, Mapping

from tranter.model import Address, CartState, Order, OrderLine
from tranter.model.address import AddressCheck
from tranter.routing.address_rules import example_of, faults
from tranter.routing.addresses import country_code, country_known
from tranter.routing.decision import Hold, View
from tranter.routing.kits import items_of
from tranter.routing.rule_actions import NOTHING, Ruled
from tranter.routing.sending import NO_SINGLE_WAREHOUSE, NO_STOCK, candidates

RULE_HOLD = "rule_hold"
UNMAPPED = "unmapped_ship_method"

ORDER = (
    "cancel_requested",
    "line_trouble",
    "empty_sku",
    "unknown_sku",
    "duplicate_sku",
    "zero_quantity",
    "no_address",
    "country_unknown",
    "address_doubtful",
    "no_warehouse",
    UNMAPPED,
    "too_many_lines",
    RULE_HOLD,
    NO_STOCK,
    NO_SINGLE_WAREHOUSE,
)
# Without these there is nothing that could be sent, so an operator's release can't lift them.
FIRM = frozenset({"empty_sku", "no_address", "no_warehouse"})


def troubles(order: Order, view: View, ruled: Ruled = NOTHING) -> tuple[Hold, ...]:
    """Sorted by `ORDER`; released kinds are left out."""
    found = [
        hold
        for hold in (
            *_of_order(order, view),
            *_of_rules(view, ruled),
            *_of_method(order, view, ruled),
            *(hold for line in order.lines for hold in _of_line(line, view, ruled)),
        )
        if hold.kind in FIRM or hold.kind not in view.holds
    ]
    return tuple(sorted(found, key=lambda hold: ORDER.index(hold.kind)))


def _of_order(order: Order, view: View) -> Iterator[Hold]:
    if order.state is CartState.CANCEL_REQUESTED:
        cause = "a cancellation is requested at the cart"
        if order.state_reason:
            cause += f" ({order.state_reason})"
        yield Hold(
            kind="cancel_requested",
            cause=cause,
            remedy="answer the request at the cart, or release the order",
        )
    if order.ship_to is None:
        remedy = "add the address at the cart; the order is read again then"
        yield Hold(kind="no_address", cause="there is no address to ship to", remedy=remedy)
    elif not country_known(country_code(order.ship_to.country)):
        country = order.ship_to.country
        cause = f"{country!r} is not the ISO code of a country"
        remedy = "correct the country at the cart, or release the order to send it as it is"
        yield Hold(kind="country_unknown", cause=cause, remedy=remedy, value=country)
    else:
        yield from _of_address(order.ship_to, view)
    if view.warehouse is None:
        remedy = "connect a warehouse, or choose one of those that there are"
        yield Hold(kind="no_warehouse", cause="no warehouse is chosen for this order", remedy=remedy)
    if len(order.lines) > view.line_limit:
        cause = f"{len(order.lines)} lines are more than the {view.line_limit} that go into one order"
        yield Hold(kind="too_many_lines", cause=cause, remedy="ship it by hand, or release it to send it whole")


def _of_address(address: Address, view: View) -> Iterator[Hold]:
    wrong = faults(address) if checks(address, view) and view.address_check is AddressCheck.HOLD else ()
    if wrong:
        names = ", ".join(part.replace("_", " ").replace("postal code", "postcode") for part in wrong)
        example = example_of(address.country) if "postal_code" in wrong else ""
        hint = f" (a postcode there is like {example})" if example else ""
        cause = f"by the rules of {country_code(address.country)} the address is not right: {names}{hint}"
        remedy = "correct the address, or release the order to send it as it is"
        yield Hold(kind="address_doubtful", cause=cause, remedy=remedy, value=names)


def checks(address: Address, view: View) -> bool:
    code = country_code(address.country)
    wanted = not view.address_countries or code in view.address_countries
    return wanted and country_known(code) and view.address_check is not AddressCheck.OFF


def _of_rules(view: View, ruled: Ruled) -> Iterator[Hold]:
    if ruled.hold is not None:
        cause = f"{ruled.hold.reason} (rule {ruled.hold.rule!r})"
        yield Hold(kind=RULE_HOLD, cause=cause, remedy="release it when it may go", value=ruled.hold.rule)
    routes = {ruled.route, *(part.route for part in ruled.apart)} - {""}
    for route in sorted(routes - {one.name for one in view.warehouses}):
        cause = f"a rule sends it to {route!r}, and there is no such warehouse"
        yield Hold(kind="no_warehouse", cause=cause, remedy="name another warehouse in the rule", value=route)


def _of_method(order: Order, view: View, ruled: Ruled) -> Iterator[Hold]:
    code = order.ship_method
    if not view.reject_unmapped or not code or ruled.ship_method is not None or view.methods.knows(view.cart, code):
        return
    cause = f"nobody has said what the ship method {code!r} of {view.cart} is at the warehouse"
    remedy = f"map it, to itself if it shall pass through: tranter ship-method set {view.cart} {code!r} METHOD"
    yield Hold(kind=UNMAPPED, cause=cause, remedy=remedy, value=code)


def _of_line(line: OrderLine, view: View, ruled: Ruled) -> Iterator[Hold]:
    if line.trouble:
        cause = f"line {line.line_id}: {line.trouble}"
        yield Hold(kind="line_trouble", cause=cause, remedy="correct it at the cart, or release the order")
    if line.quantity <= 0:
        cause = f"line {line.line_id} asks for {line.quantity} units"
        yield Hold(kind="zero_quantity", cause=cause, remedy="release the order to send it without this line")
    elif not line.sku.strip():
        cause = f"line {line.line_id} has no SKU"
        remedy = "give the listing a SKU at the cart, or choose in the settings what stands for a blank one"
        yield Hold(kind="empty_sku", cause=cause, remedy=remedy, value=line.listing_id)
    else:
        route = next((part.route for part in ruled.apart if line.line_id in part.lines and part.route), ruled.route)
        able = candidates(view, route)
        for item in items_of(line, view.aliases.sku(view.cart, line.sku), view.kits) if able else ():
            knowing = next((one for one in able if one.knows(item.sku)), able[0])
            yield from _of_sku(item.sku, line.sku, knowing.products or {})


def _of_sku(sku: str, code: str, products: Mapping[str, tuple[str, ...]]) -> Iterator[Hold]:
    ids = products.get(sku, ())
    name = repr(sku) if sku == code else f"{sku!r} (alias {code!r})"
    if not ids:
        cause = f"the warehouse has no SKU {name}"
        yield Hold(kind="unknown_sku", cause=cause, remedy="create it there, or add an alias", value=sku)
    elif len(ids) > 1:
        cause = f"the SKU {name} is at the warehouse more than once: products {', '.join(ids)}"
        yield Hold(kind="duplicate_sku", cause=cause, remedy="give one of them another SKU there", value=sku)
