"""What people do at the pages, done by a program: orders, parcels, problems, stock, names, the journal."""

from typing import Any

import pytest

from tests.engine.test_errands import carried_out, waiting
from tests.web.api.caller import Caller, caller, refused
from tests.web.house import Web
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.ledger import connections
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import OrderRow


@pytest.fixture
def program(web: Web) -> Caller:
    return caller(web)


def first(program: Caller, path: str = "/orders") -> Any:
    return program.read(path)["items"][0]


def bought(web: Web, sku: str = "LAMP") -> Any:
    """An order that the warehouse can't get now."""
    warehouse = web.scene.warehouse
    connections.set_state(web.scene.book, warehouse.id, ConnectionState.PAUSED, "", web.scene.clock.now())
    web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    return first(caller(web))


def test_an_order_is_held_corrected_released_and_stopped(web: Web, program: Caller) -> None:
    path = f"/orders/{bought(web)['id']}"
    held = program.done(f"{path}/hold", {"reason": "ask first"})
    assert (held["order"]["status"], held["order"]["held"]) == ("error", "operator")
    assert first(program, "/orders?held=operator")["pill"] == "held"

    program.done(f"{path}/release")
    to = {"name": "Ada", "lines": ["1 Quay"], "city": "Leeds", "postal_code": "LS1 1AA", "country": "GB"}
    assert program.done(f"{path}/correct", {"ship_to": to})["said"].startswith("corrected")
    sheet = program.read(path)
    assert sheet["order"]["ship_to"]["city"] == "Leeds"
    assert sheet["order"]["total"] == {"minor": OrderRow.objects.get().total_minor, "currency": "USD"}
    assert refused(program.post(f"{path}/correct", {"ship_to": {"name": "Ada"}})) == (422, "refused")
    assert refused(program.post(f"{path}/correct", {"skus": {"none": "X"}})) == (422, "refused")

    stopped = program.done(f"{path}/stop", {"reason": "not wanted"})
    assert stopped["order"]["status"] == "canceled"
    events = [one["word"] for one in program.read(f"{path}/timeline")["events"]]
    assert {"hold_wished", "order_released", "order_corrected", "order_canceled"} <= set(events)
    assert program.read(f"{path}/explain")["next"] == "nothing: it is finished"


def test_an_order_at_the_warehouse_is_looked_for_and_canceled(web: Web, program: Caller) -> None:
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=20)
    path = f"/orders/{first(program)['id']}"
    assert program.done(f"{path}/resend", {})["there_as"]
    assert refused(program.post(f"{path}/hold", {})) == (409, "not-possible")
    assert refused(program.post(f"{path}/cancel-at-cart", {"yes": False})) == (422, "invalid")
    assert refused(program.post(f"{path}/cancel-at-cart", {"yes": True})) == (409, "not-possible")
    program.done(f"{path}/retry")
    program.done(f"{path}/cancel", {"reason": "broken"})
    web.scene.pass_time(minutes=5)

    assert web.scene.status(order) == "canceled"
    assert web.scene.at_warehouse(order) == []


def test_notes_are_written_read_and_removed(web: Web, program: Caller) -> None:
    path = f"/orders/{bought(web)['id']}/notes"
    made = program.done(path, {"text": "for Ida's birthday"})
    assert "text" not in made
    assert [one["text"] for one in program.read(path)["items"]] == ["for Ida's birthday"]
    program.done(f"{path}/{made['id']}", method="DELETE")

    assert program.read(path)["items"] == []


def test_an_order_is_found_here_or_at_the_carts_and_taken(web: Web, program: Caller) -> None:
    order = web.scene.ebay.buy_one("LAMP")
    assert program.read(f"/orders/search?q={order.order_id}")["items"] == []
    (asked,) = program.read(f"/orders/at-carts?q={order.order_id}")["items"]
    assert (asked["connection"], asked["found"]) == ("shop", True)
    taken = program.done("/orders/pull", {"number": order.order_id})["items"][0]

    assert [one["id"] for one in program.read(f"/orders/search?q={order.order_id}")["items"]] == [taken["id"]]
    assert refused(program.post("/orders/pull", {"number": "12-34567-89012"})) == (404, "not-found")


def test_a_skipped_order_is_sent_anyway(web: Web, program: Caller) -> None:
    order = bought(web)
    OrderRow.objects.update(status="skipped", reason="an odd one")

    assert program.done(f"/orders/{order['id']}/send-anyway")["said"] == "taken after all"


def test_parcels_are_listed_with_their_numbers(web: Web, program: Caller) -> None:
    for _ in range(2):
        order = web.scene.ebay.buy_one("LAMP")
        web.scene.pass_time(minutes=20)
        web.scene.gecko.ship(web.scene.at_warehouse(order)[0].id)
        web.scene.pass_time(minutes=20)
    (newest, older) = program.read("/shipments")["items"]
    assert newest["id"] > older["id"]
    assert (newest["state"], newest["carrier"], newest["cart"]) == ("shipped", "UPS", "shop")
    assert newest["confirmed_at"] is not None
    page = program.read("/shipments?limit=1")

    assert program.read(f"/shipments?limit=1&cursor={page['next']}")["items"] == [older]
    assert program.read(f"/shipments?tracking={older['tracking_number']}&confirmed=true")["items"] == [older]
    assert program.read("/shipments?confirmed=false")["items"] == []
    assert program.read(f"/shipments/{older['id']}") == older
    assert refused(program.get("/shipments/999")) == (404, "not-found")


