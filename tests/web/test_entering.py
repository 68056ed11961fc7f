"""A link made on the hub's own machine signs one person in, once."""

import pytest

from tests.web.house import Web
from tranter.ledger.entering import EntryProblem, entry_token
from tranter.testing.faultmark import fault


def test_the_link_signs_in_once_and_to_look_at_it_uses_nothing_up(web: Web) -> None:
    web.as_owner()
    link = f"/enter/{entry_token('owner@hub.example')}"

    assert b"owner@hub.example" in web.get(link).content
    assert web.get(link).status_code == 200
    assert web.post(link)["Location"] == "/"
    assert web.get("/m/default/today").status_code == 200
    assert web.post(link).status_code == 400


@fault("SEC-14")
def test_a_link_that_nobody_made_opens_nothing(web: Web) -> None:
    web.as_owner()
    link = f"/enter/{entry_token('owner@hub.example')}"

    assert web.post(f"{link}x").status_code == 400
    assert web.post("/enter/nonsense").status_code == 400
    assert web.get("/m/default/today").status_code == 302


def test_there_is_no_link_for_a_stranger(web: Web) -> None:
    with pytest.raises(EntryProblem, match="nobody"):
        entry_token("stranger@hub.example")
