import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly
from tranter.routing.addresses import country_known, fit
from tranter.routing.countries import ASSIGNED, country_code
from tranter.testing.faultmark import fault


@fault("DATA-02")
@pytest.mark.parametrize(
    ("lines", "limit", "most", "expected"),
    [
        (["1 High Street"], 35, 2, ("1 High Street",)),
        (["1 High Street", "", "  "], 35, 1, ("1 High Street",)),
        (["Flat 2", "1 High Street"], 35, 2, ("Flat 2", "1 High Street")),
        (["Apartment 12 Queen Victoria House 345"], 20, 2, ("Apartment 12 Queen", "Victoria House 345")),
        (
            ["Flat 2", "Queen Victoria House", "1 High Street"],
            30,
            2,
            ("Flat 2 Queen Victoria House", "1 High Street"),
        ),
        (
            ["Flat 2", "Queen Victoria House", "1 High St"],
            24,
            2,
            ("Flat 2 Queen Victoria", "House 1 High St"),
        ),
        (["Donaudampfschifffahrtsstraße 99"], 28, 2, ("Donaudampfschifffahrtsstraße", "99")),
        (["Donaudampfschifffahrtsstraße 99"], 27, 2, None),
        (["one two three"], 5, 2, None),
        (["one"], 5, 0, None),
        ([], 5, 0, ()),
        (["東京都千代田区 1-1"], 10, 2, ("東京都千代田区", "1-1")),
        (["👩‍👩‍👧‍👦 House"], 7, 2, ("👩‍👩‍👧‍👦", "House")),
    ],
)
def test_lines_break_between_words_or_not_at_all(
    lines: list[str], limit: int, most: int, expected: tuple[str, ...] | None
) -> None:
    assert fit(lines, limit, most) == expected


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda word: not any(letter.isspace() for letter in word)
)
addresses = st.lists(st.lists(words, max_size=6).map(" ".join), max_size=5)


@fault("DATA-01", "DATA-02")
@modestly
@given(addresses, st.integers(1, 40), st.integers(1, 4))
def test_every_word_is_kept_in_its_place_or_the_address_does_not_fit(lines: list[str], limit: int, most: int) -> None:
    fitted = fit(lines, limit, most)
    tokens = " ".join(lines).split()
    if fitted is not None:
        assert len(fitted) <= most
        assert all(0 < len(line) <= limit for line in fitted)
        assert " ".join(fitted).split() == tokens
    else:
        assert any(len(token) > limit for token in tokens) or sum(map(len, tokens)) + len(tokens) > limit
    assert fit(lines, 10_000, 1) is not None


@modestly
@given(addresses, st.integers(1, 40))
def test_what_fits_already_is_left_as_it_is(lines: list[str], limit: int) -> None:
    fitted = fit(lines, limit, 100)
    if fitted is not None:
        assert fit(fitted, limit, len(fitted)) == fitted
        assert fit(fitted, limit + 1, len(fitted) + 1) == fitted


@modestly
@given(addresses, st.integers(1, 40), st.integers(1, 4))
def test_more_room_never_makes_an_address_unfit(lines: list[str], limit: int, most: int) -> None:
    if fit(lines, limit, most) is not None:
        assert fit(lines, limit + 1, most) is not None
        assert fit(lines, limit, most + 1) is not None


@pytest.mark.parametrize("code", ["US", "GB", "DE", "JP", "TW", "XK", "GG", "PR"])
def test_countries_are_known(code: str) -> None:
    assert country_known(code)


@pytest.mark.parametrize("code", ["", "UK", "EL", "us", "USA", "ZZ", "QX", "AN", "Germany", "U", "🇯🇵"])
def test_what_is_no_country_code_is_not_known(code: str) -> None:
    assert not country_known(code)


def test_there_are_as_many_countries_as_the_standard_assigns() -> None:
    assert len(ASSIGNED) == 249
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in ASSIGNED)


@pytest.mark.parametrize(
    ("text", "code"), [("UK", "GB"), ("el", "GR"), ("gb", "GB"), (" US ", "US"), ("ZZ", "ZZ"), ("", "")]
)
def test_spellings_of_a_country_become_its_code(text: str, code: str) -> None:
    assert country_code(text) == code
