import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.connectors.tradegecko.rig import START, Rig, reply, rig, scripted
from tranter.connectors.tradegecko.connector import TradeGecko
from tranter.connectors.tradegecko.simulator import Goods
from tranter.model import Product, StockLevel, Unreadable
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.sdk.verbs import Page
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, FaultPlan

MAIN, SECOND = "Main Warehouse", "Second Warehouse"


def pages(connector: TradeGecko, tries: int = 200) -> list[Page]:
    found: list[Page] = []
    cursor = ""
    for _ in range(tries):
        try:
            found.append(connector.pull_stock(cursor))
        except TransientError:
            continue
        cursor = found[-1].cursor
        if not found[-1].more:
            return found
    raise AssertionError("there is no end to it")


def levels(connector: TradeGecko) -> list[StockLevel]:
    return [
        level
        for page in pages(connector)
        for record in page.records
        for level in connector.read_stock(record.payload, START)
    ]


def products(world: Rig) -> dict[str, Product]:
    page = world.connector.pull_products("")
    found = [world.connector.read_product(record.payload) for record in page.records]
    return {product.sku: product for product in found}


def level_of(world: Rig, sku: str, location: str) -> StockLevel:
    place = str(world.vendor.locations()[location])
    return next(one for one in levels(world.connector) if one.sku == sku and one.location == place)


def test_a_level_is_what_is_on_hand_less_what_is_committed_per_location() -> None:
    world = rig(goods=Goods(skus=("LAMP", "MUG"), stock={"LAMP": 10, "MUG": 4}))
    world.vendor.adjust_stock("LAMP", 5, world.vendor.locations()[SECOND])
    world.connector.push_fulfillment(world.fulfillment())
    assert level_of(world, "LAMP", MAIN).available == 8
    assert level_of(world, "LAMP", SECOND).available == 5
    assert level_of(world, "MUG", MAIN).available == 4


def test_below_zero_stays_below_zero() -> None:
    world = rig(goods=Goods(skus=("LAMP",), stock={"LAMP": 1}))
    world.vendor.adjust_stock("LAMP", -6)
    assert level_of(world, "LAMP", MAIN).available == -5


def test_what_is_not_tracked_says_so_and_a_cap_comes_along() -> None:
    world = rig(goods=Goods(skus=("LAMP", "CARD"), untracked=("CARD",), max_online={"LAMP": 3}))
    assert not level_of(world, "CARD", MAIN).tracked
    assert level_of(world, "LAMP", MAIN).at_most == 3
    found = products(world)
    assert (found["CARD"].tracked, found["CARD"].at_most) == (False, None)
    assert (found["LAMP"].tracked, found["LAMP"].at_most) == (True, 3)


def test_weights_come_in_grams_and_none_is_not_zero() -> None:
    weights = {"LAMP": ("1.5", "kg"), "MUG": ("12", "oz"), "CARD": ("0", "g"), "BOX": ("3", "")}
    world = rig(goods=Goods(skus=("LAMP", "MUG", "CARD", "BOX", "PEN"), weights=weights))
    found = {sku: product.weight_grams for sku, product in products(world).items()}
    assert found == {"LAMP": 1500, "MUG": Decimal("340.1942775"), "CARD": None, "BOX": None, "PEN": None}


def test_duplicate_skus_are_two_products_for_the_hub_to_see() -> None:
    world = rig(goods=Goods(skus=("LAMP",), duplicated=("LAMP",)))
    page = world.connector.pull_products("")
    found = [world.connector.read_product(record.payload) for record in page.records]
    assert [product.sku for product in found] == ["LAMP", "LAMP"]
    assert len({product.remote_id for product in found}) == 2


def test_archived_variants_are_left_out() -> None:
    world = rig(goods=Goods(skus=("LAMP", "OLD"), archived=("OLD",)))
    assert set(products(world)) == {"LAMP"}


def many(count: int) -> Goods:
    skus = tuple(f"S{number:04}" for number in range(count))
    return Goods(skus=skus, stock={sku: index for index, sku in enumerate(skus)})


