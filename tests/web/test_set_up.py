"""A connection is set up by hand in a browser, page by page."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.engine.test_consent import visit
from tests.engine.test_set_up import give_keys
from tests.flow.stage import Scene, Setting, Theatre
from tests.web.house import Web, served
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.demo.world import EBAY_URL, GECKO_URL
from tranter.ledger import connections, letters, mappings
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import ListingRow

HERE = "/m/default/connections"


@pytest.fixture
def empty(theatre: Theatre) -> Scene:
    return theatre.scene(Setting())


@pytest.fixture
def owner(empty: Scene):
    with served(empty) as web:
        yield web.as_owner()


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def forwarded(answer: Any) -> str:
    """Where the page in between goes on to."""
    found = answer.content.decode().partition('content="0;url=')[2].partition('"')[0]
    return found.replace("&amp;", "&")


def test_an_empty_list_says_what_to_do(owner: Web) -> None:
    assert "Nothing is connected yet" in text(owner.get(HERE))
    assert f"{HERE}/new" in text(owner.get(HERE))


def test_every_marketplace_is_offered_with_flag_country_currency_and_language(owner: Web) -> None:
    page = text(owner.get(f"{HERE}/new/ebay"))

    assert page.count('name="marketplaces"') == 41
    assert "🇩🇪 Germany" in page
    assert "ebay.de · EUR · German" in page


def test_a_name_that_is_taken_or_odd_is_said_beside_its_field(owner: Web) -> None:
    owner.post(f"{HERE}/new/ebay", {"marketplaces": ["EBAY_US"], "name": "shop"})

    assert "of this name already" in text(owner.post(f"{HERE}/new/ebay", {"marketplaces": ["EBAY_US"], "name": "shop"}))
    answer = owner.post(f"{HERE}/new/ebay", {"marketplaces": ["EBAY_US"], "name": "my shop"})
    assert answer.status_code == 422
    assert "without blanks" in text(answer)


def begin(owner: Web, empty: Scene) -> None:
    give_keys(empty)
    made = owner.post(f"{HERE}/new/ebay", {"marketplaces": ["EBAY_US"], "name": "shop"})
    assert made.status_code == 303
    assert made.headers["Location"] == f"{HERE}/shop/access"


def test_the_keys_are_asked_for_while_they_are_missing(owner: Web, empty: Scene) -> None:
    owner.post(f"{HERE}/new/ebay", {"marketplaces": ["EBAY_US"], "name": "shop"})
    assert "Your application at eBay" in text(owner.get(f"{HERE}/shop/access"))
    secrets = empty.ebay.credentials()
    given = {"environment": "custom", "base_url": EBAY_URL, "ru_name": empty.ebay.options.ru_name}

    kept = owner.post(
        f"{HERE}/shop/keys", {**given, **{name: secrets[name] for name in ("client_id", "client_secret")}}
    )

    assert kept.status_code == 303
    page = text(owner.get(f"{HERE}/shop/access"))
    assert secrets["client_secret"] not in page
    assert "Keep the keys" in page
    assert connections.by_name(empty.book, "shop").settings["ru_name"] == empty.ebay.options.ru_name


def test_bad_keys_are_said_beside_their_field(owner: Web) -> None:
    owner.post(f"{HERE}/new/ebay", {"marketplaces": ["EBAY_US"], "name": "shop"})

    answer = owner.post(f"{HERE}/shop/keys", {"environment": "custom", "base_url": "nonsense"})

    assert answer.status_code == 422
    assert "Write an address such as" in text(answer)


def sign_in(owner: Web, empty: Scene, decision: str = "grant") -> Any:
    going = owner.post(f"{HERE}/shop/sign-in")
    assert going.status_code == 200
    assert going.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    returned = visit(empty, forwarded(going), decision)
    return owner.get(f"/oauth/callback?{urlsplit(returned).query}")


def state(owner: Web, after: int = 0) -> str:
    return str(owner.get(f"{HERE}/shop/sign-in/state?after={after}").json()["outcome"])


def test_access_is_granted_and_the_page_that_waits_is_told(owner: Web, empty: Scene) -> None:
    begin(owner, empty)
    page = owner.get(f"{HERE}/shop/access")
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert state(owner) == "waiting"

    back = sign_in(owner, empty)

    assert "Signed in" in text(back)
    assert back.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert back.headers["Referrer-Policy"] == "no-referrer"
    assert state(owner) == "granted"
    assert "Continue to the settings" in text(owner.get(f"{HERE}/shop/access"))
    assert connections.by_name(empty.book, "shop").state is ConnectionState.DRAFT


def test_a_refusal_is_told_too(owner: Web, empty: Scene) -> None:
    begin(owner, empty)

    back = sign_in(owner, empty, "decline")

    assert "Declined" in text(back)
    assert state(owner) == "declined"


def test_another_browser_s_answer_is_refused(owner: Web, empty: Scene) -> None:
    begin(owner, empty)
    returned = visit(empty, forwarded(owner.post(f"{HERE}/shop/sign-in")))
    other = owner.signed_in("other@hub.example", role="owner", staff=True, everywhere=True)

    answer = other.get(f"/oauth/callback?{urlsplit(returned).query}")

    assert answer.status_code == 400
    assert "another browser" in text(answer)
    assert state(owner) == "waiting"


def test_the_address_can_be_pasted_where_the_vendor_can_t_lead_back(owner: Web, empty: Scene) -> None:
    begin(owner, empty)
    returned = visit(empty, forwarded(owner.post(f"{HERE}/shop/sign-in")))

    assert owner.post(f"{HERE}/shop/sign-in/pasted", {"address": returned}).status_code == 303
    assert "Signed in as" in text(owner.get(f"{HERE}/shop/access"))
    again = owner.post(f"{HERE}/shop/sign-in/pasted", {"address": returned})
    assert "used before" in text(again)


def ready(owner: Web, empty: Scene) -> None:
    begin(owner, empty)
    sign_in(owner, empty)


def test_what_is_ready_goes_on_with_its_settings(owner: Web, empty: Scene) -> None:
    ready(owner, empty)

    assert owner.get(f"{HERE}/shop").headers["Location"] == f"{HERE}/shop/settings"
    page = text(owner.get(f"{HERE}/shop/settings"))
    assert "Earliest order date" in page
    assert "Cert ID" not in page, "keys are no setting of one connection"
    assert 'aria-current="step"' in page


def fields(**changes: Any) -> dict[str, Any]:
    """As a browser sends the form of eBay's settings."""
    plain = {
        "marketplaces": ["EBAY_US"],
        "blank_sku": "hold",
        "order_number": "order_id",
        "share_percent": "100",
        "buffer": "0",
        "minimum_level": "0",
        "unknown_carrier": "Other",
        "push_stock": "on",
        "push_tracking": "on",
        "out_of_stock": "ask",
        "delay_minutes": "0",
        "delay_from": "ordered",
        "address_check": "warn",
    }
    return {**plain, **changes}


