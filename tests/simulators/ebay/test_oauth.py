from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulators.ebay.seller import SCOPE, Answer, Seller

READ = f"{SCOPE}/sell.fulfillment.readonly"
USER = "/commerce/identity/v1/user/"


def consent(seller: Seller, decision: str, **changed: str) -> Answer:
    page = urlsplit(seller.vendor.consent_url([READ], state="s 1"))
    fields = {name: values[0] for name, values in parse_qs(page.query).items()}
    return seller.form("/oauth2/authorize", {**fields, "decision": decision, **changed}, "")


def landing(answer: Answer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def test_the_consent_page_names_the_scopes_and_offers_both_answers(seller):
    page = urlsplit(seller.vendor.consent_url([READ], state="x"))
    answer = seller.get(f"{page.path}?{page.query}")
    assert answer.status == 200
    for text in (READ, 'value="grant"', 'value="decline"'):
        assert text in answer.body.decode()


def test_consent_leads_to_a_code_that_buys_tokens_once(seller):
    back = landing(consent(seller, "grant"))
    assert back["state"] == ["s 1"]
    assert back["expires_in"] == ["299"]
    fields = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": "Sim-RuName"}
    first = seller.tokens(**fields)
    assert first.json["expires_in"] == 7200
    assert first.json["refresh_token_expires_in"] == 47_304_000
    assert first.json["token_type"] == "User Access Token"
    assert seller.tokens(**fields).json["error"] == "invalid_grant"


def test_a_code_dies_after_five_minutes(seller, clock):
    code = landing(consent(seller, "grant"))["code"][0]
    clock.sleep(300)
    answer = seller.tokens(grant_type="authorization_code", code=code, redirect_uri="Sim-RuName")
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


def test_a_declined_consent_brings_no_code(seller):
    assert "code" not in landing(consent(seller, "decline"))


def test_a_wrong_runame_is_refused_on_the_page(seller):
    answer = consent(seller, "grant", redirect_uri="another")
    assert (answer.status, answer.json["error_id"]) == (400, "invalid_request")


def test_consent_can_be_given_without_a_click(open_shop):
    seller = open_shop(auto_consent=True, accepted_url="https://hub.example/back?x=1")
    page = urlsplit(seller.vendor.consent_url([READ]))
    answer = seller.get(f"{page.path}?{page.query}")
    assert answer.headers["Location"].startswith("https://hub.example/back?x=1&code=v%5E1.1%23")


def test_the_refresh_token_is_neither_rotated_nor_returned(seller):
    known = seller.vendor.credentials()["refresh_token"]
    for _ in range(3):
        answer = seller.tokens(grant_type="refresh_token", refresh_token=known)
        assert sorted(answer.json) == ["access_token", "expires_in", "token_type"]


def test_a_refresh_may_ask_for_less_but_not_for_more(seller):
    code = landing(consent(seller, "grant"))["code"][0]
    grant = seller.tokens(grant_type="authorization_code", code=code, redirect_uri="Sim-RuName").json
    wider = seller.tokens(
        grant_type="refresh_token", refresh_token=grant["refresh_token"], scope=f"{SCOPE}/sell.inventory"
    )
    assert (wider.status, wider.json["error"]) == (400, "invalid_scope")
    seller.token = grant["access_token"]
    assert seller.orders().status == 200
    assert seller.get(USER).error_ids == [1100]


def test_wrong_client_credentials_are_refused(seller):
    answer = seller.form("/identity/v1/oauth2/token", {"grant_type": "refresh_token"}, "Basic eDp5")
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_an_unknown_grant_type_is_refused(seller):
    assert seller.tokens(grant_type="password").json["error"] == "unsupported_grant_type"


def test_an_application_token_opens_no_user_resource(seller):
    seller.token = seller.application_token()
    assert seller.get(USER).error_ids == [1100]
    assert seller.get("/developer/analytics/v1_beta/rate_limit/").status == 200


def test_an_access_token_expires_after_two_hours(seller, clock):
    clock.sleep(7199)
    assert seller.get(USER).status == 200
    clock.sleep(1)
    answer = seller.get(USER)
    assert (answer.status, answer.error_ids) == (401, [1001])
    seller.token = seller.refresh()
    assert seller.get(USER).status == 200


def test_an_expired_token_is_access_denied_at_the_inventory_api(seller, open_shop):
    seller.vendor.expire_access_tokens()
    answer = seller.get("/sell/inventory/v1/inventory_item")
    assert (answer.status, answer.error_ids) == (403, [1100])
    plain = open_shop(inventory_expired_as_403=False)
    plain.vendor.expire_access_tokens()
    assert plain.get("/sell/inventory/v1/inventory_item").status == 401


def test_the_refusal_of_an_expired_token_is_a_real_one(seller):
    assert seller.get(USER).status == 200
    assert seller.vendor.refusal(401).status == 401
    assert seller.get(USER).status == 401


def test_a_withdrawn_consent_kills_every_token_until_the_seller_signs_in_again(seller):
    before = seller.vendor.credentials()["refresh_token"]
    seller.vendor.revoke()
    assert seller.get(USER).status == 401
    answer = seller.tokens(grant_type="refresh_token", refresh_token=before)
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    seller.vendor.sign_in()
    seller.token = seller.refresh()
    assert seller.get(USER).status == 200


def test_a_program_may_give_its_token_back(seller):
    known = seller.vendor.credentials()["refresh_token"]
    answer = seller.form("/identity/v1/oauth2/token/revoke", {"token": known})
    assert (answer.status, answer.body) == (200, b"")
    assert seller.tokens(grant_type="refresh_token", refresh_token=known).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("authorization", "status", "error_id"),
    [("", 400, 1002), ("Basic eDp5", 400, 1003), ("Bearer no", 401, 1001)],
)
def test_a_missing_or_foreign_token_has_an_error_of_its_own(seller, authorization, status, error_id):
    answer = seller.get(USER, authorization=authorization)
    assert (answer.status, answer.error_ids) == (status, [error_id])


def test_an_unknown_path_is_not_resolved(seller):
    assert seller.get("/sell/nothing/v1/here").error_ids == [2002]


def test_the_daily_limit_answers_429_until_the_day_turns(open_shop, clock):
    seller = open_shop(enforce_limits=True, daily_limits={"fulfillment": 2})
    assert [seller.orders().status for _ in range(3)] == [200, 200, 429]
    assert seller.orders().error_ids == [2001]
    seller.token = seller.application_token()
    rows = seller.get("/developer/analytics/v1_beta/rate_limit/").json["rateLimits"]
    rate = next(row for row in rows if row["apiName"] == "Fulfillment")["resources"][0]["rates"][0]
    assert (rate["remaining"], rate["limit"]) == (0, 2)
    clock.sleep(24 * 3600)
    seller.token = seller.refresh()
    assert seller.orders().status == 200
