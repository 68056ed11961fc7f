"""Waiting a while before an order is sent, so that the buyer's late edits and cancellations are caught."""

from datetime import timedelta

from tranter.model import DelayFrom, Order
from tranter.routing.decision import DELAY, View, Wait
from tranter.routing.rule_actions import Ruled


def delayed(order: Order, view: View, ruled: Ruled) -> Wait | None:
    """The longer of the cart's window and what a rule asks for, counted from when it was ordered, or paid."""
    window = max(view.delay, timedelta(hours=ruled.delay_hours))
    if view.now is None or not window or DELAY in view.holds:
        return None
    paid = order.paid_at if view.delay_from is DelayFrom.PAID else None
    until = (paid or order.ordered_at) + window
    if until <= view.now:
        return None
    return Wait(f"it waits until {until:%Y-%m-%d %H:%M} UTC, so that late changes are caught", until)
