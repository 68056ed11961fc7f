"""What clients read: lists and their dates, pages, products, ways of shipping."""

from urllib.parse import quote

import pytest

from tests.web.cartrover.client import Client, an_order, client
from tranter.ledger import mappings
from tranter.ledger.mappings import KIT
from tranter.ledger.models import ProductRow


def references(till: Client, query: str) -> list[str]:
    return [one["cust_ref"] for one in till.get(f"cart/orders/list/{query}")]


def test_a_list_is_told_page_by_page_with_its_total(till: Client) -> None:
    till.post("cart/orders/batch", [an_order(f"A-{number}") for number in range(1, 26)])

    assert references(till, "any") == [f"A-{number}" for number in range(1, 21)]
    assert till.header("total-records") == "25"
    assert references(till, "any?page=2") == [f"A-{number}" for number in range(21, 26)]
    assert references(till, "any?limit=2&page=3") == ["A-5", "A-6"]
    assert references(till, "any?page=9") == []
    assert till.header("total-records") == "25"
    assert len(references(till, "any?limit=5000")) == 25


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "page=0", "page=-1", "from_date=soon", "include_aliases=X"])
def test_a_parameter_that_means_nothing_is_refused(till: Client, query: str) -> None:
    till.get(f"cart/orders/list/any?{query}")

    assert till.refusal[0] == "Invalid"
    assert query.split("=", maxsplit=1)[0] in till.refusal[1]


def test_a_status_that_there_is_not_is_refused(till: Client) -> None:
    till.get("cart/orders/list/unknown")

    assert till.refusal[0] == "Invalid"


def test_a_list_is_bounded_by_the_date_that_counts_for_it(till: Client) -> None:
    """Taken at 8:00, delivered by 8:01, left at 10:00, confirmed at 12:00."""
    scene = till.web.scene
    till.hand_in("A-1")
    scene.pass_time(minutes=1)
    scene.pass_time(hours=2)
    [there] = scene.gecko.orders()
    scene.gecko.ship(there.id)
    scene.pass_time(hours=1)
    parts = {"shipped": ("09:30", "10:30"), "shipped_or_confirmed": ("09:30", "10:30"), "any": ("07:00", "08:00")}
    for status, (start, end) in parts.items():
        window = f"from_date=2026-03-02T{start}:00%2B00:00&to_date=2026-03-02T{end}:59Z"
        assert references(till, f"{status}?{window}") == ["A-1"], status
        assert references(till, f"{status}?from_date=2026-03-02T{end}:59Z&to_date=2026-03-02T23:00:00Z") == [], status

    scene.pass_time(hours=1)
    till.post("cart/orders/update/A-1", {"order_status": "confirmed"})
    assert references(till, "confirmed?from_date=2026-03-02T11:59:00Z") == ["A-1"]
    assert references(till, "confirmed?to_date=2026-03-02T11:59:00Z") == []


def test_what_waits_and_what_is_canceled_have_dates_of_their_own(till: Client) -> None:
    scene = till.web.scene
    till.hand_in("A-1", items=[{"item": "NOSUCH", "quantity": 1}])
    till.hand_in("A-2")
    scene.pass_time(hours=1)
    till.get("cart/orders/wms_cancel/A-2")
    scene.pass_time(minutes=1)

    assert references(till, "error?to_date=2026-03-02T08:30:00Z") == ["A-1"]
    assert references(till, "error?from_date=2026-03-02T08:30:00Z") == []
    assert references(till, "canceled?from_date=2026-03-02T08:30:00Z") == ["A-2"]
    assert references(till, "canceled?to_date=2026-03-02T08:30:00Z") == []
    assert references(till, "at_wms") == []


@pytest.mark.parametrize(
    ("written", "is_in"),
    [
        ("from_date=2026-03-02", True),
        ("from_date=2026-3-2", True),
        ("from_date=2026-3-3", False),
        ("to_date=2026-3-2", True),
        ("to_date=2026-3-1", False),
        ("from_date=2026-03-02T08:00:00+00:00", True),
        ("from_date=2026-03-02T09:30:00%2B01:00", False),
        ("from_date=2026-03-02T08:30:00%2B01:00", True),
        ("from_date=2026-03-02%2007:00", True),
        ("from_date=2026-03-02T08:00:00.000Z", True),
        ("from_date=&to_date=", True),
    ],
)
def test_dates_are_taken_as_clients_write_them(till: Client, written: str, is_in: bool) -> None:
    till.hand_in("A-1")

    assert references(till, f"any?{written}") == (["A-1"] if is_in else [])


