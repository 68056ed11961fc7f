"""What is in a kit, what it costs, and when all of it has left."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tranter.model import Money, total
from tranter.model.kit import BadRecipe, Component, read_recipe, weights, write_recipe
from tranter.model.parts import Part, asked_units, completed, whole_units

modestly = settings(deadline=None, derandomize=True, database=None, max_examples=150)
SKUS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20).filter(
    lambda sku: bool(sku.strip()) and sku.isprintable()
)


@st.composite
def recipes(draw: st.DrawFn) -> tuple[Component, ...]:
    skus = draw(st.lists(SKUS, min_size=1, max_size=6, unique=True))
    worth = draw(st.booleans())
    shares = st.decimals("0.01", "999", places=2) if worth else st.none()
    return tuple(Component(sku=sku, quantity=draw(st.integers(1, 99)), share=draw(shares)) for sku in skus)


@modestly
@given(recipes())
def test_a_recipe_is_read_back_as_it_was_written(recipe: tuple[Component, ...]) -> None:
    assert read_recipe(write_recipe(recipe)) == recipe


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("LAMP", [("LAMP", 1)]),
        ("2 x LAMP + BULB", [("LAMP", 2), ("BULB", 1)]),
        ("2xLAMP\n3 × BULB-E27", [("LAMP", 2), ("BULB-E27", 3)]),
        ('1 x "A + B" + 2 x "say ""so"""', [("A + B", 1), ('say "so"', 2)]),
        ("1 x 2 x 4 BOARD", [("2 x 4 BOARD", 1)]),
        ("2 x LAMP (15) + 1 x BULB (1.50)", [("LAMP", 2), ("BULB", 1)]),
    ],
)
def test_people_write_it_in_several_ways(text: str, meant: list[tuple[str, int]]) -> None:
    assert [(one.sku, one.quantity) for one in read_recipe(text)] == meant


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "0 components"),
        ("2 x LAMP +", "something is missing"),
        ("LAMP + LAMP", "there twice"),
        ("0 x LAMP", "0 units"),
        ("LAMP (2) + BULB", "only some"),
        ("LAMP (0)", "only some"),
        ("+ LAMP", "can't be read"),
    ],
)
def test_what_makes_no_kit_is_refused_with_its_cause(text: str, cause: str) -> None:
    with pytest.raises(BadRecipe, match=cause):
        read_recipe(text)


@modestly
@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from(["JPY", "USD", "KWD"]),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=9),
)
def test_a_price_that_is_spread_adds_up_to_the_smallest_unit(minor: int, currency: str, given_: list[int]) -> None:
    whole = Money(minor, currency)
    parts = whole.apportion(given_)
    assert total(parts, currency) == whole
    scale = given_ if sum(given_) else [1] * len(given_)
    for part, weight in zip(parts, scale, strict=True):
        assert abs(part.minor * sum(scale) - minor * weight) < sum(scale)


@pytest.mark.parametrize(
    ("price", "recipe", "parts"),
    [
        (Money(1000, "USD"), "1 x A + 1 x B + 1 x C", [334, 333, 333]),
        (Money(1000, "USD"), "2 x A (15) + 1 x B (1.50)", [952, 48]),
        (Money(100, "JPY"), "1 x A + 2 x B", [33, 67]),
        (Money(-1000, "USD"), "1 x A + 1 x B + 1 x C", [-334, -333, -333]),
        (Money(1001, "KWD"), "1 x A (1) + 1 x B (0)", [1001, 0]),
    ],
)
def test_the_largest_remainder_gets_what_is_left(price: Money, recipe: str, parts: list[int]) -> None:
    assert [one.minor for one in price.apportion(weights(read_recipe(recipe)))] == parts


def test_worth_counts_for_every_unit() -> None:
    assert weights((Component(sku="A", quantity=2, share=Decimal("1.5")), Component(sku="B", share=Decimal(3)))) == (
        30000,
        30000,
    )


KIT = {"7/1": Part("7", 2), "7/2": Part("7", 1)}


def test_a_kit_has_left_when_all_of_it_has() -> None:
    assert whole_units(KIT, {"7/1": 3, "7/2": 2}) == {"7": 1}
    assert whole_units(KIT, {"7/1": 4}) == {}
    assert whole_units(KIT, {"8": 5}) == {"8": 5}
    assert asked_units(KIT, {"7/1": 4, "7/2": 2, "8": 5}) == {"7": 2, "8": 5}


def test_the_parcel_that_completes_a_kit_is_told() -> None:
    assert completed(KIT, [{"7/1": 4, "8": 1}, {"7/2": 1}, {"7/2": 1}]) == [{"8": 1}, {"7": 1}, {"7": 1}]


@modestly
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.integers(1, 5),
    st.lists(st.integers(0, 99), max_size=20),
    st.randoms(use_true_random=False),
)
def test_in_whatever_parcels_a_kit_leaves_it_is_told_once(
    per_unit: list[int], kits: int, cuts: list[int], chance: object
) -> None:
    parts = {f"7/{place}": Part("7", each) for place, each in enumerate(per_unit)}
    units = [f"7/{place}" for place, each in enumerate(per_unit) for _ in range(each * kits)]
    chance.shuffle(units)  # type: ignore[attr-defined]
    places = sorted({cut % len(units) for cut in cuts} | {0, len(units)})
    parcels = [
        {line: units[start:end].count(line) for line in set(units[start:end])} for start, end in pairwise(places)
    ]
    told = [parcel.get("7", 0) for parcel in completed(parts, parcels)]
    assert sum(told) == kits
    assert min(told) >= 0
    assert told[-1] >= 1
