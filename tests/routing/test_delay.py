"""Waiting a while before an order is sent."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.routing.examples import HOUR, NOON, order
from tranter.model import DelayFrom
from tranter.routing.decide import Send, View, Wait, Warehouse, decide
from tranter.routing.rule import Delay, Rule

VIEW = View(cart="shop", warehouse=Warehouse("depot", {"CUP": ("p1",)}), now=NOON + timedelta(minutes=30))
TWO_HOURS = Rule(name="slow", actions=(Delay(2),))
WAITS = [
    (timedelta(), (), None),
    (HOUR, (), NOON + HOUR),
    (timedelta(minutes=30), (), None),
    (timedelta(), (TWO_HOURS,), NOON + 2 * HOUR),
    (HOUR, (TWO_HOURS,), NOON + 2 * HOUR),
    (3 * HOUR, (TWO_HOURS,), NOON + 3 * HOUR),
]


@pytest.mark.parametrize(("window", "rules", "until"), WAITS)
def test_it_waits_the_longer_of_both_from_when_it_was_ordered(
    window: timedelta, rules: tuple[Rule, ...], until: object
) -> None:
    decision = decide(order(), replace(VIEW, delay=window, rules=rules))
    assert getattr(decision, "until", None) == until
    assert isinstance(decision, Send if until is None else Wait)


def test_somebody_may_send_it_now_and_a_rehearsal_never_waits() -> None:
    slow = replace(VIEW, delay=HOUR)
    assert isinstance(decide(order(), replace(slow, holds=frozenset({"delay"}))), Send)
    assert isinstance(decide(order(), replace(slow, now=None)), Send)


@pytest.mark.parametrize(
    ("begins", "paid_at", "until"),
    [
        (DelayFrom.ORDERED, NOON + HOUR, NOON + 2 * HOUR),
        (DelayFrom.PAID, NOON + HOUR, NOON + 3 * HOUR),
        (DelayFrom.PAID, None, NOON + 2 * HOUR),  # a cart that does not say when
    ],
)
def test_the_time_begins_when_it_was_ordered_or_when_it_was_paid(
    begins: DelayFrom, paid_at: datetime | None, until: datetime
) -> None:
    decision = decide(replace(order(), paid_at=paid_at), replace(VIEW, rules=(TWO_HOURS,), delay_from=begins))
    assert isinstance(decision, Wait)
    assert decision.until == until
