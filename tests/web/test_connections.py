"""Connections that run: how they are, and what is done to them."""

from typing import Any

import pytest

from tests.flow.stage import Scene
from tests.web.house import Web, served
from tests.web.test_set_up import HERE, fields, text
from tranter.engine import trial_order
from tranter.ledger import connections, journal, mappings
from tranter.ledger.connections import ConnectionState, UnknownConnection
from tranter.ledger.models import Flow
from tranter.testing.faultmark import fault


@pytest.fixture
def desk(scene: Scene):
    """Both accounts are connected."""
    with served(scene) as web:
        yield web.as_owner()


def test_the_list_says_how_each_is(desk: Web, scene: Scene) -> None:
    page = text(desk.get(HERE))
    assert page.count("Healthy") == 2
    assert "Everything runs." in page

    connections.needs_sign_in(scene.book, scene.cart, "expired", scene.clock.now())
    assert "Needs sign-in" in text(desk.get(HERE))
    assert "Needs sign-in" in text(desk.get("/all/connections"))


def test_a_connection_has_three_lanes(desk: Web) -> None:
    page = text(desk.get(f"{HERE}/shop"))

    for lane in ("Orders", "Tracking", "Stock"):
        assert f"<h2>{lane}</h2>" in page
    assert page.count("Sync now") == 3
    assert "calls used" in page


def test_sync_now_makes_a_lane_due(desk: Web, scene: Scene) -> None:
    answer = desk.post(f"{HERE}/shop/sync", {"lane": "orders"})

    assert answer.status_code == 303
    assert scene.flow("orders").due_at <= scene.clock.now()
    assert scene.flow("orders_weekly").due_at > scene.clock.now()


def test_a_failing_lane_says_why_and_since_when(desk: Web, scene: Scene) -> None:
    scene.bent.down.add("sim.ebay")
    scene.pass_time(minutes=6)

    page = text(desk.get(f"{HERE}/shop"))
    assert "Degraded" in page
    assert "reached" in page
    assert "Since" in page
    runs = text(desk.get(f"{HERE}/shop/runs"))
    assert "Failed" in runs


def test_runs_say_what_they_did(desk: Web, scene: Scene) -> None:
    scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)

    assert "1 order in" in text(desk.get(f"{HERE}/shop/runs"))
    assert "1 to the warehouse" in text(desk.get(f"{HERE}/warehouse/runs"))


def test_pause_and_resume(desk: Web, scene: Scene) -> None:
    desk.post(f"{HERE}/shop/pause")
    assert scene.cart.state is ConnectionState.PAUSED
    assert "Paused" in text(desk.get(f"{HERE}/shop"))

    desk.post(f"{HERE}/shop/resume")
    assert scene.cart.state is ConnectionState.LIVE


def test_a_schedule_is_changed(desk: Web, scene: Scene) -> None:
    desk.post(f"{HERE}/shop/every", {"flow": "orders", "seconds": "900"})
    assert scene.flow("orders").every_seconds == 900

    desk.post(f"{HERE}/shop/every", {"flow": "orders", "seconds": "1"})
    assert Flow.objects.get(pk=scene.flow("orders").pk).every_seconds == 900
    assert scene.flow("orders").by_hand

    desk.post(f"{HERE}/shop/every", {"flow": "orders", "seconds": "auto"})
    assert (scene.flow("orders").every_seconds, scene.flow("orders").by_hand) == (300, False)


def test_settings_of_a_running_connection_are_checked_at_the_account(desk: Web, scene: Scene) -> None:
    assert desk.post(f"{HERE}/shop/settings", fields(buffer="3")).headers["Location"] == f"{HERE}/shop/settings"
    assert scene.cart.settings["buffer"] == 3
    assert scene.cart.settings["environment"] == "custom"

    scene.bent.down.add("sim.ebay")
    answer = desk.post(f"{HERE}/shop/settings", fields(buffer="4"))
    assert answer.status_code == 422
    assert "Nothing was saved" in text(answer)
    assert scene.cart.settings["buffer"] == 3


