"""Whatever is sent there: an envelope comes back, and never a mistake of the hub's."""

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.web.cartrover.client import Client
from tranter.ledger.models import ApiKey
from tranter.web.cartrover.endpoints import ENDPOINTS

WORDS = st.one_of(
    st.text(max_size=30), st.sampled_from(["A-1", "any", "till", "LAMP", "list", "\x00", "\ud7ff", "9" * 40])
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.sampled_from(["1e999999", "-1", "NaN"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    "cust_ref cust_po_no ship_zip ship_country ship_is_billing items order_date grand_total sub_total currency_code"
    " extra_fields order_status shipments cart_code wms_code pre_auth_amt customer_id order_source tax".split()
)
BASE = {
    "cust_ref": "A-1",
    **{f"ship_{name}": "x" for name in ("address_1", "city", "state", "zip")},
    "ship_country": "USA",
    "items": [{"item": "LAMP", "quantity": 1}],
}
ORDERS = st.dictionaries(FIELDS, VALUES, max_size=4).map(lambda some: {**BASE, **some})
BODIES = st.one_of(VALUES, ORDERS, st.lists(ORDERS, max_size=3))
QUERIES = st.dictionaries(
    st.one_of(st.sampled_from(["limit", "page", "from_date", "to_date", "order_source", "include_aliases"]), WORDS),
    st.one_of(WORDS, st.sampled_from(["2026-3-2", "9999-12-31", "0001-01-01T00:00:00+23:59", "1", "-0"])),
    max_size=3,
)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=st.sampled_from(ENDPOINTS), word=WORDS, query=QUERIES, body=BODIES)
@example(one=ENDPOINTS[-1], word="/\n", query={}, body={})
def test_nothing_that_is_sent_breaks_anything(
    till: Client, one: Any, word: str, query: dict[str, str], body: Any
) -> None:
    ApiKey.objects.update(busy_until=None)
    named = quote(word, safe="/")
    path = one.path.format(cust_ref=named, sku=named, order_source=named, status=named)
    asked = "&".join(f"{quote(name)}={quote(value)}" for name, value in query.items())

    till.ask(one.method, f"{path}?{asked}", json.dumps(body).encode() if one.method == "POST" else b"", {})

    assert till.answer.status_code == 200, till.said
    assert till.said["success_code"] is True or till.said["message"]
