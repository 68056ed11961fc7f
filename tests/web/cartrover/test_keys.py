"""Who may call, how far they reach, and how fast."""

import pytest

from tests.web.cartrover.client import Client, an_order, client
from tests.web.house import Web
from tranter.ledger import api_keys
from tranter.ledger.api_keys import Scope
from tranter.ledger.book import ensure_book
from tranter.ledger.team import Hand
from tranter.testing.faultmark import fault
from tranter.web.cartrover.endpoints import ENDPOINTS


def filled(path: str, word: str) -> str:
    return (
        path.replace("{cust_ref}", word)
        .replace("{sku}", word)
        .replace("{order_source}", word)
        .replace("{status}", "any")
    )


def other_merchant(web: Web) -> int:
    return ensure_book(web.scene.vault, "zebra", web.scene.clock.now()).merchant_id


def test_a_key_counts_by_basic_authentication_and_in_the_address(till: Client) -> None:
    assert till.get("cart/list?")[0]["order_source"] == "till"

    for spelled in (f"?api_user={till.user}&api_key={till.key}", f"?api_key={till.key}&api_user={till.user}&limit=1"):
        answer = till.web.get(f"/v1/cart/list{spelled}")
        assert b'"success_code":true' in answer.content


def test_wrong_credentials_are_told_with_200_in_the_envelope(till: Client) -> None:
    till.key = till.key[::-1]
    till.get("cart/list")
    assert till.refusal == ("Invalid", "Invalid API credentials")

    nobody = till.web.get("/v1/cart/list")
    assert (nobody.status_code, b"credentials are missing" in nobody.content) == (200, True)


@pytest.mark.parametrize("header", ["Basic !!!", "Basic Og==", "Basic", "Bearer x", "Basic \xff", "Basic AAAA"])
def test_a_header_that_means_nothing_opens_nothing(till: Client, header: str) -> None:
    answer = till.web.get("/v1/cart/list", Authorization=header)

    assert b'"success_code":false' in answer.content


def test_a_cycled_and_a_revoked_key_are_dead_at_once(till: Client) -> None:
    hand = Hand(vault=till.web.scene.vault, actor="operator", now=till.web.scene.clock.now())
    known = api_keys.key(till.user)
    till.get("cart/list")

    anew = api_keys.cycle(hand, known.id)
    till.get("cart/list")
    assert till.refusal[0] == "Invalid"
    till.key = anew.secret
    assert till.get("cart/list")

    api_keys.revoke(hand, known.id)
    till.get("cart/list")
    assert till.refusal[0] == "Invalid"


def test_a_cart_key_reads_what_its_merchant_has_and_its_own_orders(web: Web, till: Client) -> None:
    kiosk = client(web, name="kiosk")
    till.hand_in("A-1")
    kiosk.hand_in("B-1")

    assert till.get("merchant/inventory/LAMP")["sku"] == "LAMP"
    assert till.get("merchant/product/LAMP")["sku"] == "LAMP"
    assert till.get("wms/shipmethod/list") == []
    assert [one["cust_ref"] for one in till.get("merchant/orders/list/any")] == ["A-1"]
    assert till.get("merchant/orders/A-1")["cust_ref"] == "A-1"
    for path in ("merchant/orders/B-1", "cart/orders/B-1", "cart/orders/status/B-1", "cart/orders/wms_cancel/B-1"):
        till.get(path)
        assert till.refusal == ("Invalid", "Order not found: B-1")


def test_a_merchants_key_stands_for_its_only_api_cart(web: Web) -> None:
    office = client(web, "merchant", "office")
    office.hand_in("A-1")
    assert office.refusal == ("Invalid", "This merchant has no API cart: make one, with a key of its own")

    client(web)
    office.hand_in("A-1")
    assert office.said["success_code"] is True
    assert office.get("cart/orders/A-1")["order_source"] == "till"

    client(web, name="kiosk")
    office.hand_in("A-2")
    assert office.refusal == ("Invalid", "This merchant has 2 API carts: use the key of one of them")
    assert [one["cust_ref"] for one in office.get("merchant/orders/list/any")] == ["A-1"]
    assert [one["order_source"] for one in office.get("cart/list")] == ["shop", "till", "kiosk"]