def test_settings_are_saved_and_the_test_comes_next(owner: Web, empty: Scene) -> None:
    ready(owner, empty)

    saved = owner.post(f"{HERE}/shop/settings", fields(buffer="2", earliest_order_date="2026-02-01"))

    assert saved.headers["Location"] == f"{HERE}/shop/test"
    settings = connections.by_name(empty.book, "shop").settings
    assert (settings["buffer"], settings["earliest_order_date"]) == (2, "2026-02-01")


def test_wrong_settings_are_said_beside_their_field_and_kept_in_the_form(owner: Web, empty: Scene) -> None:
    ready(owner, empty)

    answer = owner.post(f"{HERE}/shop/settings", fields(share_percent="140", blank_sku="fixed"))

    page = text(answer)
    assert answer.status_code == 422
    assert 'value="140"' in page
    assert page.count('class="error"') == 2
    assert "needs the code" in page


def test_a_test_shows_real_data(owner: Web, empty: Scene) -> None:
    ready(owner, empty)
    empty.ebay.buy_one("LAMP")
    empty.clock.advance(400)

    page = text(owner.get(f"{HERE}/shop/test/seen"))

    assert "Orders that it would take" in page
    assert "<dt>Open</dt><dd>1</dd>" in page
    assert "No warehouse is connected yet" in page


