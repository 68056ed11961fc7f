"""What is set up at the other side: carts, their ways of shipping, aliases; and what it is still busy with.

The shape of a cart in `/v1/cart/list` is not public: what looks like its name and its kind is taken.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from tranter.connectors.cartrover.client import LIMIT, Client, segment
from tranter.sdk.errors import RejectedError
from tranter.sdk.setups import AliasThere, CartThere, MethodThere, OpenThere, OrderThere, SetupThere

MOST_PAGES, LONGEST = 100, 200
MOST = MOST_PAGES * LIMIT
WAITING, AT_WAREHOUSE = ("new", "error"), ("at_wms", "partial")
OPEN = (*WAITING, *AT_WAREHOUSE)
NAMED = ("order_source", "source", "cart_name", "name", "description")
CALLED = ("cart_type", "type", "cart", "integration", "label")

Found = TypeVar("Found")


class StockedRow(Struct):
    sku: str
    aliases: dict[str, str | None] | list[dict[str, str | None]] = {}


class MappedRow(Struct):
    cart_code: str
    wms_code: str | None = None


class OpenRow(Struct):
    cust_ref: str | int | None = None
    cust_po_no: str | int | None = None
    created_date_time: str | None = None

    def numbers(self) -> tuple[str, ...]:
        given = (str(one).strip() for one in (self.cust_ref, self.cust_po_no) if one is not None)
        return tuple(dict.fromkeys(number for number in given if 0 < len(number) <= LONGEST))


def read_setup(client: Client) -> SetupThere:
    """May raise the four errors. What this key may not see is left out, and said."""
    left_out: list[str] = []

    def asked(what: str, ask: Callable[[], Found], without: Found) -> Found:
        try:
            return ask()
        except RejectedError as error:
            left_out.append(f"{what}: {error.reason}")
            return without

    nothing: tuple[CartThere, ...] = ()
    carts = asked("carts", lambda: _carts(client), nothing)
    methods: list[MethodThere] = []
    for cart in carts:
        methods += asked(f"ship methods of {cart.source}", partial(_methods, client, cart.source), [])
    nobody: list[OpenRow] = []
    orders = {status: asked(f"orders that are {status}", partial(_orders, client, status), nobody) for status in OPEN}
    left_out += [
        f"orders that are {one}: only the first {MOST:,} were read" for one in OPEN if len(orders[one]) >= MOST
    ]
    return SetupThere(
        carts=carts,
        methods=tuple(methods),
        aliases=tuple(asked("aliases", lambda: list(_aliases(client)), [])),
        open=_open(orders),
        left_out=tuple(left_out),
    )


def _carts(client: Client) -> tuple[CartThere, ...]:
    rows = client.get("cart/list", list[Any])
    found = [_cart(row) for row in rows]
    return tuple(cart for cart in found if cart.source)


def _cart(row: object) -> CartThere:
    if not isinstance(row, Mapping):
        return CartThere(source=str(row or "").strip())
    source = _first(row, NAMED)
    return CartThere(source=source, kind=_first(row, CALLED), label=str(row.get("label") or source))


def _first(row: Mapping[str, object], names: tuple[str, ...]) -> str:
    return next((str(row[name]).strip() for name in names if row.get(name)), "")


def _methods(client: Client, source: str) -> list[MethodThere]:
    rows = client.get(f"cart/shipmethod/list/{segment(source)}", list[MappedRow])
    return [MethodThere(cart=source, code=row.cart_code, method=row.wms_code or "") for row in rows if row.cart_code]


def _aliases(client: Client) -> Iterator[AliasThere]:
    for raw in _pages(client, "merchant/inventory"):
        row = msgspec.json.decode(raw, type=StockedRow)
        listed = row.aliases if isinstance(row.aliases, list) else [row.aliases]
        for codes in listed:
            values = [codes.get("code")] if "code_type" in codes else list(codes.values())
            for alias in values:
                if alias and alias.strip() and alias.strip() != row.sku:
                    yield AliasThere(alias=alias.strip(), sku=row.sku)


def _open(found: Mapping[str, list[OpenRow]]) -> OpenThere:
    times = [at for rows in found.values() for row in rows if (at := _moment(row.created_date_time)) is not None]
    return OpenThere(
        waiting=sum(len(found[status]) for status in WAITING),
        at_warehouse=sum(len(found[status]) for status in AT_WAREHOUSE),
        oldest_at=min(times, default=None),
        orders=tuple(OrderThere(numbers=row.numbers(), status=status) for status in OPEN for row in found[status]),
    )


def _orders(client: Client, status: str) -> list[OpenRow]:
    return [msgspec.json.decode(raw, type=OpenRow) for raw in _pages(client, f"merchant/orders/list/{status}")]


def _pages(client: Client, path: str) -> Iterator[msgspec.Raw]:
    for page in range(1, MOST_PAGES + 1):
        rows = client.get(path, list[msgspec.Raw], (("limit", str(LIMIT)), ("page", str(page))))
        yield from rows
        if len(rows) < LIMIT:
            return


def _moment(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