def test_a_warehouses_key_reaches_a_merchant_by_its_number(web: Web) -> None:
    house, zebra = client(web, "warehouse", "house"), other_merchant(web)
    till = client(web)
    till.hand_in("A-1")

    found = {one["short_name"]: one["merchant_pk"] for one in house.get("wms/merchant/list")}
    assert found == {"default": web.scene.book.merchant_id, "zebra": zebra}
    house.get("merchant/inventory")
    assert house.refusal[0] == "Invalid"
    ours = str(found["default"])
    assert house.get("merchant/product/LAMP", X_Merchant_Pk=ours)["sku"] == "LAMP"
    assert house.get("merchant/orders/A-1", X_Merchant_Pk=ours)["cust_ref"] == "A-1"
    house.get("merchant/orders/A-1", X_Merchant_Pk=str(zebra))
    assert house.refusal == ("Invalid", "Order not found: A-1")
    for wrong in ("99", "x", "-1", "1" * 40, "٣"):
        house.get("merchant/inventory", X_Merchant_Pk=wrong)
        assert house.refusal[0] == "Invalid"


@fault("SEC-02")
@pytest.mark.parametrize("level", ["cart", "merchant"])
def test_a_key_never_reaches_another_merchants_rows(web: Web, level: str) -> None:
    """Every endpoint, with the neighbour's names and number; and nothing of theirs is changed by it."""
    zebra = other_merchant(web)
    theirs = client(web, name="zebra-cart", merchant="zebra")
    theirs.hand_in("Z-1", ship_last_name="Zebrasdotter")
    web.scene.settle()
    before = theirs.get("cart/orders/Z-1")
    client(web, name="mine")
    stranger = client(web, level, "mine")

    for one in ENDPOINTS:
        for header in ({}, {"X-Merchant-Pk": str(zebra)}):
            for word in ("Z-1", "zebra-cart"):
                body = b'{"cust_ref": "Z-1", "order_status": "confirmed", "cart_code": "x", "wms_code": "y"}'
                stranger.ask(one.method, filled(one.path, word), body if one.method == "POST" else b"", header)
                found = stranger.answer.content.decode().lower().replace(word.lower(), "")
                assert "zebra" not in found, one.path

    assert theirs.get("cart/orders/Z-1") == before


@fault("SEC-16")
def test_a_key_does_what_its_scopes_say(web: Web) -> None:
    client(web)
    reader = client(web, "merchant", "reader", scopes=frozenset({Scope.READ}))
    writer = client(web, "merchant", "writer", scopes=frozenset({Scope.WRITE}))

    reader.hand_in("A-1")
    assert reader.refusal == ("Invalid", "This key may not write")
    reader.get("cart/orders/wms_cancel/A-1")
    assert reader.refusal == ("Invalid", "This key may not write")
    writer.hand_in("A-1")
    assert writer.said["success_code"] is True
    writer.get("cart/orders/A-1")
    assert writer.refusal == ("Invalid", "This key may not read")
    assert reader.get("cart/orders/A-1")


def test_a_hundred_calls_and_one_comes_back_every_600_ms(till: Client) -> None:
    for left in range(99, -1, -1):
        till.get("cart/list")
        assert till.header("X-CartRover-Api-Minute-Hits-Remaining") == str(left)
    till.get("cart/list")
    assert till.refusal == ("RateLimit", "Over API Limit. Please slow down requests.")
    assert till.header("X-CartRover-Api-Minute-Hits-Remaining") == "0"

    till.web.scene.clock.jump(till.web.scene.clock.now().replace(microsecond=600_000))
    assert till.get("cart/list")
    till.get("cart/list")
    assert till.refusal[0] == "RateLimit"


def test_a_new_order_is_never_over_the_limit_and_the_bucket_is_each_keys_own(web: Web, till: Client) -> None:
    for _ in range(101):
        till.get("cart/list")
    assert till.refusal[0] == "RateLimit"

    till.hand_in("A-1")
    assert till.said["success_code"] is True
    till.post("cart/orders/batch", [an_order("A-2")])
    assert till.refusal[0] == "RateLimit"
    assert client(web, name="kiosk").get("cart/list")


def test_no_answer_sets_a_cookie_and_every_one_names_its_process(till: Client) -> None:
    calls = [("GET", "cart/list"), ("PUT", "cart/list"), ("GET", "nowhere"), ("POST", "cart/orders/cartrover")]
    seen = set()
    for method, path in calls:
        till.ask(method, path, b"", {})
        assert till.answer.cookies == {}
        assert till.header("Content-Security-Policy").startswith("default-src 'none'")
        seen.add(till.header("X-CartRover-Process-ID"))
    assert len(seen - {""}) == len(calls)


def test_a_method_that_is_not_known_is_refused_in_the_envelope(till: Client) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        till.ask(method, "cart/orders/A-1", b"", {})
        assert (till.answer.status_code, till.header("Allow")) == (405, "GET")
        assert till.said["success_code"] is False
    till.post("cart/orders/update/", {})
    assert till.refusal == ("Invalid", "There is nothing to POST at /v1/cart/orders/update/")
