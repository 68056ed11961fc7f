import msgspec
import pytest

from tests.connectors.ebay.world import World
from tranter.connectors.ebay import listing_mapping
from tranter.connectors.ebay.mapping import Reading
from tranter.connectors.ebay.simulator.catalogue import Family as SimFamily
from tranter.connectors.ebay.words import BlankSku, Family
from tranter.model import Listing, Unreadable
from tranter.sdk.errors import TransientError
from tranter.sdk.http import Reply
from tranter.testing.simulator import FaultPlan


def walk(world: World, tries: int = 1) -> list[Listing]:
    found: list[Listing] = []
    cursor, left = "", 400
    while left:
        left -= 1
        try:
            page = world.ebay.pull_listings(cursor)
        except TransientError:
            if tries == 1:
                raise
            world.pass_time(61)
            continue
        found.extend(listing for raw in page.records for listing in world.ebay.read_listing(raw.payload))
        cursor = page.cursor
        if not page.more:
            return found
    raise AssertionError("it never ends")


def truth(world: World) -> dict[tuple[str, str], int]:
    return world.vendor.shown()


@pytest.mark.parametrize("offset", ["page", "record"])
def test_every_listing_is_read_once_with_its_family_and_quantity(offset: str) -> None:
    skus = tuple(f"SKU-{number:03d}" for number in range(240))
    world = World(options={"skus": skus, "inventory_offset": offset})
    found = walk(world)
    assert {(each.listing_id, each.sku): each.quantity for each in found} == truth(world)
    assert len({each.key for each in found}) == len(found)
    families = {listing_id: listing.family for listing_id, listing in world.vendor.shop.catalogue.listings.items()}
    for each in found:
        assert each.family == families[each.listing_id].value
        assert bool(each.offer_id) is (families[each.listing_id] is SimFamily.INVENTORY)


def test_a_sku_on_two_sites_has_a_listing_on_each() -> None:
    world = World(options={"marketplaces": ("EBAY_US", "EBAY_GB", "EBAY_MOTORS_US")})
    sites = {each.marketplace for each in walk(world) if each.sku == "LAMP-M"}
    assert sites == {"EBAY_US", "EBAY_GB", "EBAY_MOTORS_US"}


def test_a_variation_knows_that_it_is_one() -> None:
    world = World()
    found = [each for each in walk(world) if each.family == Family.TRADING.value]
    by_listing: dict[str, int] = {}
    for each in found:
        by_listing[each.listing_id] = by_listing.get(each.listing_id, 0) + 1
    for each in found:
        assert bool(each.variation) is (by_listing[each.listing_id] > 1)


def test_under_a_storm_of_faults_every_listing_is_read() -> None:
    world = World(plan=FaultPlan.parse("storm", seed=5))
    world.plan.lost_rotations = 0
    found = walk(world, tries=99)
    assert {(each.listing_id, each.sku) for each in found} == set(truth(world))


def test_what_was_read_before_a_call_fails_is_kept() -> None:
    world = World()
    first = world.ebay.pull_listings("")
    world.tap.passing, world.tap.answers = 3, [Reply(503, (), b"")]
    page = world.ebay.pull_listings(first.cursor)
    assert (len(page.records), page.more) == (3, True)
    following = world.ebay.pull_listings(page.cursor)
    assert following.records[0].key not in {record.key for record in page.records}


def test_a_cursor_that_is_not_ours_only_costs_a_new_beginning() -> None:
    assert World().ebay.pull_listings("rubbish").more


def test_an_item_that_can_not_be_read_stops_nobody() -> None:
    world = World()
    world.ebay.verify()
    body = {"total": 3, "inventoryItems": [{"sku": "A", "product": None}, {"sku": 7}, "B"]}
    world.tap.passing, world.tap.answers = 0, [Reply(200, (), msgspec.json.encode(body))]
    page = world.ebay.pull_listings("")
    assert len(page.records) == 2
    for record in page.records:
        with pytest.raises(Unreadable):
            world.ebay.read_listing(record.payload)
    assert world.ebay.pull_listings(page.cursor).records[0].key == "sku/A"