def test_a_problem_is_shown_muted_fixed_and_its_orders_go(web: Web, program: Caller) -> None:
    waiting(web.scene, 3)
    (shown,) = program.read("/problems")["items"]
    cause = {"kind": shown["group"]["cause"]["kind"], "value": UNKNOWN_SKU}
    assert (cause["kind"], shown["group"]["orders"], shown["cures"][0]) == ("unknown_sku", 3, "map_sku")
    page = program.read(f"/problems/affected?kind=unknown_sku&value={UNKNOWN_SKU}&limit=2")
    rest = program.read(f"/problems/affected?kind=unknown_sku&value={UNKNOWN_SKU}&limit=2&cursor={page['next']}")
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)

    assert program.done("/problems/mute", cause) == {"count": 3}
    assert program.read("/problems")["items"] == []
    assert program.done("/problems/unmute", cause) == {"count": 3}
    assert refused(program.post("/problems/fix", {**cause, "becomes": "NONE"})) == (422, "refused")
    errand = program.done("/problems/fix", {**cause, "becomes": "LAMP"})
    carried_out(web.scene, errand["id"])
    done = program.read(f"/errands/{errand['id']}")

    assert (done["state"], done["done"], done["failed"]) == ("done", 3, 0)
    assert program.read("/problems")["items"] == []


def test_a_cause_is_cured_for_all_its_orders_or_settled(web: Web, program: Caller) -> None:
    waiting(web.scene, 2)
    cause = {"kind": "unknown_sku", "value": UNKNOWN_SKU}
    errand = program.done("/problems/cure", {**cause, "what": "stop", "reason": "no such lamp"})
    carried_out(web.scene, errand["id"])
    assert program.read(f"/errands/{errand['id']}")["done"] == 2
    assert refused(program.post("/problems/settle", cause)) == (404, "not-found")
    assert refused(program.post("/problems/confirm-mass-change", {"kind": "mass_change"})) == (404, "not-found")


def test_many_orders_are_held_by_their_numbers_or_by_a_query(web: Web, program: Caller) -> None:
    waiting(web.scene, 3)
    ids = [one["id"] for one in program.read("/orders")["items"]]
    errand = program.done("/errands", {"what": "hold", "orders": ids[:1], "reason": "count them"})
    assert (errand["total"], errand["state"]) == (1, "waiting")
    stopped = program.done(f"/errands/{errand['id']}/stop")
    assert stopped["state"] == "stopped"
    assert program.done("/errands", {"what": "hold", "query": {"tab": "problems"}})["total"] == 3
    assert refused(program.post("/errands", {"what": "hold"})) == (422, "refused")
    assert len(program.read("/errands")["items"]) == 2


def test_stock_and_the_catalogue_are_read(web: Web, program: Caller) -> None:
    page = program.read("/stock?limit=3")
    rest = program.read(f"/stock?limit=200&cursor={page['next']}")
    skus = [one["sku"] for one in (*page["items"], *rest["items"])]
    assert skus == sorted(set(skus))
    assert program.read("/stock/sku?sku=LAMP")["line"]["available"] == 50
    assert refused(program.get("/stock/sku?sku=NONE")) == (404, "not-found")
    assert {one["connection"] for one in program.read("/stock/listings")["items"]} == {"shop"}
    unmatched = program.read("/catalogue?state=unmatched")["items"]
    strange = next(one for one in unmatched if one["listing"]["code"])
    assert isinstance(program.read("/catalogue/unlisted")["items"], list)
    assert isinstance(program.read("/catalogue/proposals?above=55")["items"], list)

    code = strange["listing"]["code"]
    matched = program.done("/catalogue/match", {"meanings": [{"code": code, "sku": "LAMP"}]})
    assert matched["matched"] == 1
    (edit,) = program.read("/mappings/changes")["items"]
    assert edit["id"] == matched["changes"][0]
    program.done(f"/mappings/changes/{edit['id']}/undo", method="POST")
    assert program.read("/mappings/alias")["items"] == []


def test_names_are_set_listed_and_taken_in_files(program: Caller) -> None:
    program.done("/mappings/alias", {"word": "OLD", "becomes": "LAMP"}, "PUT")
    program.done("/mappings/ship_method", {"connection": "shop", "word": "Post", "becomes": "letter"}, "PUT")
    program.done("/mappings/carrier", {"connection": "warehouse", "word": "Pigeon", "becomes": "USPS"}, "PUT")
    assert program.read("/mappings/alias")["items"] == [{"connection": "", "word": "OLD", "becomes": "LAMP"}]
    assert refused(program.ask("PUT", "/mappings/carrier", {"word": "X", "becomes": "Y"})) == (422, "refused")

    table = program.read("/mappings/tables/alias")["csv"]
    diff = program.done("/mappings/tables/alias/preview", {"csv": f"{table}NEW,LAMP,,,\n"})
    assert [row["word"] for row in diff["new"]] == ["NEW"]
    assert refused(program.post("/mappings/tables/alias/import", {"csv": "x"})) == (422, "refused")
    program.done("/mappings/tables/alias/import", {"csv": f"{table}NEW,LAMP,,,\n"})
    assert len(program.read("/mappings/alias")["items"]) == 2
    program.done("/mappings/alias", {"word": "OLD", "becomes": None}, "PUT")
    assert [one["word"] for one in program.read("/mappings/alias?search=NEW")["items"]] == ["NEW"]


def test_the_journal_is_walked_and_proved_and_all_is_accounted_for(web: Web, program: Caller) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=20)
    page = program.read("/journal?limit=2")
    more = program.read(f"/journal?limit=2&cursor={page['next']}")
    numbers = [one["number"] for one in (*page["items"], *more["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert program.read("/journal?what=order_taken")["items"][0]["what"] == "order_taken"
    assert program.read("/journal/proof") == {"whole": True, "broken_at": None}
    report = program.done("/reconcile", {"days": 3})
    assert (report["orders"], report["accounted_for"], report["not_asked"]) == (1, 1, [])
