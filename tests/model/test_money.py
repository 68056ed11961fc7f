from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly
from tranter.model import Money, MoneyError, decimals_of, total
from tranter.model.money import FOUR_DECIMALS, THREE_DECIMALS, ZERO_DECIMALS
from tranter.testing.faultmark import fault

TWO_DECIMALS = "USD EUR GBP AUD CAD CHF CNY HKD INR MXN MYR PHP PLN SEK SGD THB TWD ZAR MGA MRU".split()
CURRENCIES = sorted({*ZERO_DECIMALS, *THREE_DECIMALS, *FOUR_DECIMALS, *TWO_DECIMALS})

currencies = st.sampled_from(CURRENCIES)
minors = st.integers(-(10**15), 10**15)
amounts = st.builds(Money, st.integers(-(10**12), 10**12), st.just("KWD"))


@fault("DATA-06")
@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_text_has_as_many_decimals_as_its_currency(currency: str) -> None:
    decimals = decimals_of(currency)
    text = Money(1, currency).text()
    assert len(text.partition(".")[2]) == decimals
    assert Decimal(text) == Decimal(1).scaleb(-decimals)


@fault("DATA-06")
@modestly
@given(minors, currencies)
def test_what_is_written_reads_back_the_same(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.text(), currency) == money
    assert Money.parse(money.text(), currency.lower()) == money
    assert Money.parse(f"{money.decimal():E}", currency) == money


@fault("DATA-06")
@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("4085.0", "JPY", 4085),
        ("4085", "JPY", 4085),
        ("7", "USD", 700),
        ("12.3", "USD", 1230),
        ("12.345", "USD", 1235),
        ("-12.345", "USD", -1235),
        ("1.2345", "KWD", 1235),
        ("0.12345", "CLF", 1235),
        ("-0.00", "EUR", 0),
        ("0.1", "BHD", 100),
        ("999999999999.99", "USD", 99999999999999),
    ],
)
def test_amounts_are_read_into_minor_units(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["", "abc", "1,000.00", "NaN", "-Infinity", "1e16", "$5", "1.2.3", "0x10"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyError, match="not an amount"):
        Money.parse(text, "USD")


@pytest.mark.parametrize("currency", ["", "US", "USDX", "U$D", "ÜSD", "123"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(MoneyError, match="currency"):
        Money.parse("1", currency)


@fault("DATA-06")
@modestly
@given(st.lists(amounts, max_size=50))
def test_a_sum_of_texts_is_the_text_of_the_sum(listed: list[Money]) -> None:
    summed = total(listed, "KWD")
    assert summed.decimal() == sum((Decimal(each.text()) for each in listed), Decimal(0))
    assert summed.minor == sum(each.minor for each in listed)


@modestly
@given(minors, currencies, st.integers(1, 500))
def test_parts_add_up_to_the_whole_and_differ_by_one_unit_at_most(minor: int, currency: str, count: int) -> None:
    whole = Money(minor, currency)
    parts = whole.split(count)
    assert len(parts) == count
    assert total(parts, currency) == whole
    assert max(parts).minor - min(parts).minor <= 1
    assert list(parts) == sorted(parts, reverse=True)


@modestly
@given(amounts, amounts)
def test_taking_away_undoes_adding(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert one - other == -(other - one)
    assert one.times(3) == one + one + one


def test_two_currencies_never_mix() -> None:
    with pytest.raises(MoneyError, match="USD and JPY"):
        Money(1, "USD") + Money(1, "JPY")
    with pytest.raises(MoneyError):
        total([Money(1, "USD")], "EUR")
