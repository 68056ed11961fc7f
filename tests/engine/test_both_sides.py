"""The catalogue and the stock, page by page."""

from datetime import timedelta

from tests.flow.stage import SKUS, Scene, Setting, Theatre
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import catalogue
from tranter.engine.both_sides import Asked, catalogue_page, proposals, unmatched_at
from tranter.engine.catalogue import Meaning
from tranter.engine.shelves import SkuLine, sku_page, sku_story
from tranter.ledger import connections, exceptions
from tranter.ledger.connections import ConnectionState
from tranter.ledger.models import ListingRow, ProductRow, StockLevelRow
from tranter.ledger.shelf_list import Wanted

ANN = "user:7"


def listed(scene: Scene, state: str = "", search: str = "") -> list[tuple[str, str, str]]:
    page = catalogue_page(scene.hub, scene.book, Asked(state=state, search=search))
    assert page is not None
    return [(line.state, line.listing.code, line.listing.sku) for line in page.lines]


def rename(code: str, new: str) -> None:
    ListingRow.objects.filter(sku=code).update(sku=new)


def shelf(scene: Scene, sku: str) -> SkuLine:
    story = sku_story(scene.hub, scene.book, sku)
    assert story is not None
    return story.line


def results(scene: Scene, sku: str = "LAMP") -> set[str]:
    return {line.result for line in shelf(scene, sku).listings}


def test_the_unmatched_come_first_and_a_match_moves_them(scene: Scene) -> None:
    assert ("unmatched", UNKNOWN_SKU, UNKNOWN_SKU) in listed(scene, "unmatched")
    assert {code for _, code, _ in listed(scene, "matched")} == set(SKUS)
    assert [state for state, _, _ in listed(scene)] == sorted((state for state, _, _ in listed(scene)), reverse=True)

    catalogue.accept(scene.hub, scene.book, [Meaning(UNKNOWN_SKU, "LAMP")], ANN)

    assert ("matched", UNKNOWN_SKU, "LAMP") in listed(scene, "matched")
    assert UNKNOWN_SKU not in {code for _, code, _ in listed(scene, "unmatched")}


def test_what_is_unmatched_at_one_cart_is_not_crowded_out_by_another(scene: Scene) -> None:
    scene.plug_in("second", "ebay", scene.cart_settings(marketplaces=["EBAY_GB"]))
    other = ListingRow.objects.get(sku=UNKNOWN_SKU)
    other.pk, other.connection_id, other.key = None, connections.by_name(scene.book, "second").id, "another"
    other.sku = f"{UNKNOWN_SKU}-Z"
    other.save()

    assert [line.listing.code for line in unmatched_at(scene.hub, scene.book, "second", limit=1)] == [other.sku]
    assert [line.listing.code for line in unmatched_at(scene.hub, scene.book, "shop", limit=1)] == [UNKNOWN_SKU]


def test_an_alias_counts_only_at_its_own_cart(scene: Scene) -> None:
    catalogue.accept(scene.hub, scene.book, [Meaning(UNKNOWN_SKU, "LAMP", "warehouse")], ANN)
    assert ("unmatched", UNKNOWN_SKU, UNKNOWN_SKU) in listed(scene, "unmatched")
    catalogue.accept(scene.hub, scene.book, [Meaning(UNKNOWN_SKU, "LAMP", "shop")], ANN)
    assert ("matched", UNKNOWN_SKU, "LAMP") in listed(scene, "matched")


def test_a_sku_that_is_there_twice_is_marked(scene: Scene) -> None:
    ProductRow.objects.create(
        connection=ProductRow.objects.get(sku="LAMP").connection,
        remote_id="again",
        sku="LAMP",
        read_at=scene.clock.now(),
    )
    assert ("duplicate", "LAMP", "LAMP") in listed(scene, "duplicate")
    assert results(scene) == {"duplicate"}


def test_what_no_cart_lists_stands_by_itself(scene: Scene) -> None:
    scene.gecko.add_sku("PARASOL")
    scene.run("products")
    page = catalogue_page(scene.hub, scene.book, Asked(state="only_at_warehouse", search="para"))
    assert page is not None
    assert [one.sku for one in page.products] == ["PARASOL"]
    assert page.counts.only_at_warehouse == 1


def test_pages_are_cut_and_searched(scene: Scene) -> None:
    page = catalogue_page(scene.hub, scene.book, Asked(state="matched", start=2, limit=3))
    assert page is not None
    assert (len(page.lines), page.total) == (3, page.counts.matched)
    assert {code for _, code, _ in listed(scene, search="rope")} == {"ROPE-S", "ROPE-M", "ROPE-L"}


def test_suggestions_are_worked_out_when_asked_for_and_kept(scene: Scene) -> None:
    rename("ROPE-M", "EB rope.m")

    def offered(suggest: bool) -> object:
        page = catalogue_page(scene.hub, scene.book, Asked(search="rope.m", suggest=suggest))
        assert page is not None
        [line, *_] = page.lines
        return None if line.suggestions is None else line.suggestions[0].sku

    assert [offered(suggest) for suggest in (False, True, False)] == [None, "ROPE-M", "ROPE-M"]


