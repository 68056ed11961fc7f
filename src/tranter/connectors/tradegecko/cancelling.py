"""Stopping an order at TradeGecko, or finding it stopped."""

import msgspec

from tranter.connectors.tradegecko.certainty import already_written, nothing_written
from tranter.connectors.tradegecko.client import Client, convert
from tranter.connectors.tradegecko.delivery import header_key
from tranter.connectors.tradegecko.rows import OrderRow
from tranter.connectors.tradegecko.words import ORDER_DEAD
from tranter.sdk.errors import RejectedError, UnexpectedResponseError
from tranter.sdk.verbs import Receipt


def cancel(client: Client, remote_order_id: str, key: str) -> Receipt:
    """Looks first and afterwards: what an action answers is documented nowhere."""
    path = f"/orders/{remote_order_id}"
    with nothing_written():
        order = client.show(path, "order", OrderRow)
    if order.status in ORDER_DEAD:
        return _stopped(order)
    _check_stoppable(order)
    try:
        reply = client.post(f"{path}/actions/void", "order", {}, header_key(key))
    except RejectedError as error:
        raise _too_late(order, f"refuses to stop it: {error.reason}") from error
    with already_written():
        order = _after(client, path, reply)
    if order.status not in ORDER_DEAD:
        raise UnexpectedResponseError(f"TradeGecko's order {order.id} is {order.status!r} after it was stopped")
    return _stopped(order)


def _after(client: Client, path: str, reply: dict[str, msgspec.Raw]) -> OrderRow:
    if "order" in reply:
        return convert(reply["order"], OrderRow)
    return client.show(path, "order", OrderRow)


def _check_stoppable(order: OrderRow) -> None:
    if order.status == "fulfilled" or order.fulfillment_status in ("partial", "shipped"):
        raise _too_late(order, "has shipped it, or a part of it")
    if order.packed_status in ("partial", "packed"):
        raise _too_late(order, "has packed it, or a part of it")


def _stopped(order: OrderRow) -> Receipt:
    return Receipt(remote_id=str(order.id), number=order.order_number or "", committed=False)


def _too_late(order: OrderRow, why: str) -> RejectedError:
    return RejectedError(
        f"The order {order.order_number or order.id} can't be stopped any more: TradeGecko {why}.",
        "Speak with the warehouse; stop the parcel there, or agree on a return with the buyer.",
        kind="too_late",
        value=str(order.id),
    )