def test_orders_of_other_carts_stand_in_the_merchants_lists_with_their_source(till: Client) -> None:
    scene, office = till.web.scene, client(till.web, "merchant", "office")
    bought = scene.ebay.buy_one("LAMP", 1)
    till.hand_in("A-1", order_source="Kiosk 7")
    scene.pass_time(minutes=20)

    found = {one["cust_ref"]: one["order_source"] for one in office.get("merchant/orders/list/at_wms")}
    assert found == {bought.order_id: "shop", "A-1": "Kiosk 7"}
    sources = {
        source: [one["cust_ref"] for one in office.get(f"merchant/orders/list/any?order_source={quote(source)}")]
        for source in ("shop", "Kiosk 7", "till", "nobody")
    }
    assert sources == {"shop": [bought.order_id], "Kiosk 7": ["A-1"], "till": ["A-1"], "nobody": []}
    view = office.get(f"merchant/orders/{bought.order_id}")
    assert view["ship_country"] == "USA"
    assert view["items"][0]["item"] == "LAMP"
    assert view["customer_id"]


def test_what_the_client_wrote_comes_back_and_card_numbers_are_not_kept(till: Client) -> None:
    till.hand_in(
        "A-1",
        custom_field_1="blue",
        gift_wrap="y",
        credit_card_no="4111111111111111",
        cvv="123",
        extra_fields={"desk": "4"},
        items=[
            {
                "item": "LAMP",
                "quantity": "1",
                "price": 8,
                "discount": "0.5",
                "line_item_id": 77,
                "extra_fields": {"x": "1"},
            }
        ],
    )

    view = till.get("cart/orders/A-1")
    assert (view["custom_field_1"], view["gift_wrap"], view["credit_card_no"], view["cvv"]) == ("blue", "Y", None, None)
    [item] = view["items"]
    assert (item["price"], item["discount"], item["extended_amount"]) == ("8.0000", "0.5000", "7.50")
    assert (item["line_item_id"], item["quantity"]) == ("77", "1")
    assert (view["sub_total"], view["order_discount"], view["grand_total"]) == ("7.50", "0.00", "7.50")
    assert "extra_fields" not in view
    assert "extra_fields" not in item
    extras = till.get("cart/orders/A-1?include_order_extras=Y&include_line_extras=Y&include_aliases=Y")
    assert (extras["extra_fields"], extras["items"][0]["extra_fields"]) == ({"desk": "4"}, {"x": "1"})
    assert extras["items"][0]["aliases"] == []


def test_stock_is_told_in_numbers_in_the_list_and_in_text_for_one(till: Client) -> None:
    mappings.set_aliases(till.web.scene.book, [("", "OLD LAMP/1", "LAMP")], till.web.scene.clock.now())

    rows = {one["sku"]: one for one in till.get("merchant/inventory?limit=250")}
    lamp = rows["LAMP"]
    assert (lamp["qty_available"], lamp["qty_on_hand"]) == (50, 50)
    assert lamp["aliases"]["SKU"] == "OLD LAMP/1"
    assert rows["KETL"]["aliases"] == [] or isinstance(rows["KETL"]["aliases"], dict)
    assert sum(place["qty_available"] for place in lamp["warehouses"].values()) == 50
    assert all(key.isdecimal() for key in lamp["warehouses"])
    one = till.get("merchant/inventory/LAMP")
    assert (one["qty_available"], one["qty_on_hand"]) == ("50", "50")
    assert "aliases" not in one


def test_what_is_held_for_orders_is_on_hand_and_not_available(till: Client) -> None:
    till.hand_in("A-1", items=[{"item": "LAMP", "quantity": 3}])
    till.web.scene.pass_time(minutes=12)

    one = till.get("merchant/inventory/LAMP")
    assert (one["qty_available"], one["qty_on_hand"]) == ("47", "50")


def test_a_sku_may_hold_slashes_and_blanks_and_need_not_be_escaped(till: Client) -> None:
    ProductRow.objects.filter(sku="KETL").update(sku="KET/L 2")

    for path in ("KET/L%202", "KET%2FL%202", "KET%2fL%202?", "KET/L 2"):
        assert till.get(f"merchant/product/{path}")["sku"] == "KET/L 2"
        assert till.get(f"merchant/inventory/{path}")["sku"] == "KET/L 2"


