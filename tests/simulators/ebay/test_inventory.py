import pytest

from tests.simulators.ebay.seller import Seller
from tranter.connectors.ebay.simulator import InventoryOffset

ITEMS = "/sell/inventory/v1/inventory_item"


def row(seller: Seller, sku: str, quantity: int, item_quantity: int | None = None) -> dict[str, object]:
    offers = [{"offerId": each["offerId"], "availableQuantity": quantity} for each in seller.offers(sku)]
    stated = quantity if item_quantity is None else item_quantity
    return {"sku": sku, "shipToLocationAvailability": {"quantity": stated}, "offers": offers}


def listing_of(seller: Seller, sku: str) -> str:
    return str(seller.offers(sku)[0]["listing"]["listingId"])


def every_sku(seller: Seller) -> list[str]:
    found, path = [], f"{ITEMS}?limit=5"
    while path:
        page = seller.get(path).json
        assert page["size"] == len(page["inventoryItems"])
        found += [item["sku"] for item in page["inventoryItems"]]
        path = page.get("next", "")
    return found


@pytest.mark.parametrize("offset", list(InventoryOffset))
def test_following_next_finds_every_item_whatever_the_offset_counts(open_shop, offset):
    seller = open_shop(inventory_offset=offset)
    assert every_sku(seller) == list(seller.vendor.shop.catalogue.items)


def test_the_offset_is_a_page_number_or_a_record_number(open_shop):
    by_page = open_shop(inventory_offset="page").get(f"{ITEMS}?limit=5&offset=1").json
    by_record = open_shop(inventory_offset="record").get(f"{ITEMS}?limit=5&offset=5").json
    assert by_page["inventoryItems"] == by_record["inventoryItems"]
    assert by_page["next"] == f"{ITEMS}?offset=2&limit=5"


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "limit=x", "offset=-1"])
def test_impossible_pages_are_refused(seller, query):
    assert seller.get(f"{ITEMS}?{query}").error_ids == [25706]


@pytest.mark.parametrize("language", ["", "*"])
def test_a_language_must_be_named(seller, language):
    answer = seller.get(ITEMS, accept_language=language)
    assert (answer.status, answer.error_ids) == (400, [25709])
    assert answer.json["errors"][0]["message"].startswith("Invalid value for header Accept-Language.")


def test_listings_of_the_trading_family_are_unknown_here(seller):
    assert seller.get(f"{ITEMS}/KETL-S").status == 404
    answer = seller.post("/sell/inventory/v1/bulk_get_inventory_item", {"requests": [{"sku": "KETL-S"}]})
    assert answer.json["responses"][0]["errors"][0]["errorId"] == 25702


def test_items_are_read_in_bulk_row_by_row(seller):
    path = "/sell/inventory/v1/bulk_get_inventory_item"
    answer = seller.post(path, {"requests": [{"sku": "LAMP-S"}, {"sku": "LAMP-M"}]})
    assert [each["statusCode"] for each in answer.json["responses"]] == [200, 200]
    assert seller.post(path, {"requests": [{"sku": "A"}, {"sku": "A"}]}).error_ids == [25734]
    many = {"requests": [{"sku": str(n)} for n in range(26)]}
    assert seller.post(path, many).error_ids == [25727]


def test_offers_are_listed_for_one_sku_only(seller):
    assert seller.get("/sell/inventory/v1/offer").error_ids == [25709]
    offer = seller.offers("LAMP-S")[0]
    assert offer["status"] == "PUBLISHED"
    assert seller.get(f"/sell/inventory/v1/offer/{offer['offerId']}").json == offer
    assert seller.get("/sell/inventory/v1/offer/1").error_ids == [25713]


def test_one_sku_has_an_offer_on_each_site(open_shop):
    seller = open_shop(marketplaces=("EBAY_US", "EBAY_DE"))
    assert [offer["marketplaceId"] for offer in seller.offers("LAMP-M")] == ["EBAY_US", "EBAY_DE"]


