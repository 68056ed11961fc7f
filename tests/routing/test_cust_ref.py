"""Numbers fitted to what a warehouse takes."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly
from tranter.routing.cust_ref import LONGEST, SHORTEST, STRANGE, Characters, Fit, candidates, fits, tightest

FITS = st.builds(Fit, st.integers(SHORTEST, LONGEST), st.sampled_from(Characters))
NUMBERS = st.text(min_size=1, max_size=LONGEST)


def first(number: str, fit: Fit, identity: str = "shop/1") -> str:
    return next(candidates(number, identity, fit))


@modestly
@given(NUMBERS, st.text(), FITS)
def test_every_number_offered_fits(number: str, identity: str, fit: Fit) -> None:
    for offered in islice(candidates(number, identity, fit), 5):
        assert fits(offered, fit)
        assert 0 < len(offered) <= fit.length
        assert not STRANGE[fit.characters].search(offered)


@modestly
@given(NUMBERS, st.text(), FITS)
def test_the_same_order_is_always_offered_the_same(number: str, identity: str, fit: Fit) -> None:
    assert list(islice(candidates(number, identity, fit), 4)) == list(islice(candidates(number, identity, fit), 4))


@modestly
@given(NUMBERS, FITS)
def test_a_number_that_fits_is_not_changed(number: str, fit: Fit) -> None:
    if fits(number, fit):
        assert first(number, fit) == number
    else:
        assert first(number, fit) != number


@modestly
@given(st.lists(st.text("AB-/", min_size=9, max_size=30), min_size=2, max_size=40), FITS)
def test_whoever_takes_the_first_that_is_free_never_takes_anothers(numbers: list[str], fit: Fit) -> None:
    taken: list[str] = []
    for place, number in enumerate(numbers):
        offers = islice(candidates(number, f"shop/{place}", fit), 50)
        taken.append(next(one for one in offers if one not in taken))
    assert len(set(taken)) == len(numbers)


@pytest.mark.parametrize(
    ("number", "fit", "begins"),
    [
        ("1234567", Fit(8), "1234567"),
        ("14-00123-45678", Fit(12), "14-00-"),
        ("14-00123-45678", Fit(12, Characters.PLAIN), "140012"),
        ("Nº 7/Straße", Fit(20, Characters.CODE), "No-7-Stra-e-"),
        ("Café 12", Fit(20, Characters.PLAIN), "Cafe12"),
        ("R-00123-45678", Fit(12, Characters.DIGITS), "001234"),
        ("💐💐", Fit(20, Characters.CODE), ""),
    ],
)
def test_the_beginning_stays_readable(number: str, fit: Fit, begins: str) -> None:
    assert first(number, fit).startswith(begins)


def test_two_orders_of_one_number_are_told_apart() -> None:
    assert first("x" * 30, Fit(12), "shop/1") != first("x" * 30, Fit(12), "shop/2")
    assert list(islice(candidates("1001", "shop/1", Fit(12)), 2))[1] != "1001"


def test_what_fits_all_warehouses_is_as_narrow_as_the_narrowest() -> None:
    assert tightest([Fit(20, Characters.CODE), Fit(30, Characters.PLAIN)]) == Fit(20, Characters.PLAIN)
    assert tightest([]) == Fit()
    assert tightest([Fit(2)]).length == SHORTEST