def test_a_test_offers_what_unknown_codes_mean_and_takes_the_yes_there(web: Web) -> None:
    order = web.scene.ebay.buy_one(UNKNOWN_SKU)
    web.scene.pass_time(minutes=15)
    ListingRow.objects.filter(sku="ROPE-M").update(sku="ebay rope.m")
    client, here = web.as_owner(), f"{HERE}/shop/test"

    page = text(client.get(f"{here}/seen"))
    assert "Codes without a product at the warehouse" in page
    assert f'name="code" value="{UNKNOWN_SKU}"' in page
    assert "Listings without a product at the warehouse" in page
    assert 'name="pick" value="ROPE-M"' in page
    assert f'name="back" value="{here}"' in page

    for code, sku in ((UNKNOWN_SKU, "LAMP"), ("ebay rope.m", "ROPE-M")):
        answer = client.post("/m/default/stock/map-sku", {"code": code, "pick": sku, "back": here})
        assert answer.headers["Location"] == here
    page = text(client.get(f"{here}/seen"))
    assert "Codes without a product" not in page
    assert "ebay rope.m" not in page
    web.scene.settle()
    assert len(web.scene.at_warehouse(order)) == 1


def test_a_code_is_mapped_while_the_warehouse_is_being_set_up(owner: Web, empty: Scene) -> None:
    sign_in_by_token(owner, empty)
    owner.post("/m/default/stock/map-sku", {"code": "OLD", "sku": "LAMP", "back": f"{HERE}/depot/test"})
    assert mappings.aliases(empty.book) == [("", "OLD", "LAMP")]


def test_a_vendor_that_is_down_is_said_in_the_place_of_the_test(owner: Web, empty: Scene) -> None:
    ready(owner, empty)
    empty.bent.down.add("sim.ebay")

    assert "could not be looked at" in text(owner.get(f"{HERE}/shop/test/seen"))


def test_going_live_shows_a_plan_and_asks(owner: Web, empty: Scene) -> None:
    ready(owner, empty)
    empty.ebay.buy_one("LAMP")
    empty.clock.advance(400)

    page = text(owner.get(f"{HERE}/shop/go-live/plan"))
    assert "1 open order since" in page
    assert 'type="date"' in page

    assert owner.post(f"{HERE}/shop/go-live").headers["Location"] == f"{HERE}/shop/go-live"
    assert connections.by_name(empty.book, "shop").state is ConnectionState.LIVE


def test_the_earliest_date_can_be_changed_in_the_plan(owner: Web, empty: Scene) -> None:
    ready(owner, empty)

    owner.post(f"{HERE}/shop/go-live/since", {"since": "2026-02-20"})

    assert connections.by_name(empty.book, "shop").settings["earliest_order_date"] == "2026-02-20"
    assert 'value="2026-02-20"' in text(owner.get(f"{HERE}/shop/go-live/plan"))


def test_a_warehouse_is_connected_by_a_token(owner: Web, empty: Scene) -> None:
    sign_in_by_token(owner, empty)
    owner.post(f"{HERE}/depot/go-live")
    assert connections.by_name(empty.book, "depot").state is ConnectionState.LIVE


def sign_in_by_token(owner: Web, empty: Scene) -> None:
    """Its address is asked for first: there is no default."""
    page = text(owner.get(f"{HERE}/new/tradegecko"))
    assert "Address of the API" in page
    made = owner.post(f"{HERE}/new/tradegecko", {"name": "depot", "base_url": GECKO_URL})
    assert made.status_code == 303

    secrets = empty.secrets("tradegecko")
    given = {name: value for name, value in secrets.items() if name in ("refresh_token", "access_token")}
    owner.post(f"{HERE}/depot/keys", {"base_url": GECKO_URL, **{k: v for k, v in secrets.items() if k not in given}})
    owner.post(f"{HERE}/depot/token", given)

    assert connections.by_name(empty.book, "depot").account_id
    assert "takes" not in text(owner.get(f"{HERE}/depot/test/seen"))


