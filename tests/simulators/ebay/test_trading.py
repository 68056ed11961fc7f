import pytest

from tests.simulators.ebay.seller import Seller, codes
from tranter.connectors.ebay.simulator import Purchase, Want

ACTIVE = (
    "<ActiveList><Include>true</Include>"
    "<Pagination><EntriesPerPage>{size}</EntriesPerPage>{page}</Pagination></ActiveList>"
)
WINDOW = "<StartTimeFrom>2026-09-01T00:00:00.000Z</StartTimeFrom><StartTimeTo>2026-11-20T00:00:00.000Z</StartTimeTo>"


def items(seller: Seller) -> dict[str, object]:
    found, page, pages = {}, 1, 1
    while page <= pages:
        inner = ACTIVE.format(size=4, page=f"<PageNumber>{page}</PageNumber>")
        answer = seller.trading("GetMyeBaySelling", inner)
        pages = int(answer.findtext("ActiveList/PaginationResult/TotalNumberOfPages"))
        found |= {each.findtext("ItemID"): each for each in answer.iter("Item")}
        page += 1
    return found


def trading_listing(seller: Seller, sku: str) -> str:
    listings = seller.vendor.shop.catalogue.with_sku(sku)
    return next(listing.listing_id for listing, _ in listings if listing.family.value == "trading")


def inventory_listing(seller: Seller, sku: str) -> str:
    listings = seller.vendor.shop.catalogue.with_sku(sku)
    return next(listing.listing_id for listing, _ in listings if listing.family.value == "inventory")


def status(item: str = "", sku: str = "", quantity: int | str = 5) -> str:
    inner = f"<ItemID>{item}</ItemID>" if item else ""
    inner += f"<SKU>{sku}</SKU>" if sku else ""
    return f"<InventoryStatus>{inner}<Quantity>{quantity}</Quantity></InventoryStatus>"


def test_every_answer_says_the_time_and_how_it_went(seller):
    answer = seller.trading("GeteBayOfficialTime")
    assert answer.findtext("Timestamp") == "2026-11-20T09:00:00.000Z"
    assert (answer.findtext("Ack"), answer.findtext("Version")) == ("Success", "1487")


def test_the_active_list_pages_through_every_listing(seller):
    assert set(items(seller)) == set(seller.vendor.shop.catalogue.listings)


def test_quantity_counts_what_was_sold_as_well(seller):
    listing_id = trading_listing(seller, "KETL-L")
    seller.vendor.set_quantity(listing_id, "KETL-L", 10)
    seller.vendor.buy_one("KETL-L", 4, listing_id)
    item = seller.trading("GetItem", f"<ItemID>{listing_id}</ItemID>").find("Item")
    assert (item.findtext("Quantity"), item.findtext("SellingStatus/QuantitySold")) == ("10", "4")
    assert item.findtext("QuantityAvailable") == "6"


def test_the_seller_list_wants_a_window_of_at_most_120_days(seller):
    found = [each.findtext("ItemID") for each in seller.trading("GetSellerList", WINDOW).iter("Item")]
    assert found == list(seller.vendor.shop.catalogue.listings)
    too_long = WINDOW.replace("2026-09", "2026-01")
    assert codes(seller.trading("GetSellerList", too_long)) == ["37"]
    assert codes(seller.trading("GetSellerList")) == ["37"]


def test_a_quantity_is_revised_and_echoed(seller):
    listing_id = trading_listing(seller, "KETL-S")
    answer = seller.trading("ReviseInventoryStatus", status(listing_id, "KETL-S", 3))
    assert answer.findtext("Ack") == "Success"
    assert answer.findtext("InventoryStatus/Quantity") == "3"
    assert seller.vendor.quantity(listing_id, "KETL-S") == 3
    assert seller.vendor.stock_changes[-1].by == "trading"


def test_a_variation_needs_both_item_and_sku(seller):
    listing_id = trading_listing(seller, "KETL-S")
    assert codes(seller.trading("ReviseInventoryStatus", status(listing_id))) == ["21916635"]


