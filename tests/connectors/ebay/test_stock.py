import msgspec
import pytest

from tests.connectors.ebay.world import World
from tranter.connectors.ebay.words import Family
from tranter.model import Listing, StockTarget
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.sdk.http import NoAnswer, Reply
from tranter.sdk.verbs import StockAnswer, StockOutcome
from tranter.testing.faultmark import fault


def listings(world: World) -> list[Listing]:
    found: list[Listing] = []
    cursor = ""
    while True:
        page = world.ebay.pull_listings(cursor)
        found.extend(listing for raw in page.records for listing in world.ebay.read_listing(raw.payload))
        cursor = page.cursor
        if not page.more:
            return found


def target(listing: Listing, quantity: int, **changes: str) -> StockTarget:
    made = StockTarget(
        key=listing.key,
        listing_id=listing.listing_id,
        sku=listing.sku,
        variation=listing.variation,
        marketplace=listing.marketplace,
        family=listing.family,
        offer_id=listing.offer_id,
        quantity=quantity,
    )
    return msgspec.structs.replace(made, **changes)


def of(world: World, family: Family) -> list[Listing]:
    return [each for each in listings(world) if each.family == family.value and each.sku]


def outcomes(answers: tuple[StockAnswer, ...]) -> list[StockOutcome]:
    return [answer.outcome for answer in answers]


@pytest.mark.parametrize(("family", "most"), [(Family.INVENTORY, 25), (Family.TRADING, 4)])
def test_every_listing_shows_what_it_is_told_to(family: Family, most: int) -> None:
    world = World()
    chosen = of(world, family)[:most]
    before = len(world.tap.requests)
    answers = world.ebay.push_stock([target(each, 10 + place) for place, each in enumerate(chosen)])
    assert outcomes(answers) == [StockOutcome.DONE] * len(chosen)
    assert [answer.key for answer in answers] == [each.key for each in chosen]
    assert [world.vendor.quantity(each.listing_id, each.sku) for each in chosen] == list(range(10, 10 + len(chosen)))
    assert len(world.tap.requests) == before + 1


def test_item_and_offer_quantity_go_together() -> None:
    world = World()
    listing = of(world, Family.INVENTORY)[0]
    world.ebay.push_stock([target(listing, 500)])
    assert world.vendor.quantity(listing.listing_id, listing.sku) == 500


def test_one_sku_on_two_sites_is_told_on_both() -> None:
    world = World(options={"marketplaces": ("EBAY_US", "EBAY_GB")})
    same = [each for each in of(world, Family.INVENTORY) if each.sku == "LAMP-M"]
    assert {each.marketplace for each in same} == {"EBAY_US", "EBAY_GB"}
    answers = world.ebay.push_stock([target(each, 3) for each in same])
    assert outcomes(answers) == [StockOutcome.DONE] * 2
    assert {world.vendor.quantity(each.listing_id, each.sku) for each in same} == {3}


def test_nothing_was_ordered_for_nothing() -> None:
    assert World().ebay.push_stock([]) == ()


@pytest.mark.parametrize("status", [200, 207])
def test_a_failed_row_does_not_hide_behind_the_success_of_the_others(status: int) -> None:
    world = World(options={"bulk_mixed_status": status})
    good, bad, gone = of(world, Family.INVENTORY)[:3]
    answers = world.ebay.push_stock([target(good, 5), target(bad, 6, offer_id="1"), target(gone, 7, sku="NO-SUCH-SKU")])
    assert outcomes(answers) == [StockOutcome.DONE, StockOutcome.REJECTED, StockOutcome.MOVED]
    assert "25713" in answers[1].reason
    assert answers[2].family == Family.TRADING.value


def test_a_listing_in_the_wrong_family_is_moved_to_the_right_one() -> None:
    world = World()
    inventory, trading = of(world, Family.INVENTORY)[0], of(world, Family.TRADING)
    others = [each for each in trading if each.sku not in {item.sku for item in of(world, Family.INVENTORY)}]
    wrong = target(inventory, 9, family=Family.TRADING.value)
    answers = world.ebay.push_stock([target(others[0], 8), wrong])
    assert outcomes(answers) == [StockOutcome.DONE, StockOutcome.MOVED]
    assert answers[1].family == Family.INVENTORY.value
    (answer,) = world.ebay.push_stock([target(others[0], 9, family=Family.INVENTORY.value)])
    assert (answer.outcome, answer.family) == (StockOutcome.MOVED, Family.TRADING.value)


