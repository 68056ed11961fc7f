"""Every address of the table, every role, two merchants: nobody sees or changes what isn't theirs."""

import pytest
from django.test import Client

from tests.web.crossing import FAR, NOT_OURS, OTHER, addresses, far_ids, far_rows, forms, guarded, near_ids, neighbour
from tests.web.house import Web
from tranter.ledger.models import Flow
from tranter.testing.faultmark import fault
from tranter.web.house import KEY
from tranter.web.rights import Right
from tranter.web.route import Route
from tranter.web.urls import ROUTES

WORDS = ["shop", "depot", "warehouse", "ebay", "tradegecko", "order"]
FAR_WORDS = [OTHER, "14-1", "LAMP", f"{OTHER}-LAMP", f"{OTHER}-depot", f"{OTHER}-share"]
SPEAK_TO_MACHINES = {"hook", "cartrover"}
"""Without a session; each has tests of its own: tests/web/test_hooks.py, tests/web/cartrover/test_keys.py."""
FINE = {200, 204, 301, 302, 303, 304, 400, 404, 405, 409}


@pytest.fixture
def busy(web: Web) -> Web:
    """The first merchant's orders, a problem among them; the other one has moved in."""
    for sku in ("LAMP", "KETL", "BOOK"):
        web.scene.ebay.buy_one(sku)
    web.scene.pass_time(minutes=20)
    web.as_merchant_user("owner")  # who looks around is here before the neighbour: their own row is none of his
    neighbour(web)
    Flow.objects.filter(pk__gte=FAR).update(due_at="2099-01-01T00:00:00Z")
    return web


def _mine(one: Route) -> list[str]:
    ids = sorted({pk for some in near_ids().values() for pk in some[:3]})
    return list(addresses(one, "default", ids, WORDS))[:12]


def _theirs(one: Route) -> list[str]:
    """In the first merchant's name, with the neighbour's numbers and names."""
    return list(addresses(one, "default", sorted(far_ids().values()), FAR_WORDS))


def test_nobody_gets_anywhere_without_signing_in(busy: Web) -> None:
    busy.as_owner()
    got = {path: busy.get(path).status_code for one in guarded() for path in _mine(one)[:1]}

    assert {path: status for path, status in got.items() if status not in (302, 401, 405)} == {}


@fault("SEC-03")
@pytest.mark.parametrize("role", ["owner", "operator", "viewer"])
def test_a_role_opens_what_it_may_and_nothing_else(busy: Web, role: str) -> None:
    house = {"owner": busy.as_owner, "operator": busy.as_operator, "viewer": busy.as_viewer}[role]()
    ours = busy.as_merchant_user(role)
    wrong = []
    for one in guarded():
        for who, staff in ((house, True), (ours, False)):
            path = _mine(one)[0]
            status = who.get(path).status_code
            allowed = _allowed(one, role, staff)
            if allowed != (status != 403) or status >= 500:
                wrong.append((one.name, path, "house" if staff else "merchant", status))
    assert wrong == []


def _allowed(one: Route, role: str, staff: bool) -> bool:
    match one.right:
        case Right.HOUSE:
            return staff and role == "owner"
        case Right.RULE:
            return role == "owner"
        case Right.WORK:
            return role != "viewer"
        case _:
            return True


@fault("SEC-02")
def test_the_neighbours_pages_are_not_there(busy: Web) -> None:
    stranger = busy.as_merchant_user("owner")
    helper = busy.signed_in("helper@hub.example", merchants=("default",), role="owner", staff=True)
    ids, wrong = sorted(far_ids().values()), []
    for one in (route for route in guarded() if "<slug:merchant>" in route.address):
        for path in (path for slug in NOT_OURS for path in list(addresses(one, slug, ids, FAR_WORDS))[:3]):
            for who in (stranger, helper):
                if (status := who.get(path).status_code) != 404:
                    wrong.append((path, status))
    assert wrong == []


@fault("SEC-02")
def test_the_neighbours_numbers_open_nothing(busy: Web) -> None:
    """In an address of one's own: neither looked at nor posted to."""
    stranger = busy.as_merchant_user("owner")
    before, wrong = far_rows(), []
    for one in guarded():
        for path in _theirs(one):
            for answer in (stranger.get(path), stranger.post(path, {"confirm": "yes", "reason": "mine"})):
                if answer.status_code >= 500 or _reveals(answer, path):
                    wrong.append((path, answer.status_code))
    assert wrong == []
    assert far_rows() == before


def _reveals(answer, path: str) -> bool:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return OTHER in body.decode(errors="replace").lower().replace(path.lower(), "").replace(
        OTHER + "-lamp", OTHER
    ) and (OTHER not in path)


@fault("SEC-02")
def test_a_form_filled_with_the_neighbours_numbers_changes_nothing(busy: Web) -> None:
    """Every form of every page, as it stands, but for the numbers in it."""
    owner = busy.as_merchant_user("owner")
    before, seen, wrong = far_rows(), set(), []
    for one in (route for route in guarded() if not route.plain):
        for path in _mine(one)[:4]:
            page = owner.get(path)
            if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
                continue
            for method, action, fields in forms(page.content.decode()):
                shape = (action or path, tuple(sorted({name for name, _ in fields})))
                if method != "post" or shape in seen or "sign-out" in action:
                    continue
                seen.add(shape)
                for pk in far_ids().values():
                    filled = {
                        name: str(pk) if value.isdigit() else value
                        for name, value in fields
                        if name != "csrfmiddlewaretoken"
                    }
                    answer = owner.post(action or path, filled)
                    if answer.status_code >= 500:
                        wrong.append((action or path, filled, answer.status_code))
                    if not any(value.isdigit() for _, value in fields):
                        break
    assert wrong == []
    assert far_rows() == before


@fault("SEC-01")
def test_every_unsafe_request_wants_its_token(busy: Web) -> None:
    """Only what a vendor sends, signed by itself, and what names a key comes without."""
    owner = busy.as_owner()
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = owner._client.cookies
    got = {}
    for one in ROUTES:
        if one.name in SPEAK_TO_MACHINES:
            continue
        for path in _mine(one)[:1]:
            answer = strict.post(path, {"confirm": "yes"}, **{KEY: busy.house, "SERVER_NAME": "127.0.0.1"})
            got[path] = answer.status_code
    assert {path: status for path, status in got.items() if status not in (403, 405)} == {}


def test_no_page_breaks(busy: Web) -> None:
    owner = busy.as_merchant_user("owner")
    got = {path: owner.get(path).status_code for one in guarded() for path in _mine(one)}

    assert {path: status for path, status in got.items() if status not in FINE and status != 403} == {}