def test_a_listing_tracked_by_sku_can_be_named_by_it_alone(seller):
    answer = seller.trading("ReviseInventoryStatus", status(sku="LAMP-S", quantity=3))
    assert answer.findtext("InventoryStatus/ItemID") == trading_listing(seller, "LAMP-S")
    assert codes(seller.trading("ReviseInventoryStatus", status(sku="KETL-L"))) == ["17"]


def test_more_than_four_rows_are_refused_whole(seller):
    rows = status(trading_listing(seller, "KETL-L")) * 5
    answer = seller.trading("ReviseInventoryStatus", rows)
    assert (answer.findtext("Ack"), codes(answer)) == ("Failure", ["37"])
    assert seller.vendor.stock_changes == []


def test_listings_of_the_inventory_api_refuse_this_family(seller):
    good, foreign = trading_listing(seller, "KETL-L"), inventory_listing(seller, "LAMP-M")
    answer = seller.trading("ReviseInventoryStatus", status(good, quantity=2) + status(foreign))
    assert (answer.findtext("Ack"), codes(answer)) == ("PartialFailure", ["21919474"])
    assert seller.vendor.quantity(good, "KETL-L") == 2


def test_the_same_quantity_again_is_a_warning(seller):
    row = status(trading_listing(seller, "KETL-L"), quantity=2)
    seller.trading("ReviseInventoryStatus", row)
    answer = seller.trading("ReviseInventoryStatus", row)
    assert (answer.findtext("Ack"), codes(answer)) == ("Warning", ["21917091"])
    assert len(seller.vendor.stock_changes) == 1


def test_revisions_are_counted_per_listing_and_day(open_shop):
    seller = open_shop(revisions_per_listing=1)
    listing_id = trading_listing(seller, "KETL-L")
    seller.trading("ReviseInventoryStatus", status(listing_id, quantity=2))
    assert codes(seller.trading("ReviseInventoryStatus", status(listing_id, quantity=3))) == ["21919188"]


def test_out_of_stock_control_is_read_and_set(open_shop):
    seller = open_shop(out_of_stock_control=False)
    ask = "<ShowOutOfStockControlPreference>true</ShowOutOfStockControlPreference>"
    assert seller.trading("GetUserPreferences", ask).findtext("OutOfStockControlPreference") == "false"
    seller.trading("SetUserPreferences", "<OutOfStockControlPreference>true</OutOfStockControlPreference>")
    assert seller.trading("GetUserPreferences", ask).findtext("OutOfStockControlPreference") == "true"


def test_a_zero_ends_a_listing_when_control_is_off(open_shop):
    seller = open_shop(out_of_stock_control=False)
    listing_id = trading_listing(seller, "KETL-L")
    seller.trading("ReviseInventoryStatus", status(listing_id, quantity=0))
    assert listing_id not in items(seller)
    assert codes(seller.trading("ReviseInventoryStatus", status(listing_id))) == ["291"]


def test_token_errors_come_inside_a_200(seller):
    assert codes(seller.trading("GetUser", x_ebay_api_iaf_token="")) == ["930"]
    assert codes(seller.trading("GetUser", x_ebay_api_iaf_token="nonsense")) == ["21916984"]
    seller.vendor.expire_access_tokens()
    assert codes(seller.trading("GetUser")) == ["21917053"]
    classic = f"<RequesterCredentials><eBayAuthToken>{seller.token}</eBayAuthToken></RequesterCredentials>"
    assert codes(seller.trading("GetUser", classic, x_ebay_api_iaf_token="")) == ["932"]
    unknown = classic.replace(seller.token, "nonsense")
    assert codes(seller.trading("GetUser", unknown, x_ebay_api_iaf_token="")) == ["931"]


def test_what_is_no_xml_or_no_call_is_refused(seller):
    assert codes(seller.trading("AddGiraffe")) == ["2"]
    assert codes(seller.trading("GetUser", "<open>")) == ["5"]


def test_who_the_seller_is(seller):
    assert seller.trading("GetUser").findtext("User/UserID") == "sim-seller-us"
    assert seller.trading("GetNotificationPreferences").findtext("Ack") == "Success"


