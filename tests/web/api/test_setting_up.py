"""Connections, their set-up, people, merchants and the hub, set by a program."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.flow.stage import Scene
from tests.web.api.caller import Caller, caller, refused
from tests.web.house import Web, served
from tranter.config import Config
from tranter.demo.world import GECKO_URL
from tranter.ledger.api_keys import Level
from tranter.ledger.backup import LEDGER
from tranter.ledger.models import ApiKey, Connection


@pytest.fixture
def house(web: Web) -> Caller:
    """A key of the installation."""
    return caller(web, Level.WAREHOUSE)


def test_a_connection_is_made_set_copied_paused_and_removed(web: Web, house: Caller) -> None:
    assert {"ebay", "tradegecko", "csv"} <= {one["slug"] for one in house.read("/connectors")["items"]}
    given = {"connector": "tradegecko", "name": "second", "settings": {"base_url": GECKO_URL}}
    secrets = web.scene.secrets("tradegecko")
    answer = house.post("/connections", {**given, "secrets": {**secrets, "access_token": "wrong", "refresh_token": ""}})
    assert refused(answer)[0] in (409, 424)
    assert refused(house.post("/connections", {**given, "secrets": secrets})) == (409, "not-possible")
    made = house.done("/connections", {**given, "secrets": secrets, "verify": False})
    assert (made["state"], made["todo"] != []) == ("draft", True)
    assert refused(house.post("/connections", given)) == (422, "refused")
    shown = house.get("/connections/second").content.decode()
    assert [name for name, value in secrets.items() if value and value in shown and name != "client_id"] == []

    mark = house.get("/connections/second").headers["ETag"]
    changed = house.done("/connections/second", {"settings": {"order_status": "draft"}}, "PATCH", If_Match=mark)
    assert changed["settings"]["order_status"] == "draft"
    assert refused(house.ask("PATCH", "/connections/second", {}, If_Match=mark)) == (412, "changed")
    assert refused(house.ask("PATCH", "/connections/second", {"settings": {"rain": 1}})) == (422, "refused")
    assert house.done("/connections/second/duplicate", {"name": "third"})["name"] == "third"
    house.done("/connections/second", method="DELETE")
    assert [one["name"] for one in house.read("/connections")["items"]] == ["warehouse", "shop", "third"]


def test_a_connection_is_looked_at_and_runs_when_it_is_told(web: Web, house: Caller) -> None:
    assert house.done("/connections/shop/check")["state"] == "live"
    assert house.read("/connections/shop/preview")["orders"]["open"] == 0
    assert house.done("/connections/shop/pause", {"reason": "holidays"})["state_reason"] == "holidays"
    assert refused(house.post("/connections/shop/sync")) == (409, "not-possible")
    assert refused(house.post("/connections/shop/pause")) == (409, "not-possible")
    assert house.done("/connections/shop/resume")["state"] == "live"

    flows = house.done("/connections/shop/flows/orders", {"seconds": 900}, "PUT")["items"]
    assert {one["every_seconds"] for one in flows if one["name"] == "orders"} == {900}
    flows = house.done("/connections/shop/flows/orders", {"seconds": None}, "PUT")["items"]
    assert {(one["every_seconds"], one["by_hand"]) for one in flows if one["name"] == "orders"} == {(300, False)}
    assert refused(house.ask("PUT", "/connections/shop/flows/listings", {"seconds": None})) == (422, "refused")
    assert refused(house.ask("PUT", "/connections/shop/flows/rain", {"seconds": 900})) == (404, "not-found")
    assert refused(house.ask("PUT", "/connections/shop/flows/orders", {"seconds": 3})) == (422, "refused")
    web.scene.settle()
    web.scene.ebay.buy_one("LAMP")
    web.scene.clock.advance(200)
    house.done("/connections/shop/sync", {"flow": "orders"})
    web.scene.settle()
    assert len(house.read("/orders")["items"]) == 1
    assert house.read("/connections/shop/runs?limit=5")["items"][0]["counts"]


def test_a_merchants_own_program_changes_carts_and_no_warehouse(web: Web) -> None:
    program = caller(web)

    assert refused(program.post("/connections/warehouse/pause")) == (403, "scope")
    assert refused(program.post("/connections", {"connector": "csv", "name": "files"}))[1] in ("scope", "refused")
    assert program.done("/connections/shop/pause")["state"] == "paused"


def test_somebody_signs_in_or_is_asked_to(web: Web, house: Caller) -> None:
    begun = house.done("/connections/shop/sign-in")
    assert begun["url"].startswith("http")
    wrong = house.post("/connections/shop/sign-in/finish", {"url": "https://hub.example/?state=none&code=none"})
    assert refused(wrong) == (409, "not-possible")

    made = house.done("/connections/shop/links", {"email": "ida@example.com"})
    assert "/setup/" in made["url"]
    assert refused(house.post("/connections/shop/links", {"email": "ida"})) == (422, "refused")
    (link,) = house.read("/connections/shop/links")["items"]
    assert (link["id"], link["state"]) == (made["link"]["id"], "open")
    house.done(f"/connections/shop/links/{link['id']}", method="DELETE")
    assert refused(house.ask("DELETE", f"/connections/shop/links/{link['id']}")) == (404, "not-found")


def test_a_cart_is_tried_and_goes_live(web: Web, house: Caller) -> None:
    begun = house.done("/connections/shop/test-order", {"sku": "LAMP"})
    assert refused(house.post("/connections/shop/test-order", {"sku": "LAMP"})) == (409, "not-possible")
    assert house.read("/connections/shop/test-order")["number"] == begun["number"]
    web.scene.settle()
    house.done("/connections/shop/test-order/cancel")
    Connection.objects.filter(name="shop").update(state="draft", stock_live_at=None)

    assert house.read("/connections/shop/plan")["plan"]["sends"] == 0
    assert house.done("/connections/shop/go-live", {})["state"] == "live"
    assert house.read("/connections/shop/stock-plan")["connection"] == "shop"
    assert house.done("/connections/shop/stock-go-live")["stock_live_at"]


def test_the_hubs_application_is_kept(house: Caller) -> None:
    kept = house.done("/applications/ebay", {"secrets": {"client_id": "me", "client_secret": "hidden"}}, "PUT")
    assert sorted(kept["secrets"]) == ["client_id", "client_secret"]
    assert "hidden" not in house.get("/applications/ebay").content.decode()
    assert refused(house.get("/applications/rain")) == (404, "not-found")


def test_people_are_invited_changed_and_switched_off(web: Web, house: Caller) -> None:
    web.as_viewer()
    invited = house.done("/invitations", {"email": "Ida@example.com", "role": "viewer", "merchants": ["default"]})
    assert "/invitation/" in invited["url"]
    (line,) = house.read("/invitations")["items"]
    again = house.done(f"/invitations/{line['id']}/again")
    assert (again["invitation"]["person"], again["url"] != invited["url"]) == (line["person"], True)
    assert refused(house.post(f"/invitations/{line['id']}/again"))[0] == 404
    (line,) = house.read("/invitations")["items"]
    house.done(f"/invitations/{line['id']}", method="DELETE")
    assert (
        refused(house.post("/invitations", {"email": "x", "role": "viewer", "merchants": ["default"]}))[1] == "refused"
    )

    (someone,) = house.read("/people")["items"]
    path = f"/people/{someone['id']}"
    changed = house.done(path, {"role": "operator", "staff": True, "everywhere": True}, "PATCH")
    assert changed["role"] == "operator"
    assert house.done(f"{path}/off")["active"] is False
    assert house.done(f"{path}/on")["active"] is True


def test_views_are_saved_for_a_person_and_taken_away(web: Web, house: Caller) -> None:
    browser = web.as_viewer()
    (someone,) = house.read("/people")["items"]
    path = f"/people/{someone['id']}/views"

    saved = house.done(path, {"name": " Late  ones ", "query": "tab=open&ship_by=2026-03-02&page=7"}, "PUT")
    assert (saved["name"], saved["query"]) == ("Late ones", "tab=open&ship_by=2026-03-02")
    assert house.done(path, {"name": "Late ones", "query": "tab=all"}, "PUT")["id"] == saved["id"]

    assert "Late ones" in browser.get("/m/default/orders").content.decode()
    assert [one["query"] for one in house.read(path)["items"]] == ["tab=all"]
    assert refused(house.ask("DELETE", f"{path}/{saved['id'] + 1}")) == (404, "not-found")
    house.done(f"{path}/{saved['id']}", method="DELETE")
    assert house.read(path)["items"] == []


def test_a_merchants_program_reaches_its_own_people_only(web: Web) -> None:
    web.as_viewer()
    program = caller(web)
    assert program.read("/people")["items"] == []
    assert refused(program.get("/people/1")) == (404, "not-found")
    more = {"email": "ida@example.com", "role": "owner", "staff": True, "everywhere": True}
    assert refused(program.post("/invitations", more)) == (422, "refused")


def test_notices_are_ruled(house: Caller) -> None:
    made = house.done("/notices", {"topic": "sku", "address": "ida@example.com", "merchant": "default"})
    assert made["to"] == "ida@example.com"
    assert [one["id"] for one in house.read("/notices")["items"]] == [made["id"]]
    assert refused(house.post(f"/notices/{made['id']}/test")) == (424, "other-system")
    assert refused(house.post("/notices", {"topic": "sku", "address": "ida"})) == (422, "refused")
    assert refused(house.post("/notices", {"topic": "sku", "merchant": "lion"})) == (422, "refused")
    house.done(f"/notices/{made['id']}", method="DELETE")
    assert refused(house.ask("DELETE", f"/notices/{made['id']}")) == (404, "not-found")


def test_a_key_tells_what_it_is_and_the_house_is_set(web: Web, house: Caller) -> None:
    assert house.read("/key")["level"] == "warehouse"
    assert [one["slug"] for one in caller(web).read("/merchants")["items"]] == ["default"]
    house.done("/merchants", {"slug": "acme", "name": "Acme"})
    assert refused(house.post("/merchants", {"slug": "acme", "name": "Acme"})) == (422, "refused")
    changed = house.done("/merchant", {"closed_days": [6, "2026-12-25"], "keep_days": 10}, "PATCH", X_Merchant="acme")
    assert (changed["closed_days"], changed["keep_days"], changed["name"]) == ([6, "2026-12-25"], 10, "Acme")
    assert refused(house.ask("PATCH", "/merchant", {"keep_days": 0}, X_Merchant="acme")) == (422, "refused")

    assert house.done("/hub", {"name": "Harbour"}, "PATCH")["name"] == "Harbour"
    assert refused(house.ask("PATCH", "/hub", {"time_zone": "Moon"})) == (422, "refused")


def test_keys_are_made_cycled_and_revoked_and_give_no_more_than_they_have(web: Web, house: Caller) -> None:
    made = house.done("/keys", {"name": "till", "level": "merchant", "merchant": "default", "scopes": ["read"]})
    till = Caller(web, f"Bearer {made['bearer']}")
    assert till.get("/orders").status_code == 200
    path = f"/keys/{made['key']['id']}"
    cycled = house.done(f"{path}/cycle")
    assert refused(till.get("/orders")) == (401, "sign-in")
    assert Caller(web, f"Bearer {cycled['bearer']}").get("/orders").status_code == 200
    assert made["secret"] not in house.get("/keys").content.decode()

    wanted = {"name": "guest", "level": "merchant", "merchant": "default"}
    for late in ("2020-01-01T00:00:00Z", "9999-12-31T23:00:00-12:00"):
        assert refused(house.post("/keys", {**wanted, "expires_at": late})) == (422, "refused")
    assert refused(house.post("/keys", {**wanted, "expires_at": "2099-01-01T00:00:00"})) == (422, "invalid")
    guest = house.done("/keys", {**wanted, "expires_at": "2099-01-01T01:00:00+01:00"})
    bearer = Caller(web, f"Bearer {guest['bearer']}")
    assert (guest["key"]["expires_at"], bearer.read("/key")["expires_at"]) == ("2099-01-01T00:00:00Z",) * 2
    ApiKey.objects.filter(pk=guest["key"]["id"]).update(expires_at=web.scene.clock.now())
    assert refused(bearer.get("/key")) == (401, "sign-in")

    program = caller(web)
    assert {one["merchant"] for one in program.read("/keys")["items"]} == {"default"}
    assert refused(program.post("/keys", {"name": "more", "level": "warehouse"})) == (422, "refused")
    assert refused(program.post("/keys", {"name": "more", "merchant": "lion"})) == (422, "refused")
    assert program.done("/keys", {"name": "webshop", "level": "cart"})["key"]["connection"] == "webshop"
    house.done(path, method="DELETE")
    assert house.read(path)["revoked_at"]


def test_the_house_is_opened_for_warehouses_of_its_own(house: Caller) -> None:
    assert refused(house.get("/connections", X_Merchant="house")) == (404, "not-found")
    opened = house.done("/lent-warehouses/open")
    assert house.done("/lent-warehouses/open") == opened
    assert house.read("/connections", X_Merchant=opened["slug"])["items"] == []
    assert house.read("/lent-warehouses")["items"] == []


def test_letters_and_backups_are_listed(web: Web, house: Caller) -> None:
    house.done("/invitations", {"email": "ida@example.com", "role": "viewer", "merchants": ["default"]})
    (letter,) = house.read("/letters")["items"]
    assert house.read(f"/letters/{letter['id']}")["to"] == "ida@example.com"
    assert house.done(f"/letters/{letter['id']}/send")["state"] == "waiting"
    assert refused(house.get("/letters/999")) == (404, "not-found")
    assert house.read("/backups")["items"] == []
    assert refused(house.post("/backups")) == (409, "not-possible")


def test_the_installation_is_looked_over_and_a_backup_taken_home(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(b"")
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as ledger:
        ledger.execute("VACUUM INTO ?", [str(tmp_path / LEDGER)])
    with served(scene, config=Config(home=tmp_path, key_file=tmp_path / "keys.json")) as kept:
        house = caller(kept, Level.WAREHOUSE)
        made = house.done("/backups")
        assert [one["name"] for one in house.read("/backups")["items"]] == [made["name"]]
        fetched = house.get(f"/backups/{made['name']}")
        assert (fetched.headers["Content-Type"], "ETag" in fetched.headers) == ("application/x-tar", False)
        assert made["name"] in fetched.headers["Content-Disposition"]
        assert len(b"".join(fetched.streaming_content)) == made["bytes"]
        assert refused(house.get("/backups/keys.json")) == (404, "not-found")
        health = house.read("/health")
        assert {one["name"]: one["ok"] for one in health["checks"]} | {"home": True, "key": False} == {
            one["name"]: one["ok"] for one in health["checks"]
        }
        assert health["ok"] is False


def test_without_a_folder_of_its_own_a_hub_says_so(house: Caller) -> None:
    assert refused(house.get("/health")) == (409, "not-possible")
    assert refused(house.get("/backups/any.tar")) == (409, "not-possible")


def test_what_the_first_push_of_stock_would_change_is_a_sheet_too(web: Web, house: Caller) -> None:
    web.scene.settle()
    plan = house.read("/connections/shop/stock-plan")
    sheet = house.get("/connections/shop/stock-plan/csv")
    told = sheet.content.decode()

    assert (sheet.headers["Content-Type"], told[0]) == ("text/csv", "\ufeff")
    assert told.splitlines()[0].endswith('"shows","will show","available"')
    assert len(told.splitlines()) == 1 + sum(
        len(plan[what]) for what in ("to_zero", "down", "up", "unmatched", "unknown")
    )


def test_a_ledger_on_a_server_is_not_backed_up_from_the_file_that_it_left(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / LEDGER).touch()
    shared = Config(home=tmp_path, key_file=tmp_path / "keys.json", database_url="postgres://hub@db.example/tranter")
    with served(scene, config=shared) as web:
        house = caller(web, Level.WAREHOUSE)
        assert refused(house.post("/backups")) == (422, "refused")
        assert "pg_dump" in house.post("/backups").json()["detail"]
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]


def test_webhooks_are_told_tried_and_replayed(web: Web, house: Caller) -> None:
    made = house.done("/webhooks", {"url": "https://shop.example/hook"})
    path = f"/webhooks/{made['webhook']['id']}"
    house.done("/connections/shop/pause")
    (message, *_) = house.read(f"{path}/messages")["items"]
    assert message["event"] == "connection.paused"
    assert house.done(f"{path}/test")["taken"] is False
    assert house.done(f"{path}/replay", {"messages": [message["id"]]}) == {"count": 1}
    assert house.read(f"{path}/messages/{message['id']}/attempts")["items"] == []
    assert house.done(f"{path}/secret")["secret"] != made["secret"]
    assert house.done(f"{path}/pause", {"reason": "moving"})["state"] == "paused"
    assert house.done(f"{path}/resume")["state"] == "live"
    assert "order.sent" in house.read("/webhooks/events")["items"]
    assert "whsec_" not in house.get("/webhooks").content.decode()


def test_two_carts_are_not_tried_in_the_same_second_under_one_number(web: Web, house: Caller) -> None:
    house.done("/connections/shop/duplicate", {"name": "second"})
    assert house.done("/connections/shop/test-order", {"sku": "LAMP"})["number"].startswith("TEST-")

    assert refused(house.post("/connections/second/test-order", {"sku": "LAMP"})) == (409, "not-possible")