def test_words_for_ways_of_shipping_are_mapped_and_taken_back(desk: Web, scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    code = scene.row(order).ship_method
    assert code in text(desk.get(f"{HERE}/shop/mapping"))

    desk.post(f"{HERE}/shop/mapping", {"word": [code, ""], "becomes": ["Express", ""]})
    assert mappings.ship_methods(scene.book) == [("shop", code, "Express")]

    desk.post(f"{HERE}/shop/mapping", {"word": [code], "becomes": [""]})
    assert mappings.ship_methods(scene.book) == []


def test_carriers_are_mapped_at_the_warehouse(desk: Web, scene: Scene) -> None:
    desk.post(f"{HERE}/warehouse/mapping", {"word": ["Brown"], "becomes": ["UPS"]})

    assert mappings.carriers(scene.book) == [("warehouse", "Brown", "UPS")]


def test_a_copy_and_the_end(desk: Web, scene: Scene) -> None:
    made = desk.post(f"{HERE}/shop/duplicate", {"name": "second"})
    assert made.headers["Location"] == f"{HERE}/second/access"
    assert "Draft" in text(desk.get(HERE))

    gone = desk.post(f"{HERE}/second/remove")
    assert gone.headers["Location"] == HERE
    with pytest.raises(UnknownConnection):
        connections.by_name(scene.book, "second")
    assert desk.get(f"{HERE}/second").status_code == 404


@fault("OPS-05")
def test_a_removed_connection_is_brought_back_from_the_list(desk: Web, scene: Scene) -> None:
    desk.post(f"{HERE}/shop/remove")
    assert "Bring shop back" in text(desk.get(HERE))
    assert "Bring shop back" not in text(desk.signed_in("v@hub.example", ("default",), role="viewer").get(HERE))

    back = desk.post(f"{HERE}/bring-back", {"name": "shop"})

    assert back.headers["Location"] == f"{HERE}/shop"
    assert connections.by_name(scene.book, "shop").state is ConnectionState.NEEDS_SIGN_IN
    assert "Bring shop back" not in text(desk.get(HERE))
    assert desk.post(f"{HERE}/bring-back", {"name": "shop"}).status_code == 404


def test_a_test_order_is_followed_and_cancelled(desk: Web, scene: Scene) -> None:
    desk.post(f"{HERE}/shop/test/order", {"code": "LAMP", "method": "Post"})
    scene.settle()
    page = text(desk.get(f"{HERE}/shop/test"))
    assert "has it as a draft" in page
    assert "LAMP" in page

    desk.post(f"{HERE}/shop/test/cancel")
    scene.settle()
    assert "cancelled again" in text(desk.get(f"{HERE}/shop/test"))


def test_what_can_t_be_tested_is_said(desk: Web) -> None:
    desk.post(f"{HERE}/shop/test/order", {"code": "NO-SUCH"})

    assert "NO-SUCH" in text(desk.get(f"{HERE}/shop/test"))


def test_the_stock_plan_is_shown_downloaded_and_confirmed(theatre: Any) -> None:
    from tests.flow.stage import Setting

    scene = theatre.scene(Setting(stock_live=False)).connect()
    with served(scene) as web:
        desk = web.as_owner()
        assert "What a stock push would change" in text(desk.get(f"{HERE}/shop/stock-plan"))
        rows = desk.get(f"{HERE}/shop/stock-plan/csv").content.decode().splitlines()
        assert rows[0].lstrip("\ufeff").startswith('"what","sku"')
        assert len(rows) > 1

        desk.post(f"{HERE}/shop/stock-plan/yes")
        assert scene.cart.stock_live_at is not None


def test_a_gate_before_the_server_is_told_from_a_lost_sign_in(desk: Web, scene: Scene) -> None:
    from tranter.sdk.http import Reply

    class Gate:
        def send(self, request: Any, timeout_seconds: float) -> Reply:
            return Reply(401, (("WWW-Authenticate", 'Basic realm="staging"'),), b"")

    scene.hub.ports = type(scene.hub.ports)(
        **{name: getattr(scene.hub.ports, name) for name in scene.hub.ports.__struct_fields__ if name != "transport"},
        transport=Gate(),
    )
    scene.hub._plugs.clear()

    assert "extra user name and password" in text(desk.get(f"{HERE}/shop/test/seen"))


# Who may


def test_a_viewer_changes_nothing(desk: Web, scene: Scene) -> None:
    viewer = desk.as_viewer()

    assert "Sync now" not in text(viewer.get(f"{HERE}/shop"))
    for page in ("pause", "sync", "remove", "sign-in", "share", "go-live", "test/order", "stock-plan/yes"):
        assert viewer.post(f"{HERE}/shop/{page}").status_code == 403, page
    assert viewer.post(f"{HERE}/shop/settings", fields()).status_code == 403
    assert scene.cart.state is ConnectionState.LIVE


def test_a_merchant_s_people_see_the_warehouse_and_change_only_the_cart(desk: Web, scene: Scene) -> None:
    merchant = desk.as_merchant_user()

    page = text(merchant.get(f"{HERE}/warehouse/settings"))
    assert "change them" in page
    assert "disabled" in page
    assert merchant.post(f"{HERE}/warehouse/pause").status_code == 403
    assert merchant.post(f"{HERE}/warehouse/settings", {"order_status": "draft"}).status_code == 403
    assert merchant.post(f"{HERE}/shop/pause").status_code == 303
    assert scene.warehouse.state is ConnectionState.LIVE


def test_a_test_order_is_nobody_else_s(desk: Web, scene: Scene) -> None:
    begun = trial_order.begin(scene.hub, scene.book, scene.cart, "LAMP")
    stranger = desk.signed_in("stranger@elsewhere.example", role="owner")

    assert stranger.get(f"{HERE}/shop/test").status_code == 404
    assert begun.number not in text(stranger.get("/all/connections"))


def test_the_journal_names_who_did_it(desk: Web, scene: Scene) -> None:
    desk.post(f"{HERE}/shop/pause")
    desk.post(f"{HERE}/shop/every", {"flow": "orders", "seconds": "900"})
    desk.post(f"{HERE}/shop/resume")
    scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=20)

    by = {line.what: line.actor for line in reversed(journal.lines(scene.book))}
    assert by["connection_paused"].startswith("user:")
    assert by["connection_live"].startswith("user:")
    assert by["order_taken"] == "hub"
    assert journal.broken_at(scene.book) is None


def test_a_stretch_of_time_is_read_again_from_the_page_of_a_cart(desk: Web, scene: Scene) -> None:
    scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=10)
    today = f"{scene.clock.now():%Y-%m-%d}"
    assert "Read a stretch of time again" in text(desk.get(f"{HERE}/shop"))
    assert "Read a stretch of time again" not in text(desk.get(f"{HERE}/warehouse"))
    assert 'name="since"' in desk.get(f"{HERE}/shop/repull").content.decode()

    answer = desk.post(f"{HERE}/shop/repull", {"since": today, "until": today})
    assert "1 order was bought then" in text(answer)
    refused = desk.post(f"{HERE}/shop/repull", {"since": today, "until": "2020-01-01"})
    assert refused.status_code == 422
    assert "The window ends before it begins." in text(refused)