def test_orders_are_read_by_window_and_by_id(seller, clock):
    first = seller.vendor.buy_one("LAMP-S")
    clock.sleep(600)
    second = seller.vendor.buy(Purchase((Want("KETL-S"),), paid=False))
    clock.sleep(10)
    answer = seller.trading("GetOrders", "<NumberOfDays>1</NumberOfDays>")
    found = {each.findtext("OrderID"): each.findtext("OrderStatus") for each in answer.iter("Order")}
    assert found == {first.order_id: "Completed", second.order_id: "Active"}
    by_id = f"<OrderIDArray><OrderID>{first.order_id}</OrderID></OrderIDArray>"
    order = seller.trading("GetOrders", by_id).find("OrderArray/Order")
    assert order.findtext("TransactionArray/Transaction/Item/SKU") == "LAMP-S"
    span = "<ModTimeFrom>2026-10-01T00:00:00.000Z</ModTimeFrom>"
    assert codes(seller.trading("GetOrders", span)) == ["37"]


def sale(order_id: str, *trackings: str) -> str:
    details = "".join(
        "<ShipmentTrackingDetails><ShipmentTrackingNumber>"
        f"{each}</ShipmentTrackingNumber><ShippingCarrierUsed>UPS</ShippingCarrierUsed></ShipmentTrackingDetails>"
        for each in trackings
    )
    return f"<OrderID>{order_id}</OrderID><Shipped>true</Shipped><Shipment>{details}</Shipment>"


def test_a_wrong_tracking_number_is_replaced(seller):
    order = seller.vendor.buy_one("LAMP-S", 2)
    seller.ship(order, shippingCarrierCode="UPS", trackingNumber="WRONG1")
    assert seller.trading("CompleteSale", sale(order.order_id, "RIGHT1")).findtext("Ack") == "Success"
    parcels = seller.parcels(order)["fulfillments"]
    assert [each["shipmentTrackingNumber"] for each in parcels] == ["RIGHT1"]
    assert parcels[0]["lineItems"][0]["quantity"] == 2
    assert seller.vendor.duplicate_fulfillments() == []


def test_one_of_two_parcels_is_corrected_and_the_other_kept(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"), Want("LAMP-M"))))
    for line, tracking in zip(order.lines, ("KEEP1", "WRONG1"), strict=True):
        row = [{"lineItemId": line.line_item_id, "quantity": 1}]
        seller.ship(order, lineItems=row, shippingCarrierCode="UPS", trackingNumber=tracking)
    seller.trading("CompleteSale", sale(order.order_id, "KEEP1", "RIGHT1"))
    found = {each.tracking: each.lines for each in seller.vendor.fulfillments(order.order_id)}
    assert found == {
        "KEEP1": ((order.lines[0].line_item_id, 1),),
        "RIGHT1": ((order.lines[1].line_item_id, 1),),
    }


def test_a_single_line_can_be_completed_by_itself(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"), Want("LAMP-M"))))
    line = order.lines[1]
    inner = sale("", "ONLY2").replace("<OrderID></OrderID>", "")
    name = f"<ItemID>{line.listing_id}</ItemID><TransactionID>{line.transaction_id}</TransactionID>"
    seller.trading("CompleteSale", name + inner)
    assert order.parcels[0].lines == ((line.line_item_id, 1),)


def test_a_tracking_number_belongs_to_one_buyer(seller):
    first, second = seller.vendor.buy_one("LAMP-S"), seller.vendor.buy_one("LAMP-M")
    seller.trading("CompleteSale", sale(first.order_id, "SAME1"))
    assert codes(seller.trading("CompleteSale", sale(second.order_id, "SAME1"))) == ["21916964"]


@pytest.mark.parametrize("inner", ["<OrderID>01-00000-00009</OrderID><Shipped>true</Shipped>"])
def test_an_unknown_order_cannot_be_completed(seller, inner):
    assert codes(seller.trading("CompleteSale", inner)) == ["55"]


def test_an_order_can_be_marked_as_not_sent_again(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.ship(order)
    seller.trading("CompleteSale", f"<OrderID>{order.order_id}</OrderID><Shipped>false</Shipped>")
    assert order.parcels == []
