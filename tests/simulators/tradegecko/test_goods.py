import pytest

from tests.simulators.tradegecko.client import Caller, line
from tranter.connectors.tradegecko.simulator import Goods


def test_the_catalogue_is_the_list_of_skus_that_was_asked_for() -> None:
    caller = Caller(skus=["A-1", "B-2"])
    assert [row["sku"] for row in caller.rows("/variants", order="id asc")] == ["A-1", "B-2"]
    assert caller.vendor.skus() == ["A-1", "B-2"]


def test_a_sku_has_the_same_price_and_count_in_every_catalogue() -> None:
    small, large = Caller(skus=["A-1"]), Caller(skus=["Z-9", "A-1"])
    facts = [
        {name: caller.rows("/variants", sku="A-1")[0][name] for name in ("retail_price", "stock_on_hand", "name")}
        for caller in (small, large)
    ]
    assert facts[0] == facts[1]


def test_the_catalogue_holds_what_makes_life_hard() -> None:
    goods = Goods(
        skus=("A", "B", "C", "D", "E"),
        duplicated=("A",),
        untracked=("B",),
        max_online={"C": 5},
        stock={"D": -3},
        archived=("E",),
    )
    caller = Caller(goods=goods)
    assert len(caller.rows("/variants", sku="A")) == 2
    untracked = caller.rows("/variants", sku="B")[0]
    assert (untracked["manage_stock"], untracked["stock_on_hand"]) == (False, "0")
    assert caller.rows("/variants", sku="C")[0]["max_online"] == "5"
    assert caller.rows("/variants", sku="D")[0]["available_stock"] == "-3"
    assert caller.rows("/variants", sku="E") == []
    assert len(caller.rows("/variants", sku="E", status="archived")) == 1


def test_untracked_goods_never_move() -> None:
    caller = Caller(goods=Goods(skus=("B",), untracked=("B",)))
    order = caller.order(order_line_items=[line(caller, "B", quantity=4)])
    caller.vendor.ship(order["id"])
    assert caller.vendor.available("B") == 0
    assert caller.vendor.orders()[0].status == "fulfilled"


def test_committed_is_null_on_a_variant_and_zero_on_a_stock_level() -> None:
    caller = Caller()
    variant = caller.rows("/variants", sku="TG-0001")[0]
    level = caller.rows("/stock_levels", ids=variant["id"])[0]
    assert [place["committed"] for place in variant["locations"]] == [None, None]
    assert [place["committed"] for place in level["locations"]] == [0, 0]
    assert variant["available_stock"] == level["available_stock"]


def test_stock_stands_per_location() -> None:
    caller = Caller()
    places = caller.vendor.locations()
    main, second = places["Main Warehouse"], places["Second Warehouse"]
    before = caller.vendor.available("TG-0001", second)
    caller.order(stock_location_id=second, order_line_items=[line(caller, quantity=2)])
    assert caller.vendor.available("TG-0001", second) == before - 2
    level = caller.rows("/stock_levels", ids=caller.variant_id("TG-0001"))[0]
    committed = {place["location_id"]: place["committed"] for place in level["locations"]}
    assert committed == {main: 0, second: "2"}


def test_counted_stock_arrives_through_an_adjustment() -> None:
    caller = Caller()
    before = caller.vendor.available("TG-0001")
    lines = [{"variant_id": caller.variant_id("TG-0001"), "quantity": -2}]
    answer = caller.create("stock_adjustment", {"reason": "damaged", "stock_adjustment_line_items": lines})
    row = answer.json["stock_adjustment"]
    assert (row["adjustment_number"], row["cached_quantity"], row["reason_label"]) == ("SA0001", "-2.0", "Damaged")
    assert caller.vendor.available("TG-0001") == before - 2
    caller.send("DELETE", f"/stock_adjustments/{row['id']}")
    assert caller.vendor.available("TG-0001") == before


def test_an_adjustment_of_nothing_known_is_refused() -> None:
    lines = [{"variant_id": 5}]
    answer = Caller().create("stock_adjustment", {"stock_adjustment_line_items": lines})
    keys = ["stock_adjustment_line_items.variant", "stock_adjustment_line_items.quantity"]
    assert (answer.status, list(answer.json["errors"])) == (422, keys)