def test_a_slash_too_many_in_an_address_changes_nothing(till: Client) -> None:
    till.hand_in("A-1")
    till.hand_in("A-2/")
    for path in ("cart/orders/A-1/", "/cart/orders/A-1/?", "merchant/orders/A-1/", "cart/orders/status/A-1/"):
        assert till.get(path)["cust_ref"] == "A-1"
    assert till.get("cart/orders/A-2/")["cust_ref"] == "A-2/"
    assert len(till.get("cart/orders/list/any/?limit=5")) == 2
    for path in ("cart/list/", "merchant/inventory/?limit=1", "cart/shipmethod/list/till/", "wms/shipmethod/list/"):
        till.get(path)
        assert till.said["success_code"] is True


def test_a_product_is_found_by_its_alias_too(till: Client) -> None:
    mappings.set_aliases(till.web.scene.book, [("till", "OLD", "LAMP")], till.web.scene.clock.now())

    found = till.get("merchant/product/OLD")
    assert found["sku"] == "LAMP"
    assert {"code_type": "till", "code": "OLD"} in found["aliases"]
    till.get("merchant/product/NOSUCH")
    assert till.refusal == ("Invalid", "Product not found: NOSUCH")


def test_ways_of_shipping_are_listed_mapped_and_passed_through(till: Client) -> None:
    till.hand_in("A-1", ship_code="Standard")
    assert till.get("cart/shipmethod/list/till?") == [{"cart_code": "Standard", "wms_code": None}]

    body = [{"cart_code": "Standard", "wms_code": "20"}, {"cart_code": "Express", "wms_code": None}]
    assert till.post("cart/shipmethod/till?", body) == body
    assert till.get("cart/shipmethod/list/till") == [
        {"cart_code": "Express", "wms_code": None},
        {"cart_code": "Standard", "wms_code": "20"},
    ]
    assert till.get("wms/shipmethod/list?") == [{"carrier": "", "code": "20", "description": "20"}]
    for wrong, said in (([{"wms_code": "2"}], "cart_code"), ([], "no order"), (["x"], "list of objects")):
        till.post("cart/shipmethod/till", wrong)
        assert said in till.refusal[1]
    till.get("cart/shipmethod/list/nowhere")
    assert till.refusal == ("Invalid", "There is no cart 'nowhere'")


def test_of_a_kit_there_are_as_many_as_can_be_put_together(till: Client) -> None:
    scene = till.web.scene
    mappings.write(scene.book, KIT, {("", "SET"): "2 x LAMP + 1 x KETL"}, "operator", scene.clock.now())

    assert till.get("merchant/inventory/SET")["qty_available"] == "25"
    rows = till.get("merchant/inventory?limit=100")
    assert (rows[-1]["sku"], rows[-1]["qty_available"], len(rows)) == ("SET", 25, int(till.header("total-records")))
    last = till.get(f"merchant/inventory?limit=1&page={len(rows)}")
    assert [one["sku"] for one in last] == ["SET"]
    assert till.get(f"merchant/inventory?limit=1&page={len(rows) + 1}") == []


def test_a_kit_is_told_as_the_client_ordered_it(till: Client) -> None:
    scene = till.web.scene
    mappings.write(scene.book, KIT, {("", "SET"): "2 x LAMP + 1 x KETL"}, "operator", scene.clock.now())
    till.hand_in("A-1", items=[{"item": "SET", "quantity": 1, "price": 9}])
    scene.pass_time(minutes=1)
    [there] = scene.gecko.orders()
    assert sorted((line.sku, line.quantity) for line in there.lines if line.sku) == [("KETL", 1), ("LAMP", 2)]
    scene.gecko.ship(there.id)
    scene.pass_time(minutes=10)

    [listed] = till.get("cart/orders/list/shipped")
    assert [(one["item"], one["quantity"]) for one in listed["items"]] == [("SET", "1")]
    assert [(one["item"], one["quantity"]) for one in listed["shipments"][0]["items"]] == [("SET", "1")]
    assert (listed["num_to_ship"], listed["num_shipped"]) == ("0", "1")