def test_one_bad_listing_of_four_leaves_the_others_done() -> None:
    world = World()
    chosen = of(world, Family.TRADING)[:4]
    targets = [target(each, 20 + place) for place, each in enumerate(chosen)]
    targets[1] = msgspec.structs.replace(targets[1], listing_id="999")
    targets[2] = msgspec.structs.replace(targets[2], listing_id="998")
    answers = world.ebay.push_stock(targets)
    assert outcomes(answers) == [
        StockOutcome.DONE,
        StockOutcome.REJECTED,
        StockOutcome.REJECTED,
        StockOutcome.DONE,
    ]
    assert "999" in answers[1].reason
    assert "998" in answers[2].reason


def test_a_quantity_that_is_there_already_is_done() -> None:
    world = World()
    listing = of(world, Family.TRADING)[0]
    for _ in range(2):
        (answer,) = world.ebay.push_stock([target(listing, 12)])
        assert answer.outcome is StockOutcome.DONE


@pytest.mark.parametrize(("error_id", "category"), [(25001, "APPLICATION"), (25001, "REQUEST"), (99, "APPLICATION")])
def test_a_fault_of_ebays_own_is_tried_again(error_id: int, category: str) -> None:
    world = World()
    listing = of(world, Family.INVENTORY)[0]
    row = {
        "statusCode": 500,
        "sku": listing.sku,
        "offerId": listing.offer_id,
        "errors": [{"errorId": error_id, "category": category, "message": "System error"}],
    }
    world.tap.passing, world.tap.answers = 0, [Reply(200, (), msgspec.json.encode({"responses": [row]}))]
    assert outcomes(world.ebay.push_stock([target(listing, 1)])) == [StockOutcome.RETRY]


def test_a_row_that_is_missing_in_the_reply_is_tried_again() -> None:
    world = World()
    inventory, trading = of(world, Family.INVENTORY)[0], of(world, Family.TRADING)[0]
    world.tap.passing, world.tap.answers = 0, [Reply(200, (), b'{"responses": []}')]
    assert outcomes(world.ebay.push_stock([target(inventory, 1)])) == [StockOutcome.RETRY]
    empty = b"<ReviseInventoryStatusResponse><Ack>Success</Ack></ReviseInventoryStatusResponse>"
    world.tap.answers = [Reply(200, (), empty)]
    assert outcomes(world.ebay.push_stock([target(trading, 1)])) == [StockOutcome.RETRY]


def test_a_call_that_one_row_spoils_is_taken_apart() -> None:
    world = World()
    first, second = of(world, Family.INVENTORY)[:2]
    spoiled = {"errors": [{"errorId": 25709, "category": "REQUEST", "message": "Invalid value"}]}
    world.tap.passing, world.tap.answers = 0, [Reply(400, (), msgspec.json.encode(spoiled))] * 2
    answers = world.ebay.push_stock([target(first, 4), target(second, 5)])
    assert outcomes(answers) == [StockOutcome.REJECTED, StockOutcome.DONE]


def test_the_days_revisions_are_used_up() -> None:
    world = World(options={"revisions_per_listing": 1})
    for family in Family:
        listing = of(world, family)[0]
        assert outcomes(world.ebay.push_stock([target(listing, 33)])) == [StockOutcome.DONE]
        assert outcomes(world.ebay.push_stock([target(listing, 34)])) == [StockOutcome.REJECTED]


# zeros


@pytest.mark.parametrize("family", list(Family))
def test_a_zero_goes_out_where_the_listing_comes_back(family: Family) -> None:
    world = World()
    listing = of(world, family)[0]
    assert outcomes(world.ebay.push_stock([target(listing, 0)])) == [StockOutcome.DONE]
    assert outcomes(world.ebay.push_stock([target(listing, 4)])) == [StockOutcome.DONE]
    assert world.vendor.quantity(listing.listing_id, listing.sku) == 4


