"""Moving over: one hub reads from another through its CartRover API, and saves what is set up there."""

from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from tests.web.cartrover.client import client
from tests.web.house import Web
from tranter.engine import mapping, moving_over
from tranter.engine.moving_over import CannotTell, MovePlan
from tranter.ledger import connections, intents, mappings
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import ConnectionState
from tranter.ledger.mappings import ALIAS, SHIP_METHOD
from tranter.ledger.models import Connection, Intent
from tranter.sdk.errors import AuthError
from tranter.sdk.http import Reply, Request

OLD = "http://old.hub"


class ToTheOldHub:
    """What is sent there goes to the pages of a hub in this process; everything else to the vendors."""

    def __init__(self, web: Web) -> None:
        self._web, self._inner = web, web.scene.bent

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != OLD:
            return self._inner.send(request, timeout_seconds)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self._web.ask(request.method, path, request.body, dict(request.headers))
        return Reply(answer.status_code, tuple(answer.headers.items()), answer.content)


@pytest.fixture
def mover(web: Web) -> Book:
    """A merchant who begins here, and whose old hub is the one of the first merchant."""
    web.scene.hub.ports = replace(web.scene.hub.ports, transport=ToTheOldHub(web))
    return ensure_book(web.scene.vault, "mover", web.scene.clock.now())


def looked(web: Web, mover: Book, key: str = "") -> MovePlan:
    merchant = client(web, "merchant", "moving")
    settings = {"base_url": OLD, "api_user": merchant.user}
    return moving_over.look(web.scene.hub, mover, "cartrover", settings, {"api_key": key or merchant.key})


def named(web: Web) -> None:
    """What the merchant has mapped at the old hub."""
    edits = {
        SHIP_METHOD: {("shop", "USPS_Ground"): "GROUND"},
        ALIAS: {("", "LAMP-OLD"): "LAMP", ("shop", "THING"): "LAMP"},
    }
    mapping.save(web.scene.hub, web.scene.book, edits, "operator")


def test_carts_ship_methods_and_aliases_come_over(web: Web, mover: Book) -> None:
    named(web)
    plan = looked(web, mover)
    assert [(one.source, one.connector, one.exists) for one in plan.carts if one.source == "shop"] == [
        ("shop", "ebay", False)
    ]
    assert connections.all_of(mover) == []

    moved = moving_over.carry_out(web.scene.hub, mover, plan, web.scene.clock.now(), "operator")

    assert "shop" in moved.drafts
    assert moved.refused == ()
    draft = connections.by_name(mover, "shop")
    assert draft.state is ConnectionState.DRAFT
    assert draft.settings["earliest_order_date"] == f"{web.scene.clock.now():%Y-%m-%d}"
    assert mappings.ship_methods(mover) == [("shop", "USPS_Ground", "GROUND")]
    assert {(alias, sku) for _, alias, sku in mappings.aliases(mover)} >= {("LAMP-OLD", "LAMP"), ("THING", "LAMP")}


def test_twice_brings_nothing_more_and_what_stands_here_stays(web: Web, mover: Book) -> None:
    named(web)
    moving_over.carry_out(web.scene.hub, mover, looked(web, mover), web.scene.clock.now(), "operator")
    mapping.save(web.scene.hub, mover, {ALIAS: {("", "LAMP-OLD"): "BOOK"}}, "operator")

    plan = looked(web, mover)
    moved = moving_over.carry_out(web.scene.hub, mover, plan, web.scene.clock.now(), "operator")

    assert (moved.drafts, moved.methods, moved.aliases) == ((), 0, 0)
    assert [one.word for one in plan.aliases if one.differs] == ["LAMP-OLD"]
    assert ("", "LAMP-OLD", "BOOK") in mappings.aliases(mover)


def test_open_orders_are_told_and_stay_where_they_are(web: Web, mover: Book) -> None:
    till = client(web, "cart", "till")
    till.hand_in("1001")
    sent = Intent.objects.count()

    plan = looked(web, mover)
    moving_over.carry_out(web.scene.hub, mover, plan, web.scene.clock.now(), "operator")

    assert plan.open.waiting + plan.open.at_warehouse == 1
    assert plan.open.oldest_at is not None
    assert Intent.objects.count() == sent
    assert intents.count_unknown(mover.merchant_id) == 0


def test_a_key_that_sees_less_says_so(web: Web, mover: Book) -> None:
    every = client(web, "warehouse", "every")
    settings = {"base_url": OLD, "api_user": every.user}

    plan = moving_over.look(web.scene.hub, mover, "cartrover", settings, {"api_key": every.key})

    assert (plan.carts, plan.methods, plan.aliases) == ((), (), ())
    assert [line.partition(":")[0] for line in plan.left_out] == [
        "carts",
        "orders that are new",
        "orders that are error",
        "orders that are at_wms",
        "orders that are partial",
        "aliases",
    ]


def test_a_wrong_key_is_a_wrong_key_and_saves_nothing(web: Web, mover: Book) -> None:
    before = Connection.objects.count()

    with pytest.raises(AuthError):
        looked(web, mover, key="wrong")
    with pytest.raises(CannotTell):
        moving_over.look(web.scene.hub, mover, "tradegecko", {"base_url": OLD}, {})
    assert Connection.objects.count() == before + 0


def test_the_page_shows_the_plan_and_saves_after_a_yes(web: Web, mover: Book) -> None:
    named(web)
    merchant = client(web, "merchant", "moving")
    owner = web.as_owner()
    given = {"url": OLD, "user": merchant.user, "key": merchant.key}
    address = "/m/mover/connections/import"
    assert owner.get(address).status_code == 200

    plan = owner.post(address, {**given, "deed": "look"})
    assert plan.status_code == 200
    assert "LAMP-OLD" in plan.content.decode()
    assert merchant.key not in plan.content.decode()
    assert connections.all_of(mover) == []

    wrong = owner.post(address, {**given, "key": "wrong", "deed": "save"})
    assert wrong.status_code == 422
    assert owner.post(address, {**given, "deed": "save"}).status_code == 303
    assert connections.by_name(mover, "shop").state is ConnectionState.DRAFT
