"""The list of orders: what it shows, and what is done with many of them."""

import csv
import io
import re

import pytest

from tests.web.house import Web
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.engine import errands
from tranter.ledger.book import ensure_book
from tranter.ledger.models import Errand, JournalEntry, OrderRow, SavedView
from tranter.testing.faultmark import fault

LIST = "/m/default/orders"


@pytest.fixture
def trading(web: Web) -> Web:
    """Two orders at the warehouse, one that it can't take."""
    for sku in ("LAMP", "KETL", UNKNOWN_SKU):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=15)
    return web


def numbers(page: str) -> list[str]:
    return re.findall(r'class="stretch"[^>]*>([^<]+)<', page)


def number_of(web: Web, sku: str) -> str:
    return OrderRow.objects.get(orderlinerow__item_sku=sku).number


def test_tabs_count_and_narrow(trading: Web) -> None:
    page = trading.as_viewer().read(LIST)

    assert re.findall(r'(\w+) <span class="badge ?\w*">(\d+)</span>', page)[:5] == [
        ("Open", "3"),
        ("Problems", "1"),
        ("Shipped", "0"),
        ("Skipped", "0"),
        ("All", "3"),
    ]
    assert numbers(trading.as_viewer().read(f"{LIST}?tab=problems")) == [number_of(trading, UNKNOWN_SKU)]
    assert "Nothing here" in trading.as_viewer().read(f"{LIST}?tab=skipped")


@pytest.mark.parametrize(
    ("query", "sku"),
    [
        ("pill=problem", UNKNOWN_SKU),
        ("held=unknown_sku", UNKNOWN_SKU),
        ("sku=LAMP", "LAMP"),
        ("connection=shop&marketplace=EBAY_US&sku=KETL&since=2026-03-01&until=2026-03-02", "KETL"),
    ],
)
def test_filters_stand_in_the_address(trading: Web, query: str, sku: str) -> None:
    assert numbers(trading.as_viewer().read(f"{LIST}?{query}")) == [number_of(trading, sku)]


@pytest.mark.parametrize(
    "query",
    ["tab=%00", "pill=nothing", "since=yesterday", "until=9999-99-99", "at=%%%", "at=AAAA", "sku=" + "x" * 4000],
)
def test_an_address_of_nonsense_breaks_nothing(trading: Web, query: str) -> None:
    assert trading.as_viewer().get(f"{LIST}?{query}").status_code == 200


def test_a_filter_that_fits_nothing_can_be_cleared(trading: Web) -> None:
    page = trading.as_viewer().read(f"{LIST}?sku=NOTHING")

    assert "No order fits" in page
    assert f'href="{LIST}"' in page


def test_a_day_is_the_readers_own(trading: Web) -> None:
    """08:00 UTC of the second of March is still the first of March in Hawaii."""
    hawaii = trading.signed_in("surf@hub.example", merchants=("default",), role="viewer", time_zone="Pacific/Honolulu")

    assert len(numbers(hawaii.read(f"{LIST}?until=2026-03-01"))) == 3
    assert numbers(trading.as_viewer().read(f"{LIST}?until=2026-03-01")) == []


