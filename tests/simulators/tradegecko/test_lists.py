import json
from datetime import timedelta
from typing import Any

import pytest

from tests.simulators.tradegecko.client import Caller


def numbered(caller: Caller, count: int) -> list[int]:
    ids = []
    for number in range(count):
        ids.append(caller.order(order_number=f"E-{number}", reference_number=f"R-{number % 2}")["id"])
        caller.clock.sleep(60)
    return ids


def pagination(caller: Caller, **query: object) -> Any:
    return json.loads(caller.get("/orders", **query).headers["X-Pagination"])


def test_pages_lose_and_double_nothing() -> None:
    caller = Caller()
    ids = numbered(caller, 7)
    pages = [caller.rows("/orders", page=page, limit=3, order="updated_at asc") for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [row["id"] for page in pages for row in page] == ids


def test_the_pagination_header_says_where_one_is() -> None:
    caller = Caller()
    numbered(caller, 7)
    first, last = pagination(caller, limit=3), pagination(caller, limit=3, page=3)
    assert first == {
        "total_records": 7,
        "total_pages": 3,
        "first_page": True,
        "last_page": False,
        "out_of_bounds": False,
        "offset": 0,
    }
    assert (last["first_page"], last["last_page"], last["offset"]) == (False, True, 6)
    assert pagination(caller, limit=3, page=9)["out_of_bounds"] is True


def test_a_limit_of_zero_counts_without_rows() -> None:
    caller = Caller()
    numbered(caller, 3)
    answer = caller.get("/orders", limit=0)
    assert answer.json == {"orders": [], "meta": {"total": 3}}
    expected = {"total_records": 3, "total_pages": 1, "first_page": True, "last_page": True}
    assert expected.items() <= json.loads(answer.headers["X-Pagination"]).items()


def test_links_point_into_the_browser_application() -> None:
    caller = Caller()
    numbered(caller, 7)
    link = caller.get("/orders.json", limit=3).headers["Link"]
    assert link == (
        '<http://sim.tradegecko/ajax/orders.json?limit=3&page=2>; rel="next", '
        '<http://sim.tradegecko/ajax/orders.json?limit=3&page=3>; rel="last"'
    )


def test_fifty_rows_are_a_page_unless_asked_otherwise() -> None:
    caller = Caller(skus=[f"S{number}" for number in range(300)])
    assert len(caller.rows("/variants")) == 50
    assert len(caller.rows("/variants", limit=250)) == 250


def test_rows_asked_for_by_id_come_all_at_once() -> None:
    caller = Caller(skus=[f"S{number}" for number in range(300)])
    ids = [row["id"] for row in caller.vendor.rows("variants")]
    assert len(caller.rows("/variants", **{"ids[]": ids[:200]})) == 200
    assert len(caller.rows("/variants", **{"ids[]": ids[:200]}, limit=5)) == 5


def test_more_than_250_rows_are_refused_or_capped() -> None:
    assert Caller().get("/variants", limit=251).status == 400
    capped = Caller(over_limit="cap", skus=[f"S{number}" for number in range(300)])
    assert len(capped.rows("/variants", limit=999)) == 250


@pytest.mark.parametrize("path", ["/orders", "/orders/", "/orders.json"])
def test_a_slash_or_json_at_the_end_means_nothing(path: str) -> None:
    caller = Caller()
    caller.order()
    assert len(caller.get(path).json["orders"]) == 1


def test_ids_come_as_an_array_or_with_commas() -> None:
    caller = Caller()
    ids = numbered(caller, 4)
    for query in ({"ids[]": ids[:2]}, {"ids": f"{ids[0]},{ids[1]}"}):
        assert {row["id"] for row in caller.rows("/orders", **query)} == set(ids[:2])


def test_other_filters_take_arrays() -> None:
    caller = Caller()
    numbered(caller, 4)
    found = caller.rows("/orders", **{"order_number[]": ["E-0", "E-3", "E-9"]})
    assert {row["order_number"] for row in found} == {"E-0", "E-3"}
    assert len(caller.rows("/orders", reference_number="R-1")) == 2
    assert caller.rows("/orders", reference_number="R-1", order_number="E-0") == []


def test_unknown_and_blank_parameters_are_ignored() -> None:
    caller = Caller()
    numbered(caller, 2)
    assert len(caller.rows("/orders", source_url="https://nowhere/", order_number="")) == 2


def test_times_bound_a_list_on_both_sides() -> None:
    caller = Caller()
    ids = numbered(caller, 5)
    begin = caller.clock.now() - timedelta(minutes=4)
    rows = caller.rows(
        "/orders", created_at_min=begin.isoformat(), created_at_max=(begin + timedelta(minutes=1)).isoformat()
    )
    assert {row["id"] for row in rows} == set(ids[1:3])
    assert caller.get("/orders", updated_at_min="yesterday-ish").status == 400


def test_rows_of_one_moment_keep_one_order_over_pages() -> None:
    caller = Caller()
    ids = [caller.order(order_number=f"E-{number}")["id"] for number in range(9)]
    pages = [caller.rows("/orders", limit=4, page=page, order="updated_at asc") for page in (1, 2, 3)]
    assert [row["id"] for page in pages for row in page] == ids


def test_lists_show_the_newest_first_unless_asked_otherwise() -> None:
    caller = Caller()
    ids = numbered(caller, 4)
    assert [row["id"] for row in caller.rows("/orders")] == ids[::-1]
    assert [row["id"] for row in caller.rows("/orders", order="created_at asc")] == ids
    scrambled = Caller(default_sort="scrambled")
    ids = numbered(scrambled, 12)
    found = [row["id"] for row in scrambled.rows("/orders")]
    assert sorted(found) == ids
    assert found not in (ids, ids[::-1])


def test_archived_rows_are_hidden_unless_asked_for() -> None:
    caller = Caller()
    company_id = caller.create("company", {"name": "Old Ltd", "company_type": "business"}).json["company"]["id"]
    assert caller.send("DELETE", f"/companies/{company_id}").status == 204
    assert caller.rows("/companies") == []
    assert [row["status"] for row in caller.rows("/companies", status="archived")] == ["archived"]
    assert caller.show(f"/companies/{company_id}")["status"] == "archived"


def test_deleted_orders_are_hidden_and_void_ones_are_not() -> None:
    caller = Caller()
    deleted, void = caller.order()["id"], caller.order()["id"]
    caller.send("DELETE", f"/orders/{deleted}")
    caller.act(void, "void")
    assert [row["id"] for row in caller.rows("/orders")] == [void]
    assert [row["id"] for row in caller.rows("/orders", **{"status[]": ["void", "deleted"]})] == [
        void,
        deleted,
    ]


def test_companies_are_found_by_email_code_and_words() -> None:
    caller = Caller()
    values = {
        "name": "Bea Buyer",
        "company_type": "consumer",
        "email": "bea@example.com",
        "company_code": "C-1",
    }
    caller.create("company", values)
    caller.create("company", {"name": "Other", "company_type": "business"})
    for query in ({"email": "bea@example.com"}, {"company_code": "C-1"}, {"q": "buyer"}, {"term": "bea@"}):
        assert [row["name"] for row in caller.rows("/companies", **query)] == ["Bea Buyer"]


def test_addresses_of_one_company_are_listed() -> None:
    caller = Caller()
    order = caller.order()
    caller.order()
    assert len(caller.rows("/addresses", company_id=order["company_id"])) == 1


def test_a_number_can_match_only_the_beginning() -> None:
    caller = Caller(partial_order_numbers=True)
    caller.order(order_number="E-1")
    caller.order(order_number="E-12")
    assert len(caller.rows("/orders", order_number="E-1")) == 2


@pytest.mark.parametrize("lag", [5, 30, 120])
def test_lists_may_lag_behind_what_was_written(lag: int) -> None:
    caller = Caller(index_lag_seconds=lag)
    order = caller.order()
    assert caller.rows("/orders", reference_number=order["reference_number"]) == []
    assert caller.show(f"/orders/{order['id']}")["id"] == order["id"]
    caller.clock.sleep(lag)
    assert len(caller.rows("/orders", reference_number=order["reference_number"])) == 1


def test_a_change_reaches_the_time_filter_only_after_the_lag() -> None:
    caller = Caller(index_lag_seconds=30)
    order = caller.order()
    caller.clock.sleep(100)
    begin = caller.clock.now().isoformat()
    caller.act(order["id"], "void")
    assert caller.rows("/orders", updated_at_min=begin) == []
    caller.clock.sleep(30)
    assert len(caller.rows("/orders", updated_at_min=begin)) == 1


def test_what_belongs_to_an_order_comes_along_when_asked() -> None:
    caller = Caller()
    order = caller.order(billing_address={"address1": "2 Other Road"})
    answer = caller.get(f"/orders/{order['id']}", include="order_line_items,shipping_address,billing_address,company")
    assert [row["id"] for row in answer.json["order_line_items"]] == order["order_line_item_ids"]
    assert {row["address1"] for row in answer.json["addresses"]} == {"1 Long Lane", "2 Other Road"}
    assert answer.json["companies"][0]["name"] == "Bea Buyer"
    assert answer.json["order"]["id"] == order["id"]


def test_lists_of_orders_bring_nothing_along() -> None:
    caller = Caller()
    caller.order()
    assert caller.get("/orders", include="company").json.keys() == {"orders", "meta"}


def test_products_bring_their_variants_under_both_names_of_the_parameter() -> None:
    caller = Caller()
    for name in ("include", "_include"):
        answer = caller.get("/products", limit=2, **{name: "variants"})
        assert list(answer.json) == ["variants", "products", "meta"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/orders/99", 404),
        ("GET", "/orders/abc", 404),
        ("GET", "/channels", 404),
        ("GET", "/", 404),
        ("DELETE", "/stock_levels/1", 404),
        ("PUT", "/stock_adjustments/1", 404),
        ("POST", "/users", 404),
        ("POST", "/orders/99/actions/void", 404),
    ],
)
def test_what_does_not_exist_is_not_found(method: str, path: str, status: int) -> None:
    answer = Caller().send(method, path, {})
    assert answer.status == status
    assert answer.json.keys() == {"type", "message"}
