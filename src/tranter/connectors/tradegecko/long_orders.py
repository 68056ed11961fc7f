"""Orders of more lines than TradeGecko creates in one call: it times out beyond 250 or so."""

from decimal import Decimal

from tranter.connectors.tradegecko.client import Client, checked, listed
from tranter.connectors.tradegecko.order_body import SentLine
from tranter.connectors.tradegecko.rows import LineRow, OrderRow, text_of
from tranter.sdk.errors import UnexpectedResponseError

FIRST_PART = 250
LATER_PART = 250


def append_rest(client: Client, order: OrderRow, lines: tuple[SentLine, ...], key: str) -> list[LineRow]:
    """Appends what is not there yet, and returns the order's lines in the sequence of ours.

    A PUT appends, so before each one the lines are read: after a crash it goes on where it stopped.
    """
    there = lines_there(client, str(order.id))
    while len(there) < len(lines):
        _check_beginning(order, lines, there)
        part = lines[len(there) : len(there) + LATER_PART]
        body = {"order_line_items": [line.fields for line in part]}
        client.put(f"/orders/{order.id}", "order", body, f"{key}/lines-{len(there)}")
        before, there = len(there), lines_there(client, str(order.id))
        if len(there) == before:
            raise UnexpectedResponseError(f"TradeGecko's order {order.id} did not take more lines")
    _check_beginning(order, lines, there)
    return there


def lines_there(client: Client, order_id: str) -> list[LineRow]:
    rows = client.all("order_line_items", [*listed("order_id", [order_id]), ("order", "id asc")], LineRow)
    return sorted((row for row in rows if text_of(row.order_id) == order_id), key=lambda row: row.id)


def _check_beginning(order: OrderRow, lines: tuple[SentLine, ...], there: list[LineRow]) -> None:
    sent = [(line.product_id, Decimal(line.quantity)) for line in lines[: len(there)]]
    found = [(text_of(row.variant_id), checked(row.quantity, "a line's quantity")) for row in there]
    if found != sent:
        raise UnexpectedResponseError(f"TradeGecko's order {order.id} has other lines than were sent")