def test_pages_lead_on_and_back(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=10)
    monkeypatch.setattr("tranter.ledger.order_list.page.__defaults__", ("", 2))
    viewer, path, seen = web.as_viewer(), LIST, list[str]()
    while path:
        page = viewer.read(path)
        seen += numbers(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""

    assert len(seen) == len(set(seen)) == 5
    assert 'rel="prev"' in page


def test_names_and_skus_are_harmless_text(web: Web) -> None:
    web.scene.ebay.buy(Purchase((Want("LAMP", title="<script>alert(1)</script>"),)))
    web.scene.pass_time(minutes=10)

    assert "<script>alert" not in web.as_viewer().read(LIST)


def test_the_list_goes_into_a_file(trading: Web) -> None:
    answer = trading.as_viewer().get(f"{LIST}/export?tab=all")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    assert len(rows) == 3
    assert {row["status"] for row in rows} == {"at_warehouse", "problem"}
    assert {row["items"] for row in rows} == {"1 x LAMP", "1 x KETL", f"1 x {UNKNOWN_SKU}"}


def test_a_cell_is_no_formula(web: Web) -> None:
    web.scene.ebay.buy(Purchase((Want("LAMP", as_sku="=HYPERLINK(1)"),)))
    web.scene.pass_time(minutes=10)

    text = b"".join(web.as_viewer().get(f"{LIST}/export").streaming_content).decode()
    assert not re.search(r',"?=', text)
    assert ',"1 x =HYPERLINK(1)",' in text


def test_a_view_is_saved_and_comes_back(trading: Web) -> None:
    operator = trading.as_operator()
    operator.post(f"{LIST}/views", {"name": " Lamps ", "query": "tab=all&sku=LAMP&at=xyz&evil=1"})

    [view] = SavedView.objects.all()
    assert (view.name, view.query) == ("Lamps", "tab=all&sku=LAMP")
    assert f'href="{LIST}?tab=all&amp;sku=LAMP"' in operator.read(LIST)
    assert "Lamps" not in trading.as_owner().read(LIST)

    trading.as_owner().post(f"{LIST}/views/{view.pk}/remove")
    assert SavedView.objects.count() == 1
    operator.post(f"{LIST}/views/{view.pk}/remove")
    assert SavedView.objects.count() == 0


def test_many_are_done_in_one_errand(trading: Web) -> None:
    row = OrderRow.objects.get(held_kind="unknown_sku")
    answer = trading.as_operator().post(f"{LIST}/many", {"what": "stop", "order": str(row.pk), "query": ""})
    [errand] = Errand.objects.all()

    assert answer.headers["Location"] == f"/m/default/errands/{errand.pk}"
    errands.carry_out(trading.scene.hub, lambda name: True, lambda: False)
    trading.scene.settle()
    row.refresh_from_db()
    assert row.status == "canceled"
    assert JournalEntry.objects.get(what="cancel_wished").actor == f"user:{errand.user_id}"


def test_everything_that_the_list_shows_is_done(trading: Web) -> None:
    form = {"what": "retry", "everything": "1", "query": "tab=problems", "order": "1"}
    trading.as_operator().post(f"{LIST}/many", form)

    assert Errand.objects.get().total == 1


@fault("OPS-10")
def test_canceling_at_the_cart_is_never_done_to_many(trading: Web) -> None:
    ids = [str(row.pk) for row in OrderRow.objects.all()]

    assert trading.as_owner().post(f"{LIST}/many", {"what": "cancel-at-cart", "order": ids}).status_code == 404
    assert "cancel-at-cart" not in trading.as_owner().read(LIST)


def test_a_viewer_selects_nothing(trading: Web) -> None:
    assert "data-row" not in trading.as_viewer().read(LIST)
    assert trading.as_viewer().post(f"{LIST}/many", {"what": "retry", "order": "1"}).status_code == 403


def test_all_merchants_orders_say_whose_they_are(trading: Web) -> None:
    ensure_book(trading.scene.vault, "harbour", trading.scene.clock.now())
    page = trading.as_owner().read("/all/orders")

    assert len(numbers(page)) == 3
    assert "· default" in page
    assert 'href="/m/default/orders/' in page


def test_nothing_is_there_yet(web: Web) -> None:
    assert "No orders yet" in web.as_viewer().read(LIST)


@fault("API-23")
def test_orders_of_one_buyer_are_suggested_and_combined_from_the_list(web: Web) -> None:
    web.scene.pass_time(minutes=1)
    first = web.scene.ebay.buy_one("LAMP")
    second = web.scene.ebay.buy(Purchase((Want("KETL", 1),), buyer=first.buyer))
    stranger = web.scene.ebay.buy_one("BOOK")
    web.scene.clock.advance(200)
    web.scene.run("orders")
    shown = web.as_operator().read(LIST)
    assert shown.count("Could be combined") == 2
    rows = {one.order_id: OrderRow.objects.get(number=one.order_id).pk for one in (first, second, stranger)}
    page = web.as_operator().read(f"{LIST}/{rows[first.order_id]}")
    assert (second.order_id in page, stranger.order_id in page) == (True, False)

    refused = web.as_operator().post(f"{LIST}/many", {"what": "combine", "order": list(rows.values())})
    assert refused.status_code == 303
    web.as_operator().post(f"{LIST}/many", {"what": "combine", "order": [rows[first.order_id], rows[second.order_id]]})
    assert web.as_operator().read(LIST).count(">Combined<") == 2
    assert "Send it alone" in web.as_operator().read(f"{LIST}/{rows[second.order_id]}")
    web.scene.pass_time(minutes=10)
    assert len(web.scene.at_warehouse(first)[0].lines) >= 2

    three = web.as_operator()
    assert three.post(f"{LIST}/{rows[first.order_id]}/do/uncombine").status_code == 303
    assert "has it as" in three.read(f"{LIST}/{rows[first.order_id]}")


def test_skipped_orders_are_sent_anyway_but_for_those_that_the_cart_takes_back(web: Web) -> None:
    orders = [web.scene.ebay.buy_one("LAMP") for _ in range(3)]
    web.scene.clock.advance(200)
    web.scene.run("orders")
    OrderRow.objects.update(status="skipped", undecided=False, reason="ordered before the earliest order date")
    web.scene.ebay.cancel(orders[1].order_id)
    web.scene.ebay.ship_by_hand(orders[2].order_id)
    assert 'value="send_anyway"' in web.as_operator().read(f"{LIST}?tab=skipped")
    assert 'value="send_anyway"' not in web.as_operator().read(LIST)

    ids = [OrderRow.objects.get(number=one.order_id).pk for one in orders]
    web.as_operator().post(f"{LIST}/many", {"what": "send_anyway", "order": ids})
    errands.carry_out(web.scene.hub, lambda owner: False, lambda: False)
    errand = Errand.objects.get()
    assert (errand.done, errand.failed) == (1, 2)
    web.scene.pass_time(minutes=20)
    assert [len(web.scene.at_warehouse(one)) for one in orders] == [1, 0, 0]


def test_columns_are_left_out_by_who_does_not_want_them(trading: Web) -> None:
    viewer, other = trading.as_viewer(), trading.as_operator()
    heads = re.compile(r'<th scope="col"[^>]*>([^<]+)</th>')
    assert heads.findall(viewer.read(LIST)) == ["Order", "Buyer", "Items", "Total", "Ship by", "Status", "Age"]

    answer = viewer.post(f"{LIST}/columns", {"query": "tab=all", "column": ["items", "status", "secret"]})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}?tab=all")
    assert heads.findall(viewer.read(LIST)) == ["Order", "Items", "Status"]
    assert heads.findall(viewer.read("/all/orders")) == ["Order", "Items", "Status"]
    assert "Age" in heads.findall(other.read(LIST))


def test_the_browsers_time_zone_counts_where_nobody_chose_one(trading: Web) -> None:
    guest = trading.as_viewer()
    guest._client.cookies["zone"] = "Pacific/Honolulu"
    assert len(numbers(guest.read(f"{LIST}?until=2026-03-01"))) == 3

    for odd in ("Mars/Olympus", "../../etc/passwd", "Europe", "x" * 4000):
        guest._client.cookies["zone"] = odd
        assert numbers(guest.read(f"{LIST}?until=2026-03-01")) == []
