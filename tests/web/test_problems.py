"""The Problems page: what it shows of each cause, and what a person does about one."""

import re

import pytest

from tests.docs.words import exception_kinds
from tests.engine.test_errands import carried_out, waiting
from tests.flow.stage import Scene
from tests.ledger.rows import raised, stuck
from tests.web.house import Web
from tranter.connectors.ebay.simulator import UNKNOWN_SKU
from tranter.engine.remedies import CURES
from tranter.ledger import connections, errands, exceptions, mappings, problems
from tranter.ledger.book import ensure_book
from tranter.web.problems.words import KINDS, titled

HERE = "/m/default/problems"


def test_every_kind_has_a_title_an_explanation_and_what_to_do() -> None:
    kinds = {kind.replace("*", one) for kind in exception_kinds() for one in ("products", "listings")}
    assert sorted(kinds - set(KINDS)) == []
    assert set(KINDS) == set(CURES)
    assert all(str(part) for words in KINDS.values() for part in (words.title, words.means, words.to_do))
    assert not any("tranter " in str(words.to_do) for words in KINDS.values()), "no seller types a command"


def test_a_kind_of_a_connectors_own_has_words_too() -> None:
    assert titled("a_word_of_acme", None) == "Something needs you"


def test_nothing_waits(web: Web) -> None:
    owner = web.as_owner()
    assert "Nothing needs you" in owner.read(HERE)
    assert "Nothing is muted" in owner.read(f"{HERE}?state=muted")
    assert "Nothing was resolved yet" in owner.read(f"{HERE}?state=resolved")


def test_an_unknown_sku_is_mapped_in_place_and_its_orders_go(scene: Scene, web: Web) -> None:
    waiting(scene, 3)
    owner = web.as_owner()
    page = owner.read(HERE)
    assert f"SKU “{UNKNOWN_SKU}” is unknown at the warehouse" in page
    assert "3 orders" in page
    assert "Fix and release 3" in page

    form = {"kind": "unknown_sku", "value": UNKNOWN_SKU, "connection": scene.cart.id, "sku": "LAMP"}
    answer = owner.post(f"{HERE}/fix", form)

    assert answer.status_code == 303
    assert "Trying 3 orders again" in owner.read(answer.headers["Location"])
    carried_out(scene, int(answer.headers["Location"].rsplit("/", 1)[-1]))
    done = owner.read(answer.headers["Location"])
    assert "3 orders: done" in done
    assert "hx-get" not in done
    assert mappings.aliases(scene.book) == [("", UNKNOWN_SKU, "LAMP")]
    assert "Nothing needs you" in owner.read(HERE)
    assert UNKNOWN_SKU in owner.read(f"{HERE}?state=resolved")


@pytest.mark.parametrize(
    "given", [{"sku": "NO-SUCH"}, {"sku": " "}, {"sku": "LAMP", "value": "", "kind": "no_address"}]
)
def test_what_can_not_be_mapped_is_said(scene: Scene, web: Web, given: dict[str, str]) -> None:
    waiting(scene, 1)

    answer = web.as_owner().post(f"{HERE}/fix", {"kind": "unknown_sku", "value": UNKNOWN_SKU, **given})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{HERE}?kind=")
    assert mappings.aliases(scene.book) == []
    assert errands.newest(scene.book) == []


def test_all_orders_of_a_cause_are_stopped_after_a_question(scene: Scene, web: Web) -> None:
    waiting(scene, 2)
    operator = web.as_operator()
    assert "Stop 2 orders?" in operator.read(HERE)

    form = {"kind": "unknown_sku", "value": UNKNOWN_SKU, "connection": scene.cart.id, "what": "stop"}
    answer = operator.post(f"{HERE}/do", form)
    ended = carried_out(scene, errands.newest(scene.book)[0].id)

    assert (ended.what, ended.done) == ("stop", 2)
    assert "Stopped" in operator.read(answer.headers["Location"])
    assert web.woken


def test_an_errand_can_be_stopped_while_it_goes_on(scene: Scene, web: Web) -> None:
    waiting(scene, 2)
    owner = web.as_owner()
    owner.post(f"{HERE}/do", {"kind": "unknown_sku", "what": "retry"})
    [one] = errands.newest(scene.book)
    assert "Stop the rest" in owner.read(f"/m/default/errands/{one.id}")

    owner.post(f"/m/default/errands/{one.id}/stop")

    assert errands.state(scene.book, one.id).state == "stopped"
    assert "Stopped by hand" in owner.read(f"/m/default/errands/{one.id}")