def test_where_one_suggestion_stands_out_no_other_is_offered(scene: Scene) -> None:
    rename("ROPE-M", "ebay rope.m")
    rename("SOAP-S", "SOAP-X")
    page = catalogue_page(scene.hub, scene.book, Asked(state="unmatched", suggest=True))
    assert page is not None
    likely = {line.listing.code: [one.sku for one in line.likely] for line in page.lines}
    assert likely["ebay rope.m"] == ["ROPE-M"]
    assert likely["SOAP-X"] == ["SOAP-L", "SOAP-S"]


def test_only_what_is_clear_is_proposed(scene: Scene) -> None:
    rename("ROPE-M", "ebay rope.m")
    rename("SOAP-S", "SOAP-X")

    [only] = proposals(scene.hub, scene.book, 90)

    assert (only.code, only.sku, only.listings) == ("ebay rope.m", "ROPE-M", len(scene.listings_of("ROPE-M")))


def test_a_sku_tells_what_there_is_and_what_each_listing_shows(scene: Scene) -> None:
    line = shelf(scene, "LAMP")
    assert (line.available, line.reserved, line.products) == (50, 0, 1)
    assert {one.listing_id for one in line.listings} == set(scene.listings_of("LAMP"))
    assert {(one.shown, one.wanted) for one in line.listings} == {(50, 50)}
    assert sku_story(scene.hub, scene.book, "NOWHERE") is None


def test_an_order_that_holds_a_sku_is_named(scene: Scene) -> None:
    catalogue.accept(scene.hub, scene.book, [Meaning(UNKNOWN_SKU, "LAMP")], ANN)
    order = scene.ebay.buy_one(UNKNOWN_SKU)
    scene.deliver_now()
    story = sku_story(scene.hub, scene.book, "LAMP")
    assert story is not None
    assert [(one.number, one.units) for one in story.holding] == [(order.order_id, 1)]


def test_what_became_of_the_last_quantity_is_told(scene: Scene) -> None:
    sent = results(scene)
    rows = ListingRow.objects.filter(sku="LAMP")
    now = scene.clock.now()
    rows.update(acknowledged=50, acknowledged_at=now, pushed=None, pushed_at=None)
    unchanged = results(scene)
    rows.update(superseded=40, superseded_at=now)
    superseded = results(scene)
    rows.update(wanted=30, due_at=now)
    waiting = results(scene)
    rows.update(pushing=True)
    sending = results(scene)
    rows.update(pushing=False, failing_since=now, trouble="the listing has ended")
    failed = shelf(scene, "LAMP").listings[0]

    assert (sent, unchanged, superseded) == ({"sent"}, {"unchanged"}, {"superseded"})
    assert (waiting, sending) == ({"waiting"}, {"sending"})
    assert (failed.result, failed.cause) == ("failed", "the listing has ended")


def test_why_nothing_is_sent_is_told(scene: Scene) -> None:
    product = ProductRow.objects.get(sku="LAMP")
    levels = StockLevelRow.objects.filter(product_id=product.remote_id)
    levels.update(available=0)
    exceptions.raise_exceptions(
        scene.book,
        [exceptions.Trouble(kind="mass_change", subject="shop", cause="many", connection_id=scene.cart.id)],
        scene.clock.now(),
    )
    stopped = results(scene)
    connections.set_state(scene.book, scene.cart.id, ConnectionState.PAUSED, "", scene.clock.now())
    paused = results(scene)
    levels.delete()
    unread = results(scene)
    ProductRow.objects.filter(sku="LAMP").update(tracked=False)
    untracked = results(scene)

    assert (stopped, paused, unread, untracked) == ({"mass_change"}, {"paused"}, {"unread"}, {"untracked"})


def test_stock_that_nobody_confirmed_is_off(theatre: Theatre) -> None:
    scene = theatre.scene(Setting(stock_live=False)).connect()
    assert results(scene) == {"off"}


def test_a_superseded_quantity_is_remembered(scene: Scene) -> None:
    from tranter.ledger import stock

    row = ListingRow.objects.filter(sku="LAMP")[0]
    for quantity in (40, 30, None):
        stock.want(scene.book, scene.cart.id, {row.pk: quantity}, scene.clock.now() + timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.superseded, row.wanted) == (30, None)


def test_the_shelf_is_searched_cut_and_filtered(scene: Scene) -> None:
    ListingRow.objects.filter(sku="BOOK").update(failing_since=scene.clock.now(), trouble="ended")
    ListingRow.objects.filter(sku="KETL").update(wanted=3)
    StockLevelRow.objects.filter(product_id=ProductRow.objects.get(sku="LAMP").remote_id).update(available=0)
    ProductRow.objects.filter(sku="SOAP-S").update(tracked=False)
    wanted = {
        "rope": Wanted(search="rope"),
        "failed": Wanted(problem="failed"),
        "waiting": Wanted(problem="waiting"),
        "none left": Wanted(problem="none_left"),
        "untracked": Wanted(problem="untracked"),
        "second page": Wanted(start=2, limit=2),
        "duplicate": Wanted(problem="duplicate"),
        "nonsense": Wanted(problem="nonsense"),
    }
    pages = {name: sku_page(scene.hub, scene.book, one) for name, one in wanted.items()}
    found = {name: [line.sku for line in page.lines] for name, page in pages.items() if page is not None}

    assert found == {
        "rope": ["ROPE-L", "ROPE-M", "ROPE-S"],
        "failed": ["BOOK"],
        "waiting": ["KETL"],
        "none left": ["LAMP"],
        "untracked": ["SOAP-S"],
        "second page": ["LAMP", "ROPE-L"],
        "duplicate": [],
        "nonsense": [],
    }
