"""Names in addresses that try to climb out of where they belong, or into a query."""

from urllib.parse import quote

import pytest

from tests.hostile.browsers import text
from tests.web.crossing import PLACEHOLDER
from tests.web.house import Web
from tranter.ledger.models import OrderRow
from tranter.testing.faultmark import fault
from tranter.web.urls import ROUTES

CLIMBS = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd",
    "..\\..\\..\\etc\\passwd",
    "%5c%5cevil.example%5cshare",
    "/etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "keys.json%00.css",
    "....//....//keys.json",
    "%c0%ae%c0%ae%c0%afetc%c0%afpasswd",
]
QUERIES = [
    "' OR '1'='1",
    "1; DROP TABLE ledger_orderrow; --",
    '" OR ""="',
    "%' OR 1=1 --",
    "1) UNION SELECT * FROM x --",
]
OPEN = [one for one in ROUTES if PLACEHOLDER.search(one.address)]


@fault("SEC-13")
@pytest.mark.parametrize("climb", CLIMBS)
def test_no_address_leads_out_of_the_hub(web: Web, climb: str) -> None:
    owner, found = web.as_owner(), {}
    paths = [f"/static/{climb}", f"/static/tranter/{climb}", f"/{climb}"]
    paths += [f"/{PLACEHOLDER.sub(lambda room: climb, one.address)}" for one in OPEN]
    for path in dict.fromkeys(paths):
        answer = owner.get(path)
        page = text(answer)
        if answer.status_code >= 500 or "root:" in page or '"keys"' in page:
            found[path] = answer.status_code
    assert found == {}


@fault("SEC-20")
def test_what_is_searched_for_is_never_part_of_the_question(web: Web) -> None:
    web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=15)
    number = OrderRow.objects.get().number
    owner = web.as_owner()
    for query in QUERIES:
        for path in ("/m/default/search?q={}", "/m/default/orders?sku={}&tab=all", "/all/orders?connection={}&tab=all"):
            answer = owner.get(path.format(quote(query)))
            assert answer.status_code < 500
            assert f">{number}<" not in text(answer), path
    assert OrderRow.objects.count() == 1
