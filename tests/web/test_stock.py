"""The pages about stock, catalogue and mappings."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.flow.stage import Theatre
from tests.web.house import Web, served
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine import mapping
from tranter.ledger import mapping_changes, mappings
from tranter.ledger.models import ListingRow, ProductRow

STOCK = "/m/default/stock"
EVERY_PAGE = [
    "",
    "?problem=failed",
    "?problem=nonsense&start=-1",
    "?q=rope&start=50",
    "/sku/LAMP",
    "/catalogue",
    "/catalogue?state=unmatched&suggest=1",
    "/catalogue?state=only_at_warehouse",
    "/catalogue?state=nonsense&q=rope",
    "/catalogue/accept",
    "/catalogue/accept?least=70",
    "/mappings",
    "/mappings?kind=ship_method",
    "/mappings?kind=carrier&q=x",
    "/mappings/history",
    "/mappings/alias/edit",
    "/mappings/alias/import",
    "/mappings/ship_method/import",
    "/mappings/alias/export",
]


def seen(web: Web, path: str) -> str:
    answer = web.get(STOCK + path)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def aliases(web: Web) -> list[tuple[str, str, str]]:
    return mappings.aliases(web.scene.book)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_is_there(web: Web, path: str) -> None:
    assert seen(web.as_operator(), path)


def test_a_new_hub_says_what_to_do_first(theatre: Theatre) -> None:
    with served(theatre.scene()) as web:
        for path in ("", "/catalogue"):
            assert "No warehouse is connected" in seen(web.as_owner(), path)


def test_the_list_shows_what_there_is_and_what_became_of_it(web: Web) -> None:
    page = seen(web.as_viewer(), "?q=lamp")
    assert re.search(r'href="/m/default/stock/sku/LAMP">LAMP</a>', page)
    assert "Sent" in page
    assert "KETL" not in page


def test_a_sku_with_odd_letters_has_a_page(web: Web) -> None:
    ProductRow.objects.filter(sku="LAMP").update(sku="A/B 50% ü&?#x")
    page = web.as_viewer().get(STOCK + "?q=50%25").content.decode()
    [address] = re.findall(r'href="(/m/default/stock/sku/[^"]*)"', page)
    assert web.as_viewer().get(html.unescape(address)).status_code == 200


def test_a_failed_listing_says_why(web: Web) -> None:
    ListingRow.objects.filter(sku="LAMP").update(failing_since=web.scene.clock.now(), trouble="the listing has ended")
    assert "LAMP" in seen(web.as_viewer(), "?problem=failed")
    assert "the listing has ended" in seen(web.as_viewer(), "/sku/LAMP")


def test_the_catalogue_offers_what_is_likely_and_only_to_who_may_work(web: Web) -> None:
    ListingRow.objects.filter(sku="ROPE-M").update(sku="ebay rope.m")
    worker, viewer = (seen(who, "/catalogue?suggest=1") for who in (web.as_operator(), web.as_viewer()))
    assert 'aria-label="ebay rope.m is ROPE-M"' in worker
    assert (
        "<form"
        not in viewer[viewer.index('id="both-sides"') : viewer.index("</section>", viewer.index('id="both-sides"'))]
    )
    assert "probably ROPE-M" in viewer


def test_suggestions_come_after_the_page_when_they_have_to_be_worked_out(web: Web) -> None:
    ListingRow.objects.filter(sku="ROPE-M").update(sku="ebay rope.m")
    assert "Show suggestions" in seen(web.as_operator(), "/catalogue?state=unmatched")
    seen(web.as_operator(), "/catalogue?state=unmatched&suggest=1")
    assert "Show suggestions" not in seen(web.as_operator(), "/catalogue?state=unmatched")


def test_many_suggestions_are_accepted_after_they_were_seen(web: Web) -> None:
    ListingRow.objects.filter(sku="ROPE-M").update(sku="ebay rope.m")
    ListingRow.objects.filter(sku="ROPE-S").update(sku="ebay rope.s")
    page = seen(web.as_operator(), "/catalogue/accept?least=90")
    assert page.count("data-row") == 2

    form = {"row": "1", "code-1": "ebay rope.m", "sku-1": "ROPE-M", "code-2": "ebay rope.s", "sku-2": "ROPE-S"}
    assert web.as_operator().post(f"{STOCK}/catalogue/accept", form).status_code == 303

    assert aliases(web) == [("", "ebay rope.m", "ROPE-M")]


def test_suggestions_are_accepted_page_by_page(web: Web) -> None:
    cart = ListingRow.objects.filter(sku="ROPE-M")[0]
    for number in range(60):
        ListingRow.objects.create(
            connection_id=cart.connection_id,
            key=f"more-{number}",
            listing_id=f"more-{number}",
            sku=f"ROPE{'-' * (number + 2)}M",
            read_at=cart.read_at,
            active=True,
        )
    operator, first = web.as_operator(), "/catalogue/accept?least=90"
    assert "1 to 50 of 60" in seen(operator, first)
    assert seen(operator, first).count("data-row") == 50
    assert seen(operator, f"{first}&start=50").count("data-row") == 10

    form = {"row": "1", "code-1": "ROPE--M", "sku-1": "ROPE-M", "back": f"{STOCK}{first}"}
    assert operator.post(f"{STOCK}/catalogue/accept", form).url == f"{STOCK}{first}"
    assert "1 to 50 of 59" in seen(operator, first)


def test_a_listing_is_matched_on_a_page_of_its_own(web: Web) -> None:
    listing = ListingRow.objects.filter(sku=UNKNOWN_SKU)[0]
    assert UNKNOWN_SKU in seen(web.as_operator(), f"/catalogue/{listing.pk}")
    assert web.as_operator().get(f"{STOCK}/catalogue/999999").status_code == 404
    assert web.as_viewer().get(f"{STOCK}/catalogue/{listing.pk}").status_code == 403


def test_a_mapping_is_added_changed_and_removed(web: Web) -> None:
    operator, edit = web.as_operator(), f"{STOCK}/mappings/alias/edit"
    operator.post(edit, {"connection": "", "word": "OLD", "becomes": "LAMP"})
    assert aliases(web) == [("", "OLD", "LAMP")]
    operator.post(f"{edit}?word=OLD", {"connection": "shop", "word": "OLDER", "becomes": "KETL"})
    assert aliases(web) == [("shop", "OLDER", "KETL")]
    operator.post(f"{edit}?connection=shop&word=OLDER", {"remove": "1"})
    assert aliases(web) == []


@pytest.mark.parametrize(
    "form",
    [
        {"connection": "", "word": " ", "becomes": "LAMP"},
        {"connection": "", "word": "A", "becomes": ""},
        {"connection": "elsewhere", "word": "A", "becomes": "LAMP"},
        {"connection": "", "word": "A" * 201, "becomes": "LAMP"},
    ],
)
def test_what_is_wrong_with_a_mapping_stands_beside_its_field(web: Web, form: dict[str, str]) -> None:
    answer = web.as_operator().post(f"{STOCK}/mappings/alias/edit", form)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert aliases(web) == []


def compared(web: Web, text: str, kind: str = "alias") -> str:
    file = SimpleUploadedFile("names.csv", text.encode(), "text/csv")
    answer = web.as_operator().post(f"{STOCK}/mappings/{kind}/import", {"file": file})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_file_is_compared_and_then_saved(web: Web) -> None:
    text = "alias,sku\nOLD,LAMP\nODD,NOWHERE\n"
    page = compared(web, text)
    assert aliases(web) == []
    assert "not at the warehouse" in page

    form = {"text": text, "seen": hidden(page, "seen")}
    assert web.as_operator().post(f"{STOCK}/mappings/alias/import", form).status_code == 303

    assert aliases(web) == [("", "ODD", "NOWHERE"), ("", "OLD", "LAMP")]
    assert "Everything in the file is so already" in compared(web, text)


def test_a_file_is_compared_again_when_somebody_changed_something_meanwhile(web: Web) -> None:
    text = "alias,sku\nOLD,LAMP\n"
    page = compared(web, text)
    mappings.set_aliases(web.scene.book, [("", "OLD", "KETL")], web.scene.clock.now())

    again = web.as_operator().post(f"{STOCK}/mappings/alias/import", {"text": text, "seen": hidden(page, "seen")})

    assert again.status_code == 200
    assert aliases(web) == [("", "OLD", "KETL")]


def test_rows_that_can_not_be_read_are_told_with_their_lines_and_nothing_can_be_saved(web: Web) -> None:
    text = "alias,sku\nOLD,\nNEW,LAMP\n"
    page = compared(web, text)
    assert "the sku is empty" in page
    assert "Save all of it" not in page
    web.as_operator().post(f"{STOCK}/mappings/alias/import", {"text": text, "seen": hidden(page, "seen")})
    assert aliases(web) == []
    assert "'alias' is missing" in compared(web, "MUG,CUP\n")


def test_the_export_is_what_the_import_takes(web: Web) -> None:
    mappings.set_aliases(web.scene.book, [("shop", "OLD", "LAMP")], web.scene.clock.now())
    answer = web.as_viewer().get(f"{STOCK}/mappings/alias/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="default-aliases.csv"'
    assert "Everything in the file is so already" in compared(web, answer.content.decode())


def test_an_edit_is_undone_from_its_page(web: Web) -> None:
    operator = web.as_operator()
    operator.post(f"{STOCK}/mappings/alias/edit", {"connection": "", "word": "OLD", "becomes": "LAMP"})
    [change] = mapping_changes.history(web.scene.book, web.scene.clock.now())
    assert "You" in seen(operator, "/mappings/history")
    assert "Undo" in seen(operator, f"/mappings/history/{change.id}")
    assert 'data-opens="undo"' not in seen(web.as_viewer(), f"/mappings/history/{change.id}")

    assert web.as_viewer().post(f"{STOCK}/mappings/history/{change.id}/undo").status_code == 403
    assert operator.post(f"{STOCK}/mappings/history/{change.id}/undo").status_code == 303

    assert aliases(web) == []
    assert operator.post(f"{STOCK}/mappings/history/{change.id}/undo").status_code == 303


def test_a_kit_is_added_listed_and_corrected(web: Web) -> None:
    client, edit = web.as_operator(), "/m/default/stock/mappings/kit/edit"

    refused = client.post(edit, {"word": "SET", "becomes": "LAMP + LAMP"}).content.decode()
    saved = client.post(edit, {"word": "SET", "becomes": "2 x LAMP\nKETL"})
    page = client.get(saved.headers["Location"]).content.decode()
    nested = client.post(edit, {"word": "BIG", "becomes": "SET"}).content.decode()

    assert "is there twice" in refused
    assert saved.status_code == 303
    assert "2 x LAMP + 1 x KETL" in page
    assert 'data-label="can be made">25<' in page
    assert "which is a kit itself" in nested
    assert client.get("/m/default/stock/sku/SET").headers["Location"] == "/m/default/stock/mappings?kind=kit&q=SET"
    assert client.get(f"{edit}?word=SET").status_code == 200


def test_a_promotional_code_has_its_days(web: Web) -> None:
    client, edit = web.as_operator(), "/m/default/stock/mappings/alias/edit"
    given = {"word": "XMAS", "becomes": "LAMP", "connection": "", "since": "2026-12-01", "until": "2026-12-24"}

    refused = client.post(edit, {**given, "until": "2026-11-01"}).content.decode()
    saved = client.post(edit, given)
    page = client.get(saved.headers["Location"]).content.decode()
    again = client.get(f"{edit}?word=XMAS").content.decode()

    assert "It ends before it begins." in refused
    assert "LAMP from 2026-12-01 until 2026-12-24" in page
    assert 'value="2026-12-01"' in again
    assert 'value="LAMP"' in again


def test_a_filter_is_tried_saved_and_corrected(web: Web) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=15)
    client, edit = web.as_operator(), "/m/default/stock/mappings/filter/edit"
    given = {
        "word": "currency",
        "mode": "required",
        "match": "full",
        "values": "EUR\nGBP",
        "connection": "",
        "level": "",
    }

    refused = client.post(edit, {**given, "match": "starts", "values": '""'}).content.decode()
    tried = client.post(edit, {**given, "try": "1"}).content.decode()
    untouched = mappings.listed(web.scene.book, "filter")
    saved = client.post(edit, given)
    page = client.get(saved.headers["Location"]).content.decode()
    again = client.get(f"{edit}?word=currency").content.decode()

    assert "blank value" in html.unescape(refused)
    assert "1 of 1 orders of the last 30 days would change" in tried
    assert untouched == []
    assert "required full: EUR, GBP" in page
    assert "EUR\nGBP" in again
    assert client.get("/m/default/stock/mappings?kind=filter").status_code == 200


@pytest.mark.parametrize("again", [False, True])
def test_what_a_filter_left_out_is_decided_again_at_its_removal_where_that_is_ticked(web: Web, again: bool) -> None:
    mapping.save(web.scene.hub, web.scene.book, {"filter": {("", "currency"): "required full: EUR"}}, "operator")
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=15)
    client, edit = web.as_operator(), "/m/default/stock/mappings/filter/edit?word=currency"
    assert "decide 1 order again that it left out in the last 30 days" in client.get(edit).content.decode()

    assert client.post(edit, {"remove": "1", **({"again": "1"} if again else {})}).status_code == 303
    web.scene.pass_time(minutes=15)
    assert web.scene.status(order) == ("at_wms" if again else "skipped")
