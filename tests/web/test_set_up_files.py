"""A connection for files is set up in a browser, without any token."""

import pytest

from tests.flow.stage import Scene, Setting, Theatre
from tests.web.house import Web, served

HERE = "/m/default/connections"


@pytest.fixture
def web(theatre: Theatre):
    empty: Scene = theatre.scene(Setting())
    with served(empty) as made:
        yield made


def test_files_are_offered_as_either_side(web: Web) -> None:
    page = web.as_owner().get(f"{HERE}/new").content.decode()
    assert "CSV files" in page
    assert "Cart or warehouse" in page


def test_the_place_is_asked_first_and_no_token_is_needed_to_look_at_it(web: Web) -> None:
    owner = web.as_owner()
    made = owner.post(f"{HERE}/new/csv", {"name": "depot", "plays": "warehouse", "place": "upload"})
    looked = owner.post(f"{HERE}/depot/token")
    assert made.headers["Location"] == f"{HERE}/depot/access"
    assert "Type a token in" not in looked.content.decode()
    assert "be reached" in looked.content.decode()


def test_a_place_that_can_not_be_is_said_beside_its_field(web: Web) -> None:
    answer = web.as_owner().post(f"{HERE}/new/csv", {"name": "depot", "plays": "cart", "place": "ftp://files.test"})
    assert answer.status_code == 422
    assert "sftp://host/acme" in answer.content.decode()


def test_a_merchants_own_people_can_not_reach_into_the_machine(web: Web) -> None:
    answer = web.as_merchant_user().post(f"{HERE}/new/csv", {"name": "mine", "plays": "cart", "place": "folder:/srv"})
    assert answer.status_code in (403, 404)