def test_a_buyer_sees_the_smaller_of_the_two_quantities(seller):
    listing_id = listing_of(seller, "LAMP-S")
    seller.bulk(row(seller, "LAMP-S", 9, item_quantity=4))
    assert seller.vendor.quantity(listing_id, "LAMP-S") == 4
    seller.bulk(row(seller, "LAMP-S", 3, item_quantity=50))
    assert seller.vendor.quantity(listing_id, "LAMP-S") == 3


def test_a_sale_lowers_what_a_buyer_sees(seller):
    listing_id = listing_of(seller, "LAMP-M")
    seller.bulk(row(seller, "LAMP-M", 10))
    seller.vendor.buy_one("LAMP-M", 3)
    assert seller.vendor.quantity(listing_id, "LAMP-M") == 7


def test_each_accepted_revision_is_in_the_proof(seller):
    seller.bulk(row(seller, "LAMP-M", 10))
    change = seller.vendor.stock_changes[-1]
    assert (change.listing_id, change.sku, change.after) == (listing_of(seller, "LAMP-M"), "LAMP-M", 10)


@pytest.mark.parametrize("status", [200, 207])
def test_rows_fail_one_by_one_under_either_status(open_shop, status):
    seller = open_shop(bulk_mixed_status=status)
    good = row(seller, "LAMP-S", 5)
    lost_offer = {"sku": "LAMP-M", "offers": [{"offerId": "1", "availableQuantity": 2}]}
    negative = {"sku": "LAMP-M", "shipToLocationAvailability": {"quantity": -1}}
    answer = seller.bulk(good, {"sku": "KETL-S"}, lost_offer, negative)
    assert answer.status == status
    rows = answer.json["responses"]
    assert [each["statusCode"] for each in rows] == [200, 400, 400, 400]
    assert [each["errors"][0]["errorId"] for each in rows[1:]] == [25702, 25713, 25709]
    assert seller.vendor.quantity(listing_of(seller, "LAMP-S"), "LAMP-S") == 5


def test_a_sku_without_offers_is_answered_by_one_row(seller):
    answer = seller.bulk({"sku": "LAMP-S", "shipToLocationAvailability": {"quantity": 8}})
    assert answer.json == {"responses": [{"statusCode": 200, "sku": "LAMP-S"}]}


def test_more_than_twenty_five_rows_are_refused(seller):
    assert seller.bulk(*[{"sku": "LAMP-S"}] * 26).error_ids == [25709]


def test_a_listing_may_be_revised_only_so_often_a_day(open_shop, clock):
    seller = open_shop(revisions_per_listing=2)
    answers = [seller.bulk(row(seller, "LAMP-S", n)).json["responses"][0]["statusCode"] for n in (5, 6, 7)]
    assert answers == [200, 200, 400]
    clock.sleep(86_400)
    seller.token = seller.refresh()
    assert seller.bulk(row(seller, "LAMP-S", 7)).json["responses"][0]["statusCode"] == 200


def test_zero_hides_a_listing_while_out_of_stock_control_is_on(seller):
    listing_id = listing_of(seller, "LAMP-S")
    seller.bulk(row(seller, "LAMP-S", 0))
    assert seller.offers("LAMP-S")[0]["listing"]["listingStatus"] == "OUT_OF_STOCK"
    seller.bulk(row(seller, "LAMP-S", 2))
    assert seller.vendor.quantity(listing_id, "LAMP-S") == 2


def test_zero_ends_a_listing_for_good_while_it_is_off(open_shop):
    seller = open_shop(out_of_stock_control=False)
    offer_id = seller.offers("LAMP-S")[0]["offerId"]
    seller.bulk(row(seller, "LAMP-S", 0))
    assert seller.offers("LAMP-S")[0]["status"] == "UNPUBLISHED"
    again = {"sku": "LAMP-S", "offers": [{"offerId": offer_id, "availableQuantity": 5}]}
    assert seller.bulk(again).json["responses"][0]["errors"][0]["errorId"] == 25713


def test_the_warehouse_is_a_location(seller):
    page = seller.get("/sell/inventory/v1/location").json
    key = page["locations"][0]["merchantLocationKey"]
    assert seller.get(f"/sell/inventory/v1/location/{key}").json == page["locations"][0]
    assert seller.get("/sell/inventory/v1/location/elsewhere").error_ids == [25805]
