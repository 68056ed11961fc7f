"""One warehouse, two carts and the hub between them, played through in random sequences."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import HOUR, NOON, modestly
from tranter.model import StockLevel
from tranter.routing.stock import (
    Change,
    Reservation,
    StockPolicy,
    expected_now,
    plan_changes,
    publishable,
    reserved_units,
    sum_levels,
)
from tranter.testing.faultmark import fault

CARTS = ("shop", "store")


class Sale:
    def __init__(self, cart: str, at: datetime) -> None:
        self.cart = cart
        self.at = at
        self.committed_at: datetime | None = None
        self.over = False


class Trade:
    """`commits`: the warehouse takes an order off what is available when it gets it, else when it ships."""

    def __init__(self, on_hand: int, commits: bool, policy: StockPolicy) -> None:
        self.on_hand = on_hand
        self.commits = commits
        self.policy = policy
        self.now = NOON
        self.sales: list[Sale] = []
        self.shown = dict.fromkeys(CARTS, 0)
        self.acknowledged: dict[str, tuple[int, datetime]] = {}
        self.units_left = on_hand

    @property
    def free(self) -> int:
        return self.units_left - sum(not sale.over for sale in self.sales)

    def play(self, step: str) -> None:
        self.now += HOUR
        match step:
            case "deliver":
                self._first(lambda sale: sale.committed_at is None, self._commit)
            case "ship":
                self._first(lambda sale: sale.committed_at is not None, self._ship)
            case "cancel":
                self._first(lambda sale: True, self._cancel)
            case "sync":
                self.sync()
            case cart:
                self._buy(cart)

    def sync(self) -> tuple[Change, ...]:
        level = StockLevel(product_id="p1", available=self._available(), read_at=self.now)
        open_sales = [Reservation(1, sale.committed_at) for sale in self.sales if not sale.over]
        wanted = publishable(
            sum_levels([level], frozenset()),
            reserved_units(open_sales, self.now, self.commits),
            True,
            None,
            self.policy,
        )
        changes = plan_changes(dict.fromkeys(CARTS, wanted), {cart: self._expected(cart) for cart in CARTS})
        for change in changes:
            self.shown[change.key] = change.wanted
            self.acknowledged[change.key] = (change.wanted, self.now)
        self.now += HOUR
        return changes

    def _available(self) -> int:
        committed = sum(sale.committed_at is not None and not sale.over for sale in self.sales)
        return self.units_left - (committed if self.commits else 0)

    def _expected(self, cart: str) -> int | None:
        quantity, at = self.acknowledged.get(cart, (None, None))
        return expected_now(quantity, at, [(sale.at, 1) for sale in self.sales if sale.cart == cart])

    def _buy(self, cart: str) -> None:
        if self.shown[cart] > 0:
            self.shown[cart] -= 1
            self.sales.append(Sale(cart, self.now))

    def _commit(self, sale: Sale) -> None:
        sale.committed_at = self.now

    def _ship(self, sale: Sale) -> None:
        sale.over = True
        self.units_left -= 1

    def _cancel(self, sale: Sale) -> None:
        sale.over = True

    def _first(self, wanted: Callable[[Sale], bool], act: Callable[[Sale], None]) -> None:
        sale = next((sale for sale in self.sales if not sale.over and wanted(sale)), None)
        if sale is not None:
            act(sale)


steps = st.lists(st.sampled_from([*CARTS, *CARTS, "deliver", "ship", "cancel", "sync"]), max_size=60)


def played(on_hand: int, commits: bool, policy: StockPolicy, sequence: Sequence[str]) -> Trade:
    trade = Trade(on_hand, commits, policy)
    trade.sync()
    for step in sequence:
        trade.play(step)
    return trade


@fault("INV-04")
@pytest.mark.parametrize("commits", [True, False])
@modestly
@given(st.integers(0, 20), steps)
def test_at_rest_the_carts_show_exactly_what_is_free(commits: bool, on_hand: int, sequence: list[str]) -> None:
    trade = played(on_hand, commits, StockPolicy(), [*sequence, "sync"])
    assert trade.shown == dict.fromkeys(CARTS, max(trade.free, 0))


@fault("INV-02", "INV-04")
@pytest.mark.parametrize("commits", [True, False])
@modestly
@given(st.integers(0, 20), steps)
def test_at_rest_a_second_look_writes_nothing(commits: bool, on_hand: int, sequence: list[str]) -> None:
    trade = played(on_hand, commits, StockPolicy(buffer=1, share_percent=70), [*sequence, "sync"])
    assert trade.sync() == ()


@fault("INV-04")
@modestly
@given(st.integers(0, 20), steps)
def test_both_kinds_of_warehouse_lead_to_the_same_listings(on_hand: int, sequence: list[str]) -> None:
    one, other = (played(on_hand, commits, StockPolicy(), sequence) for commits in (True, False))
    assert one.shown == other.shown


@fault("INV-01")
@modestly
@given(st.integers(0, 20), st.booleans(), steps)
def test_half_the_stock_for_each_of_two_carts_is_never_oversold(
    on_hand: int, commits: bool, sequence: list[str]
) -> None:
    trade = Trade(on_hand, commits, StockPolicy(share_percent=50))
    trade.sync()
    for step in sequence:
        trade.play(step)
        assert trade.free >= 0


@fault("INV-01")
@modestly
@given(st.integers(0, 20), st.booleans(), steps)
def test_one_cart_alone_is_never_oversold(on_hand: int, commits: bool, sequence: list[str]) -> None:
    trade = Trade(on_hand, commits, StockPolicy())
    trade.sync()
    for step in sequence:
        trade.play(step if step != "store" else "shop")
        assert trade.free >= 0


@fault("INV-01")
def test_the_last_unit_sold_twice_in_one_gap_is_seen_and_nothing_more_is_offered() -> None:
    trade = played(1, True, StockPolicy(), ["shop", "store", "sync"])
    assert trade.free == -1
    assert trade.shown == {"shop": 0, "store": 0}
    guarded = played(1, True, StockPolicy(buffer=1), ["shop", "store", "sync"])
    assert guarded.free == 1


@fault("INV-05")
@pytest.mark.parametrize("commits", [True, False])
@pytest.mark.parametrize(
    ("sequence", "left"),
    [
        (["shop", "cancel"], 3),
        (["shop", "deliver", "cancel"], 3),
        (["shop", "cancel", "cancel"], 3),
        (["shop", "deliver", "sync", "cancel", "sync", "cancel", "cancel"], 3),
        (["shop", "deliver", "ship", "cancel"], 2),
        (["shop", "shop", "deliver", "cancel", "cancel", "cancel"], 3),
        (["shop", "shop", "deliver", "sync", "cancel"], 2),
    ],
)
def test_a_cancelled_order_gives_its_units_back_exactly_once(commits: bool, sequence: list[str], left: int) -> None:
    trade = played(3, commits, StockPolicy(), [*sequence, "sync"])
    assert trade.shown == {"shop": left, "store": left}


@fault("INV-03")
@modestly
@given(st.lists(st.integers(0, 9), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_a_slow_reading_that_ends_last_does_not_win(readings: list[int], random: Random) -> None:
    levels = [
        StockLevel(product_id="p1", location="here", available=units, read_at=NOON + index * HOUR)
        for index, units in enumerate(readings)
    ]
    random.shuffle(levels)
    assert sum_levels(levels, frozenset({"here"})) == readings[-1]