def test_all_pages_are_read() -> None:
    world = rig(goods=many(612))
    found = pages(world.connector)
    assert [len(page.records) for page in found] == [250, 250, 112]
    assert [page.more for page in found] == [True, True, False]
    assert found[-1].cursor == ""


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_repeated_and_broken_pages_lose_no_level(seed: int) -> None:
    world = rig(goods=many(612), plan=FaultPlan(seed=seed), rate_limit=10_000)
    world.budget._calls = world.budget._left = 10_000
    world.plan.rates = {
        Fault.SHUFFLED: 0.3,
        Fault.REPEATED: 0.3,
        Fault.TRUNCATED: 0.1,
        Fault.HTML: 0.1,
        Fault.ERROR_BEFORE: 0.1,
    }
    assert {level.sku for level in levels(world.connector)} == set(world.vendor.skus())


def test_a_list_that_grows_while_it_is_read_is_read_anew() -> None:
    world = rig(goods=many(300))
    page = world.connector.pull_stock("")
    world.vendor.add_sku("LATE")
    keys = [record.key for record in page.records]
    while page.more:
        page = world.connector.pull_stock(page.cursor)
        keys += [record.key for record in page.records]
    assert len(set(keys)) == 301


@fault("INV-08")
@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"variants":null}', UnexpectedResponseError),
        (b'{"products":[]}', UnexpectedResponseError),
        (b'{"variants":[{"id":', TransientError),
        (b"<html>Maintenance</html>", TransientError),
    ],
)
def test_a_broken_body_is_never_an_empty_catalogue(body: bytes, error: type[Exception]) -> None:
    for verb in ("pull_stock", "pull_products"):
        connector, _ = scripted(reply(200, body))
        with pytest.raises(error):
            getattr(connector, verb)("")


@pytest.mark.parametrize(
    ("place", "available"),
    [
        ({"stock_on_hand": "5", "committed": None}, 5),
        ({"stock_on_hand": "5", "committed": "2"}, 3),
        ({"stock_on_hand": "5", "committed": 0}, 5),
        ({"stock_on_hand": "-12", "committed": "17"}, -29),
        ({"stock_on_hand": "5", "committed": "2", "available": "1"}, 1),
        ({"stock_on_hand": "2.5", "committed": None}, 2),
        ({"stock_on_hand": None, "committed": None}, None),
        ({"stock_on_hand": "5"}, None),
        ({}, None),
    ],
)
def test_null_is_never_zero(place: dict[str, object], available: int | None) -> None:
    payload = json.dumps({"id": 1, "sku": "A", "locations": [{"location_id": 9, **place}]}).encode()
    (level,) = rig().connector.read_stock(payload, START)
    assert level.available == available
    assert level.location == "9"


@pytest.mark.parametrize(
    ("row", "available"),
    [
        ({"available_stock": "7"}, 7),
        ({"stock_on_hand": "7", "committed_stock": "9"}, -2),
        ({"stock_on_hand": "7"}, None),
        ({}, None),
    ],
)
def test_rows_of_stock_levels_are_read_as_well(row: dict[str, object], available: int | None) -> None:
    payload = json.dumps({"variant_id": 60, "locations": [], **row}).encode()
    (level,) = rig().connector.read_stock(payload, START)
    assert (level.product_id, level.location, level.available) == ("60", "", available)


@pytest.mark.parametrize("payload", [b"{}", b"[]", b'{"id":1,"available_stock":"plenty"}', b"<html>"])
def test_a_level_that_makes_no_sense_waits_for_a_person(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        rig().connector.read_stock(payload, START)


def test_recorded_variants_are_read_as_they_stand(shared: Path) -> None:
    recorded = json.loads((shared / "contracts/tradegecko/recorded/variants.json").read_text())
    rows = recorded["interactions"][0]["response"]["json"]["variants"]
    world = rig()
    for row in rows:
        payload = json.dumps(row).encode()
        product = world.connector.read_product(payload)
        assert (product.remote_id, product.tracked) == (str(row["id"]), row["manage_stock"])
        found = world.connector.read_stock(payload, START)
        assert {level.location for level in found} == {str(place["location_id"]) for place in row["locations"]}
        for level, place in zip(found, row["locations"], strict=True):
            on_hand, committed = float(place["stock_on_hand"]), float(place["committed"] or 0)
            assert level.available == int(on_hand - committed)
