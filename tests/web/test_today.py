"""The day at a glance."""

from datetime import timedelta

import pytest

from tests.flow.stage import Scene, Theatre
from tests.ledger.rows import order, stuck
from tests.web.house import Web, served
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.ledger import connections
from tranter.ledger.book import ensure_book, pause_pushes
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import Connection, Merchant, OrderRow

HERE = "/m/default/today"


def test_all_is_well(scene: Scene, web: Web) -> None:
    bought = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)

    page = web.as_owner().read(HERE)

    assert "1 of 1 order accounted for. Nothing needs you." in page
    assert "1 is on its way." in page
    assert page.count("Healthy") == 2
    assert "Nothing is late" in page
    assert bought.buyer.name not in page
    assert bought.ship_to.line1 not in page


def test_what_needs_somebody_has_its_worth_its_hurry_and_its_button(scene: Scene, web: Web) -> None:
    scene.ebay.buy(Purchase((Want("LAMP", 1, as_sku="BLU-MUG-2"),)))
    scene.pass_time(minutes=15)

    page = web.as_owner().read(HERE)

    assert "1 needs you." in page
    assert "SKU “BLU-MUG-2” is unknown at the warehouse" in page
    assert "Fix and release 1" in page
    assert "/m/default/problems?kind=unknown_sku&amp;connection=" in page


def test_an_order_that_nothing_looks_at_is_named(scene: Scene, web: Web) -> None:
    order(scene.book, "FORGOTTEN-1", ordered_at=scene.clock.now())

    page = web.as_owner().read(HERE)

    assert "0 of 1 order accounted for." in page
    assert "FORGOTTEN-1" in page


def test_a_connection_that_is_not_well_says_why(scene: Scene, web: Web) -> None:
    now, owner = scene.clock.now(), web.as_owner()
    connections.set_state(scene.book, scene.warehouse.id, ConnectionState.PAUSED, "stocktaking", now)
    connections.needs_sign_in(scene.book, scene.cart, "the consent was withdrawn", now)

    page = owner.read(HERE)

    assert "Needs sign-in" in page
    assert "Paused by hand" in page
    assert "Sign in again: shop" in page
    Connection.objects.update(state="live", sign_in_ends_at=now + timedelta(days=6, hours=1))
    assert "Sign-in ends soon" in owner.read(HERE)


def test_a_lane_that_fails_makes_its_connection_degraded(scene: Scene, web: Web) -> None:
    scene.bent.down.add("sim.tradegecko")
    scene.pass_time(minutes=15)
    assert "Degraded" in web.as_owner().read(HERE)


def test_what_is_late_is_listed(scene: Scene, web: Web) -> None:
    order(scene.book, "LATE-1", status="at_wms", ship_by=scene.clock.now() - timedelta(hours=2))
    page = web.as_owner().read(HERE)
    assert "LATE-1" in page
    assert "at the warehouse" in page


def test_silence_where_there_usually_is_something_is_said(scene: Scene, web: Web) -> None:
    now = scene.clock.now()
    for week in range(1, 5):
        for number in range(9):
            at = now - timedelta(weeks=week, minutes=10 * number + 5)
            order(scene.book, f"{week}/{number}", ordered_at=at, status="confirmed", final_at=at)
    order(scene.book, "first", ordered_at=now - timedelta(days=60), status="confirmed", final_at=now)

    page = web.as_owner().read(HERE)

    assert "Nothing has arrived since 6:00" in page
    assert "usually there are 9 by now." in page


def test_a_closed_day_is_marked_in_the_chart_and_its_numbers_are_read_out(scene: Scene, web: Web) -> None:
    Merchant.objects.update(closed_days=[6])
    order(scene.book, "1", ordered_at=scene.clock.now() - timedelta(days=1), status="confirmed")

    page = web.as_owner().read(HERE)

    assert "1 delivered, a closed day" in page
    assert "<caption>Orders a day</caption>" in page


def test_nothing_is_connected_yet(theatre: Theatre) -> None:
    with served(theatre.scene()) as web:
        page = web.as_owner().read(HERE)
        assert "No orders yet." in page
        assert "Connect your first account" in page
        assert "Connect your first account" not in web.as_viewer().read(HERE)


def test_staff_see_all_merchants_together_and_the_ill_connections_only(scene: Scene, web: Web) -> None:
    stuck(scene.book, "D-1")
    for name in ("anchor", "bell", "cove", "dune", "ebb", "fjord"):
        stuck(ensure_book(scene.vault, name, scene.clock.now()), f"{name}-1")
    connections.set_state(scene.book, scene.warehouse.id, ConnectionState.PAUSED, "stocktaking", scene.clock.now())

    page = web.as_owner().read("/all/today")

    assert "7 of 7 orders accounted for. 7 need you." in page
    assert "Paused by hand" in page
    assert "7 connections" in page
    assert "2 more causes" in page


@pytest.mark.parametrize("place", ["/", "/m/default/today"])
def test_a_visitor_has_to_sign_in_first(web: Web, place: str) -> None:
    web.as_owner()
    assert web.get(place).status_code == 302


def test_the_page_says_so_when_work_waits(scene: Scene) -> None:
    with served(scene, trouble=lambda: "database or disk is full") as web:
        assert "database or disk is full" in web.as_owner().read(HERE)


def test_the_page_says_so_when_sending_is_paused(web: Web) -> None:
    pause_pushes("restored from a backup")
    assert "restored from a backup" in web.as_owner().read(HERE)


def test_names_from_outside_stay_text(scene: Scene, web: Web) -> None:
    scene.ebay.buy(Purchase((Want("LAMP", 1, as_sku="<script>alert(1)</script>"),)))
    scene.pass_time(minutes=15)
    assert OrderRow.objects.count() == 1

    page = web.as_owner().read(HERE)

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