def test_a_bad_token_is_said(owner: Web, empty: Scene) -> None:
    owner.post(f"{HERE}/new/tradegecko", {"name": "depot", "base_url": GECKO_URL})

    answer = owner.post(f"{HERE}/depot/token", {"access_token": "made-up"})

    assert answer.status_code == 422
    assert "made-up" not in text(answer)
    assert "That did not work" in text(answer)


# By a link


def share(owner: Web, empty: Scene) -> str:
    begin(owner, empty)
    page = text(owner.post(f"{HERE}/shop/share", {"email": "ada@example.com"}))
    assert "Copy this message" in page
    return "/setup/" + page.partition("/setup/")[2].partition(" ")[0]


def test_the_owner_of_the_account_signs_in_by_a_link(owner: Web, empty: Scene) -> None:
    link = share(owner, empty)
    guest = Web(empty)
    for _ in range(2):
        page = text(guest.get(link))
        assert "ebay.com" in page
        assert "ada@example.com" in page

    going = guest.post(link)
    back = guest.get(f"/oauth/callback?{urlsplit(visit(empty, forwarded(going))).query}")

    assert "Signed in" in text(back)
    assert "Ready" in text(owner.get(HERE))
    told = {(one.to, one.subject) for one in letters.letters(empty.vault)}
    assert ("ada@example.com", "Your eBay account is connected") in told
    assert any(to == "owner@hub.example" for to, _ in told)


def test_a_link_that_was_used_leads_nowhere_for_others(owner: Web, empty: Scene) -> None:
    link = share(owner, empty)
    Web(empty).post(link)

    answer = Web(empty).get(link)

    assert answer.status_code == 410
    assert "used before" in text(answer)


def test_after_a_refusal_the_guest_may_begin_again(owner: Web, empty: Scene) -> None:
    guest, link = Web(empty), share(owner, empty)
    returned = visit(empty, forwarded(guest.post(link)), "decline")
    back = guest.get(f"/oauth/callback?{urlsplit(returned).query}")
    assert "/setup" in text(back)

    going = guest.post("/setup")

    assert visit(empty, forwarded(going))


def test_a_link_can_be_taken_back(owner: Web, empty: Scene) -> None:
    link = share(owner, empty)
    page = text(owner.get(f"{HERE}/shop/access"))
    identity = page.partition('name="link" value="')[2].partition('"')[0]

    owner.post(f"{HERE}/shop/share/revoke", {"link": identity})

    assert Web(empty).get(link).status_code == 410
    assert "Taken back" in text(owner.get(f"{HERE}/shop/access"))


def test_a_guest_sees_nothing_but_the_invitation(owner: Web, empty: Scene) -> None:
    guest, link = Web(empty), share(owner, empty)
    guest.post(link)

    assert guest.get(HERE).status_code == 302
    assert guest.get(f"{HERE}/shop/access").status_code == 302


def test_a_system_without_a_sign_in_page_is_just_tried(owner: Web, empty: Scene) -> None:
    made = owner.post(f"{HERE}/new/csv", {"name": "files", "plays": "cart", "place": "upload"})
    assert made.status_code == 303, text(made)
    assert "There is no sign-in page" in text(owner.get(f"{HERE}/files/access"))

    answer = text(owner.post(f"{HERE}/files/token", {}))

    assert "Type a token in" not in answer
    assert "Try it" in answer


def test_what_is_the_house_s_alone_is_no_merchant_s_to_make(owner: Web) -> None:
    merchant = owner.as_merchant_user()

    assert merchant.get(f"{HERE}/new/csv").status_code == 403
    assert merchant.get(f"{HERE}/new/ebay").status_code == 200
