"""What a webhook in CartRover's style says: the order as this API tells it, as it stands when it is sent."""

import msgspec

from tranter.engine import api_reading
from tranter.engine.hub import Hub
from tranter.ledger.book import Book
from tranter.ledger.outbox import DueMessage
from tranter.web.cartrover.order_object import Shown, view_object

EVERYTHING = Shown(order_extras=True, line_extras=True, aliases=True)


def orders_told(hub: Hub, message: DueMessage) -> bytes:
    card = None
    if message.order_id is not None:
        card = api_reading.numbered(Book(message.merchant_id, hub.vault), message.order_id)
    return msgspec.json.encode({"orders": [view_object(card, EVERYTHING)] if card is not None else []})