ITEM = """<Item xmlns="urn:ebay:apis:eBLBaseComponents"><ItemID>25600</ItemID><Title>Lamp</Title>{}</Item>"""


def read(inner: str, reading: Reading | None = None, home: str = "EBAY_US") -> tuple[Listing, ...]:
    payload = ITEM.format(inner).replace(' xmlns="urn:ebay:apis:eBLBaseComponents"', "").encode()
    return listing_mapping.listings(payload, reading or Reading(), home)


@pytest.mark.parametrize(
    ("inner", "home", "marketplace"),
    [
        ("<Site>UK</Site>", "EBAY_US", "EBAY_GB"),
        ("<ListingDetails><ViewItemURL>https://www.ebay.de/itm/1</ViewItemURL></ListingDetails>", "EBAY_US", "EBAY_DE"),
        ("<Currency>GBP</Currency>", "EBAY_US", "EBAY_GB"),
        ("<Currency>EUR</Currency>", "EBAY_FR", "EBAY_FR"),
        ("", "EBAY_AU", "EBAY_AU"),
    ],
)
def test_a_listing_that_does_not_say_its_site_is_placed(inner: str, home: str, marketplace: str) -> None:
    assert read(inner, home=home)[0].marketplace == marketplace


def test_what_is_left_is_what_was_offered_less_what_was_sold() -> None:
    sold = "<Quantity>10</Quantity><SellingStatus><QuantitySold>4</QuantitySold></SellingStatus>"
    assert read(sold)[0].quantity == 6
    assert read("<QuantityAvailable>3</QuantityAvailable>" + sold)[0].quantity == 3
    assert read("")[0].quantity is None, "unknown is never zero"


@pytest.mark.parametrize(
    ("choice", "sku"), [(BlankSku.HOLD, ""), (BlankSku.ITEM_ID, "25600"), (BlankSku.FIXED, "MISC")]
)
def test_a_listing_without_a_code_is_named_as_in_orders(choice: BlankSku, sku: str) -> None:
    assert read("", Reading(blank_sku=choice, fixed_sku="MISC"))[0].sku == sku


def test_variations_without_codes_stay_apart() -> None:
    pair = "<NameValueList><Name>Size</Name><Value>{}</Value></NameValueList>"
    node = "<Variation><VariationSpecifics>{}</VariationSpecifics><Quantity>1</Quantity></Variation>"
    both = "".join(node.format(pair.format(size)) for size in "SM")
    found = read(f"<Variations>{both}</Variations>")
    assert [each.variation for each in found] == ["Size=S", "Size=M"]
    assert {each.sku for each in found} == {""}


@pytest.mark.parametrize("payload", [b"<Item>", b"<Item/>", b"{}", b"", b'{"item": {"sku": "A"}}'])
def test_a_record_that_is_no_listing_says_so(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        listing_mapping.listings(payload, Reading(), "EBAY_US")


def test_only_published_offers_are_listings() -> None:
    item = {"sku": "A", "availability": {"shipToLocationAvailability": {"quantity": 5}}}
    live = {"offerId": "1", "status": "PUBLISHED", "availableQuantity": 9, "listing": {"listingId": "L1"}}
    offers = [
        {**live, "marketplaceId": "EBAY_MOTORS"},
        {**live, "offerId": "2", "status": "UNPUBLISHED"},
        {**live, "offerId": "3", "listing": {"listingId": "L3", "listingStatus": "ENDED"}},
    ]
    payload = msgspec.json.encode({"item": item, "offers": offers})
    first, ended = listing_mapping.listings(payload, Reading(), "EBAY_US")
    assert (first.marketplace, first.quantity, first.active) == ("EBAY_MOTORS_US", 5, True)
    assert not ended.active
