"""The table of this API: which path is what, for whom, and what it costs. Fixed words go before names."""

import re
from collections.abc import Callable

from msgspec import Struct

from tranter.ledger.api_keys import Level, Scope
from tranter.web.cartrover import house, orders, orders_done, orders_in, stock
from tranter.web.cartrover.envelope import Answer

GET, POST = "GET", "POST"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Endpoint(Struct, frozen=True, kw_only=True):
    """`path` stands behind `/v1/`; a name in braces takes whatever is left, slashes too.

    `level`: the only one that may call it. A call that is not `counted` takes nothing from the bucket.
    """

    method: str
    path: str
    act: Callable[..., Answer]
    scope: Scope = Scope.READ
    level: Level | None = None
    counted: bool = True

    def match(self, method: str, path: str) -> dict[str, str] | None:
        if method != self.method:
            return None
        pattern = PLACEHOLDER.sub(r"(?P<\1>.+)", self.path)
        found = re.fullmatch(f"{pattern}/*", path, re.DOTALL)
        return found.groupdict() if found is not None else None


def get(path: str, act: Callable[..., Answer], scope: Scope = Scope.READ, level: Level | None = None) -> Endpoint:
    return Endpoint(method=GET, path=path, act=act, scope=scope, level=level)


def post(path: str, act: Callable[..., Answer], counted: bool = True) -> Endpoint:
    return Endpoint(method=POST, path=path, act=act, scope=Scope.WRITE, counted=counted)


ENDPOINTS: tuple[Endpoint, ...] = (
    post("cart/orders/cartrover", orders_in.create, counted=False),
    post("cart/orders/batch", orders_in.batch),
    post("cart/orders/cancel/cartrover", orders_done.cancel),
    post("cart/orders/cancel", orders_done.cancel),
    post("cart/orders/update/{cust_ref}", orders_done.update),
    post("cart/shipmethod/{order_source}", house.map_methods),
    get("cart/list", house.carts),
    get("cart/listall", house.cart_types),
    get("cart/shipmethod/list/{order_source}", house.cart_methods),
    get("cart/orders/list/{status}", orders.list_of_cart),
    get("cart/orders/status/{cust_ref}", orders.status_of_cart),
    get("cart/orders/wms_cancel/{cust_ref}", orders_done.stop_at_warehouse, scope=Scope.WRITE),
    get("cart/orders/{cust_ref}", orders.view_of_cart),
    get("merchant/orders/list/{status}", orders.list_of_merchant),
    get("merchant/orders/status/{cust_ref}", orders.status_of_merchant),
    get("merchant/orders/{cust_ref}", orders.view_of_merchant),
    get("merchant/inventory", stock.inventory),
    get("merchant/inventory/{sku}", stock.inventory_of),
    get("merchant/product/{sku}", stock.product),
    get("wms/shipmethod/list", house.warehouse_methods),
    get("wms/merchant/list", house.all_merchants, level=Level.WAREHOUSE),
)


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """A slash too many, as clients that join addresses leave it, changes nothing. At its end a name keeps it."""
    for one in ENDPOINTS:
        named = one.match(method, path.lstrip("/"))
        if named is not None:
            return one, named
    return None


def methods(path: str) -> list[str]:
    """Those that this path knows."""
    return [method for method in (GET, POST) if find(method, path) is not None]
