from collections.abc import Sequence
from time import perf_counter

import pytest

from bench.sku_pairs import Pair, catalogue, pairs
from tranter.routing.suggest import KnownSku, SkuIndex, index_skus, suggest


@pytest.fixture(scope="module")
def known() -> tuple[str, ...]:
    return catalogue(20_000)


@pytest.fixture(scope="module")
def index(known: tuple[str, ...]) -> SkuIndex:
    return index_skus(known)


def places(asked: Sequence[Pair], index: SkuIndex) -> list[int]:
    """At which place the SKU that is meant was suggested; 0: not at all."""
    found = []
    for pair in asked:
        skus = [one.sku for one in suggest(pair.said, index)]
        found.append(skus.index(pair.meant) + 1 if pair.meant in skus else 0)
    return found


@pytest.mark.parametrize("seed", [2, 3])
def test_what_is_meant_is_first_in_four_of_five_and_among_five_nearly_always(
    known: tuple[str, ...], index: SkuIndex, seed: int
) -> None:
    found = places(pairs(known, each=30, seed=seed), index)
    assert len(found) >= 300
    assert sum(1 for place in found if place == 1) / len(found) >= 0.80
    assert sum(1 for place in found if place) / len(found) >= 0.95


def test_a_page_of_fifty_is_answered_at_once_among_twenty_thousand(known: tuple[str, ...], index: SkuIndex) -> None:
    asked = pairs(known, each=5)[:50]
    began = perf_counter()
    places(asked, index)
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cam4567blkm", "CAM-4567-BLK-M"),
        ("CAM 4567 black medium", "CAM-4567-BLK-M"),
        ("M-BLK-4567-CAM", "CAM-4567-BLK-M"),
        ("EBAY-CAM-4567-BLK-M", "CAM-4567-BLK-M"),
        ("CAM-4567-BLK-M-2PK", "CAM-4567-BLK-M"),
        ("CAM-4567-BLK-L 3x", "CAM-4567-BLK-L"),
        ("CAM-04567-BLK-L", "CAM-4567-BLK-L"),
        ("CAM-4567-schwarz-L", "CAM-4567-BLK-L"),
        ("TASSE GRUEN", "TASSE-GRÜN"),
        ("ＣＡＭ－4567－BLK－L", "CAM-4567-BLK-L"),
    ],
)
def test_spellings_of_one_thing_are_recognised(said: str, meant: str) -> None:
    shelf = ["CAM-4567-BLK-M", "CAM-4567-BLK-L", "CAM-4567-WHT-M", "CAM-4568-BLK-M", "TASSE-GRÜN", "TASSE-ROT"]
    assert suggest(said, shelf)[0].sku == meant


def test_the_pack_itself_goes_before_what_is_in_it() -> None:
    assert [one.sku for one in suggest("rope12-2pk", ["ROPE-12", "ROPE-12-2PK"])] == ["ROPE-12-2PK", "ROPE-12"]


def test_the_same_but_for_case_and_separators_is_a_hundred() -> None:
    (found,) = suggest("rope.12", ["ROPE-12", "LAMP"])
    assert (found.sku, found.score) == ("ROPE-12", 100.0)


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert suggest("QQQQQQ", ["ROPE-12", "LAMP"]) == ()
    assert suggest("", ["ROPE-12", "LAMP"]) == ()
    assert suggest("---", ["ROPE-12"]) == ()
    assert suggest("ROPE", []) == ()


def test_a_barcode_is_stronger_than_any_likeness() -> None:
    shelf = [KnownSku("ROPE-13", barcode="4006381333931"), KnownSku("ROPE-12")]
    assert suggest("ROPE 12X", shelf, barcode="4006381333931")[0].sku == "ROPE-13"


def test_a_title_helps_where_the_code_says_nothing() -> None:
    shelf = [KnownSku("A1", title="Desk lamp brass"), KnownSku("B2", title="Climbing rope 12 m blue")]
    assert suggest("", shelf, title="Blue climbing rope, 12 m")[0].sku == "B2"
    assert suggest("7734", shelf, title="Brass desk lamp")[0].sku == "A1"


def test_a_limit_is_kept_and_a_sku_is_named_once() -> None:
    shelf = [f"ROPE-{number}" for number in range(20)] * 2
    found = [one.sku for one in suggest("ROPE", shelf, limit=3)]
    assert len(found) == len(set(found)) == 3