def test_a_transfer_moves_stock_when_it_is_received_and_back_when_reverted() -> None:
    caller = Caller()
    places = caller.vendor.locations()
    main, second = places["Main Warehouse"], places["Second Warehouse"]
    counts = [caller.vendor.available("TG-0001", place) for place in (main, second)]
    lines = [{"variant_id": caller.variant_id("TG-0001"), "quantity": 7}]
    values = {"source_location_id": main, "destination_location_id": second, "stock_transfer_line_items": lines}
    transfer = caller.create("stock_transfer", values).json["stock_transfer"]
    path = f"/stock_transfers/{transfer['id']}/actions"
    assert caller.send("POST", f"{path}/receive").status == 201
    assert [caller.vendor.available("TG-0001", place) for place in (main, second)] == [counts[0] - 7, counts[1] + 7]
    assert caller.send("POST", f"{path}/receive").status == 422
    assert caller.send("POST", f"{path}/revert").status == 201
    assert [caller.vendor.available("TG-0001", place) for place in (main, second)] == counts


def test_bought_goods_are_incoming_until_they_are_received() -> None:
    caller = Caller()
    company = caller.create("company", {"name": "Maker", "company_type": "supplier"}).json["company"]
    before = caller.vendor.available("TG-0001")
    lines = [{"variant_id": caller.variant_id("TG-0001"), "quantity": 10, "price": "2.50"}]
    answer = caller.create("purchase_order", {"company_id": company["id"], "purchase_order_line_items": lines})
    purchase = answer.json["purchase_order"]
    assert (purchase["order_number"], purchase["total"], purchase["procurement_status"]) == (
        "PO0001",
        "25.0",
        "unprocured",
    )
    assert caller.rows("/stock_levels", ids=caller.variant_id("TG-0001"))[0]["incoming_stock"] == "10"
    received = caller.send("POST", f"/purchase_orders/{purchase['id']}/actions/receive")
    assert list(received.json) == ["procurement"]
    assert caller.vendor.available("TG-0001") == before + 10


def test_a_bundle_is_as_many_as_its_parts_allow() -> None:
    goods = Goods(skus=("CUP", "POT"), stock={"CUP": 9, "POT": 3}, bundles={"SET": {"CUP": 4, "POT": 1}})
    caller = Caller(goods=goods)
    assert caller.vendor.available("SET") == 2
    parts = caller.get("/variants/composition", bundle_sku="SET").json["composition"]
    assert parts == caller.get(f"/variants/{caller.variant_id('SET')}/composition").json["composition"]
    assert {part["component_sku"]: part["quantity"] for part in parts} == {"CUP": "4", "POT": "1"}
    order = caller.order(order_line_items=[line(caller, "SET")])
    caller.vendor.ship(order["id"])
    assert (caller.vendor.available("CUP"), caller.vendor.available("POT")) == (5, 2)


def test_a_new_variant_starts_with_its_first_stock() -> None:
    caller = Caller()
    product = caller.create("product", {"name": "Chair", "variants": [{"sku": "C-1"}]}).json["product"]
    values = {"product_id": product["id"], "sku": "C-2", "initial_stock_level": "12", "initial_cost_price": 3}
    answer = caller.create("variant", values)
    assert answer.status == 201
    assert (answer.json["variant"]["stock_on_hand"], answer.json["variant"]["last_cost_price"]) == ("12", "3.0")
    assert [row["sku"] for row in caller.rows("/variants", product_id=product["id"], order="id asc")] == ["C-1", "C-2"]


def test_a_variant_needs_a_product_and_readable_numbers() -> None:
    caller = Caller()
    assert caller.create("variant", {"product_id": 5, "sku": "X"}).json == {"errors": {"product": ["can't be blank"]}}
    product_id = caller.rows("/products")[0]["id"]
    refused = caller.create("variant", {"product_id": product_id, "initial_stock_level": "lots"})
    assert refused.json == {"errors": {"initial_stock_level": ["is not a number"]}}