def test_a_cause_is_muted_put_back_and_settled(scene: Scene, web: Web) -> None:
    raised(scene.book, "products_shrunk", "warehouse", connection_id=scene.warehouse.id)
    owner, form = web.as_owner(), {"kind": "products_shrunk", "connection": scene.warehouse.id}

    owner.post(f"{HERE}/do", {**form, "what": "mute"})
    assert problems.counts([scene.book]) == {"open": 0, "muted": 1}
    assert "Put back on the list" in owner.read(f"{HERE}?state=muted")
    owner.post(f"{HERE}/do", {**form, "what": "unmute"})
    assert "It is settled" in owner.read(HERE)
    owner.post(f"{HERE}/do", {**form, "what": "settle"})
    assert problems.counts([scene.book]) == {"open": 0, "muted": 0}
    assert owner.post(f"{HERE}/do", {**form, "what": "dance"}).status_code == 404
    assert owner.post(f"{HERE}/do", {"what": "mute"}).status_code == 404


def test_a_mass_change_is_confirmed_where_it_is_shown(scene: Scene, web: Web) -> None:
    raised(scene.book, "mass_change", "shop", connection_id=scene.cart.id)
    owner, form = web.as_owner(), {"kind": "mass_change", "connection": scene.cart.id, "what": "confirm_stock"}
    assert "The stock is right: send it" in owner.read(HERE)

    assert owner.post(f"{HERE}/do", form).status_code == 303

    assert exceptions.count_open(scene.book) == 0
    assert owner.post(f"{HERE}/do", {**form, "connection": scene.warehouse.id, "kind": "carrier"}).status_code == 404


def test_a_viewer_sees_causes_and_no_buttons(scene: Scene, web: Web) -> None:
    waiting(scene, 1)
    viewer = web.as_viewer()

    page = viewer.read(HERE)

    assert UNKNOWN_SKU in page
    assert "Fix and release" not in page
    assert viewer.post(f"{HERE}/do", {"kind": "unknown_sku", "what": "retry"}).status_code == 403


def test_a_cause_that_was_cured_meanwhile_says_so(web: Web) -> None:
    raised(web.scene.book, "needs_sign_in", "shop", connection_id=web.scene.cart.id)
    assert "This one is cured" in web.as_owner().read(f"{HERE}?kind=unknown_sku&value=X&connection=1")
    assert "Sign in again: shop" in web.as_owner().read(f"{HERE}?connection=nonsense&kind=unknown_sku&after=²&state=x")


def test_many_orders_come_page_by_page(scene: Scene, web: Web) -> None:
    for number in range(30):
        stuck(scene.book, f"N-{number:02}")
    owner = web.as_owner()

    first = owner.read(HERE)
    more = re.search(r'href="([^"]+)" rel="next"', first)
    assert more is not None
    second = owner.read(more.group(1).replace("&amp;", "&"))

    assert ("N-00" in first, "N-27" in first) == (True, False)
    assert ("N-00" in second, "N-27" in second) == (False, True)


def test_staff_see_whose_problem_it_is_and_act_at_that_merchant(scene: Scene, web: Web) -> None:
    other = ensure_book(scene.vault, "harbour", scene.clock.now())
    stuck(other, "H-1", value="CUP")
    stuck(scene.book, "D-1", value="MUG")

    page = web.as_owner().read("/all/problems")
    asked = f"kind=unknown_sku&value=CUP&of=harbour&connection={connections.by_name(other, 'shop').id}"
    chosen = web.as_owner().read(f"/all/problems?{asked}")

    assert "harbour" in page
    assert "SKU “MUG”" in page
    assert 'action="/m/harbour/problems/fix"' in chosen
    assert web.as_merchant_user().get("/all/problems").content.decode().count("SKU “CUP”") == 0


def test_texts_from_outside_stay_text(scene: Scene, web: Web) -> None:
    stuck(scene.book, "1", value="<script>alert(1)</script>")
    page = web.as_owner().read(HERE)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_one_order_s_address_is_corrected_on_its_own_page(scene: Scene, web: Web) -> None:
    row = stuck(scene.book, "A-1", kind="address", value="")
    page = web.as_owner().read(HERE)
    assert f'href="/m/default/orders/{row.pk}/correct"' in page
    assert f'href="/m/default/orders/{row.pk}"' in page
