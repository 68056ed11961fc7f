"""Every operation of the API, place by place."""

from itertools import chain

from tranter.web.api import orders, webhooks
from tranter.web.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = tuple(chain(orders.OPERATIONS, webhooks.OPERATIONS))