def test_stock_is_not_set_by_writing_to_the_variant() -> None:
    caller = Caller()
    variant = caller.rows("/variants", sku="TG-0001")[0]
    body = {"variant": {"stock_on_hand": "9999", "max_online": 4}}
    assert caller.send("PUT", f"/variants/{variant['id']}", body).status == 204
    after = caller.show(f"/variants/{variant['id']}")
    assert (after["stock_on_hand"], after["max_online"]) == (variant["stock_on_hand"], "4")


def test_a_moved_stock_moves_the_variants_time_of_change() -> None:
    caller = Caller()
    caller.clock.sleep(60)
    begin = caller.clock.now().isoformat()
    caller.vendor.adjust_stock("TG-0003", -1)
    assert [row["sku"] for row in caller.rows("/variants", updated_at_min=begin)] == ["TG-0003"]


def test_an_archived_product_takes_its_variants_along() -> None:
    caller = Caller(skus=["A", "B"])
    product_id = caller.rows("/variants", sku="A")[0]["product_id"]
    caller.send("DELETE", f"/products/{product_id}")
    assert [row["sku"] for row in caller.rows("/variants")] == ["B"]


def test_images_are_made_from_an_address_and_never_changed() -> None:
    caller = Caller()
    product_id = caller.rows("/products")[0]["id"]
    image = caller.create("image", {"product_id": product_id, "url": "https://x.example/a/red.png"}).json["image"]
    assert (image["file_name"], image["position"]) == ("red.png", 1)
    assert caller.show(f"/products/{product_id}")["image_ids"] == [image["id"]]
    assert caller.send("PUT", f"/images/{image['id']}", {"image": {}}).status == 405


@pytest.mark.parametrize(
    ("singular", "values", "change"),
    [
        ("location", {"label": "Attic", "address1": "1 Roof", "country": "US"}, {"city": "Ulm"}),
        ("currency", {"iso": "NOK", "precision": 2}, {"name": "Krone"}),
        ("tax_type", {"name": "Levy", "tax_components": [{"label": "L", "rate": 7}]}, {"code": "LEVY"}),
        ("payment_term", {"name": "NET7", "due_in_days": "7", "from": "now"}, {"from": "eom"}),
        ("payment_method", {"name": "Wire"}, {"name": "Cheque"}),
        ("company", {"name": "Acme", "company_type": "business"}, {"website": "https://acme.example"}),
    ],
)
def test_plain_rows_are_made_changed_and_removed(
    singular: str, values: dict[str, object], change: dict[str, str]
) -> None:
    caller = Caller()
    created = caller.create(singular, values)
    assert created.status == 201, created
    path = created.headers["Location"].removeprefix("http://sim.tradegecko/ajax")
    assert caller.send("PUT", path, {singular: change}).status == 204
    assert change.items() <= caller.show(path).items()
    assert caller.send("DELETE", path).status == 204


def test_rates_of_a_tax_type_add_up() -> None:
    caller = Caller()
    parts = [{"label": "State", "rate": "5"}, {"label": "City", "rate": "2.5"}]
    row = caller.create("tax_type", {"name": "Two", "tax_components": parts}).json
    assert row["tax_type"]["effective_rate"] == "7.5"
    assert [part["label"] for part in row["tax_components"]] == ["State", "City"]


def test_notes_contacts_and_addresses_belong_to_a_company() -> None:
    caller = Caller()
    company_id = caller.create("company", {"name": "Acme", "company_type": "business"}).json["company"]["id"]
    for singular, values in (
        ("note", {"body": "Hi"}),
        ("contact", {"first_name": "Al"}),
        ("address", {"address1": "A"}),
    ):
        assert caller.create(singular, {**values, "company_id": company_id}).status == 201
        assert caller.create(singular, {**values, "company_id": 5}).json["errors"] == {"company": ["can't be blank"]}
    company = caller.show(f"/companies/{company_id}")
    assert [len(company[f"{name}_ids"]) for name in ("note", "contact", "address")] == [1, 1, 1]


def test_the_current_account_and_user_are_known() -> None:
    caller = Caller(currency="EUR")
    account = caller.show("/accounts/current")
    assert caller.show(f"/currencies/{account['default_currency_id']}")["iso"] == "EUR"
    assert caller.show("/users/current")["id"] == account["billing_contact_id"]
    assert account["primary_location_id"] in account["location_ids"]
