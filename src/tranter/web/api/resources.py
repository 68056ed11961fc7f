"""Every operation of the API, place by place."""

from itertools import chain

from tranter.web.api import (
    aliases,
    connections,
    filters,
    house,
    journal,
    keeping,
    keys,
    kits,
    lent,
    mappings,
    order_changes,
    orders,
    people,
    problems,
    rules,
    setting_up,
    shipments,
    stock,
    views,
    webhooks,
)
from tranter.web.api.operation import Operation

PLACES = (
    house,
    orders,
    order_changes,
    shipments,
    problems,
    stock,
    mappings,
    aliases,
    kits,
    filters,
    rules,
    connections,
    setting_up,
    lent,
    webhooks,
    journal,
    people,
    views,
    keys,
    keeping,
)
OPERATIONS: tuple[Operation, ...] = tuple(chain.from_iterable(place.OPERATIONS for place in PLACES))
