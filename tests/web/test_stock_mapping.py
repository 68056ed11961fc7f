"""The remedy "map this SKU"."""

import pytest

from tests.web.house import Web
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.ledger import journal, mappings

MAP = "/m/default/stock/map-sku"


def aliases(web: Web) -> list[tuple[str, str, str]]:
    return mappings.aliases(web.scene.book)


@pytest.mark.parametrize("field", ["sku", "pick"])
def test_a_code_is_mapped_and_its_order_goes(web: Web, field: str) -> None:
    order = web.scene.ebay.buy_one(UNKNOWN_SKU)
    web.scene.pass_time(minutes=15)

    answer = web.as_operator().post(MAP, {"code": UNKNOWN_SKU, field: "LAMP", "back": "/m/default/problems"})
    web.scene.settle()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/m/default/problems")
    assert len(web.scene.at_warehouse(order)) == 1
    assert journal.lines(web.scene.book, UNKNOWN_SKU)[0].actor.startswith("user:")


def test_only_for_one_cart_where_that_is_asked(web: Web) -> None:
    web.as_operator().post(MAP, {"code": "A", "sku": "LAMP", "connection": "shop", "only": "1"})
    web.as_operator().post(MAP, {"code": "B", "sku": "LAMP", "connection": "shop"})
    assert aliases(web) == [("", "B", "LAMP"), ("shop", "A", "LAMP")]


@pytest.mark.parametrize(
    "form",
    [
        {"code": "A", "sku": "NOWHERE"},
        {"code": "A", "sku": ""},
        {"code": " ", "sku": "LAMP"},
        {"code": "A" * 201, "sku": "LAMP"},
        {"code": "A", "sku": "LAMP", "connection": "elsewhere", "only": "1"},
    ],
)
def test_what_can_not_be_mapped_changes_nothing(web: Web, form: dict[str, str]) -> None:
    assert web.as_operator().post(MAP, form).status_code == 303
    assert aliases(web) == []


def test_nobody_is_led_to_another_site(web: Web) -> None:
    answer = web.as_operator().post(MAP, {"code": "A", "sku": "LAMP", "back": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/m/default/stock/catalogue"


def test_a_viewer_maps_nothing(web: Web) -> None:
    assert web.as_viewer().post(MAP, {"code": "A", "sku": "LAMP"}).status_code == 403
    assert aliases(web) == []


def test_skus_are_offered_while_somebody_types(web: Web) -> None:
    page = web.as_viewer().get("/m/default/stock/sku-options?sku=rope").content.decode()
    assert page.count("<option") == 3