@pytest.mark.parametrize("choice", ["ask", "never"])
@pytest.mark.parametrize("facts", [{}, {"out_of_stock_control": "off"}, {"out_of_stock_control": "unknown"}])
def test_no_zero_goes_out_where_it_would_end_the_listing(choice: str, facts: dict[str, str]) -> None:
    world = World(options={"out_of_stock_control": False}, settings={"out_of_stock": choice}, facts=facts)
    first, second = of(world, Family.INVENTORY)[:2]
    answers = world.ebay.push_stock([target(first, 0), target(second, 2)])
    assert outcomes(answers) == [StockOutcome.REJECTED, StockOutcome.DONE]
    assert "end the listing" in answers[0].reason
    assert world.vendor.quantity(first.listing_id, first.sku) > 0


def test_a_zero_goes_out_anyway_where_the_merchant_chose_that() -> None:
    world = World(options={"out_of_stock_control": False}, settings={"out_of_stock": "allow"})
    listing = of(world, Family.INVENTORY)[0]
    assert outcomes(world.ebay.push_stock([target(listing, 0)])) == [StockOutcome.DONE]
    assert world.vendor.quantity(listing.listing_id, listing.sku) == 0


# replies that tell nothing


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize(
    "answer", [NoAnswer("reset"), Reply(503, (), b""), Reply(200, (), b"<ht"), Reply(200, (), b"")]
)
def test_a_lost_reply_is_sent_again_because_stock_is_absolute(family: Family, answer: Reply | Exception) -> None:
    world = World()
    listing = of(world, family)[0]
    world.tap.passing, world.tap.answers = 0, [answer]
    with pytest.raises(TransientError) as caught:
        world.ebay.push_stock([target(listing, 1)])
    assert not caught.value.not_done


def trading_says(code: int, ack: str = "Failure") -> Reply:
    text = (
        f"<ReviseInventoryStatusResponse xmlns='urn:ebay:apis:eBLBaseComponents'><Ack>{ack}</Ack><Errors>"
        f"<LongMessage>no</LongMessage><ErrorCode>{code}</ErrorCode><SeverityCode>Error</SeverityCode></Errors>"
        "</ReviseInventoryStatusResponse>"
    )
    return Reply(200, (), text.encode())


@pytest.mark.parametrize(("code", "not_done"), [(518, True), (21919144, True), (10007, False)])
def test_limits_and_faults_of_the_trading_api_are_waited_out(code: int, not_done: bool) -> None:
    world = World()
    listing = of(world, Family.TRADING)[0]
    world.tap.passing, world.tap.answers = 0, [trading_says(code)]
    with pytest.raises(TransientError) as caught:
        world.ebay.push_stock([target(listing, 1)])
    assert caught.value.not_done is not_done


def test_a_trading_reply_that_says_nothing_stops() -> None:
    world = World()
    listing = of(world, Family.TRADING)[0]
    for body in (b"<Response/>", b"<R><Ack>Failure</Ack></R>"):
        world.tap.passing, world.tap.answers = 0, [Reply(200, (), body)]
        with pytest.raises(UnexpectedResponseError):
            world.ebay.push_stock([target(listing, 1)])


@fault("AUTH-01")
@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize("as_403", [True, False])
def test_an_expired_token_shows_in_every_disguise_and_is_refreshed(family: Family, as_403: bool) -> None:
    world = World(options={"inventory_expired_as_403": as_403})
    listing = of(world, family)[0]
    world.vendor.expire_access_tokens()
    assert outcomes(world.ebay.push_stock([target(listing, 2)])) == [StockOutcome.DONE]


def test_xml_with_entities_is_refused() -> None:
    world = World()
    listing = of(world, Family.TRADING)[0]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><R><Ack>&a;</Ack></R>'
    world.tap.passing, world.tap.answers = 0, [Reply(200, (), bomb)]
    with pytest.raises(TransientError):
        world.ebay.push_stock([target(listing, 1)])
