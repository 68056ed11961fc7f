"""Whatever is sent, the vendor answers in its own way; it never falls over."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulators.tradegecko.client import ADDRESS, COMPANY, Caller
from tranter.connectors.tradegecko.simulator.state import RESOURCES

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1e99999", "--5", "9" * 5000, "0001-01-01T00:00:00+14:00", "31-02-2026", "\ud800", "٣", "-0"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
NAMES = sorted({name for resource in RESOURCES.values() for name in resource.attributes})
OBJECTS = st.dictionaries(
    st.sampled_from([*NAMES, "order_line_items", "company", "shipping_address", "currency_iso", "variants"]),
    VALUES,
    max_size=6,
)
ANSWERS = {200, 201, 204, 400, 404, 405, 422}


@settings(max_examples=150, deadline=None)
@given(singular=st.sampled_from(sorted(RESOURCES)), values=OBJECTS, whole=st.booleans())
def test_any_body_gets_an_answer(singular: str, values: dict[str, Any], whole: bool) -> None:
    resource = RESOURCES[singular]
    caller = Caller(skus=["A"], rate_limit=10_000)
    if whole and resource.plural == "orders":
        values = {"issued_at": "2026-03-02", "company": COMPANY, "shipping_address": ADDRESS, **values}
    created = caller.send("POST", f"/{resource.plural}", {resource.singular: values})
    assert created.status in ANSWERS
    for row in list(caller.vendor.rows(resource.plural))[:1]:
        changed = caller.send("PUT", f"/{resource.plural}/{row['id']}", {resource.singular: values})
        assert changed.status in ANSWERS
    assert caller.get(f"/{resource.plural}").status in ANSWERS


@settings(max_examples=100, deadline=None)
@given(
    plural=st.sampled_from(sorted(RESOURCES)),
    query=st.dictionaries(
        st.sampled_from([*NAMES, "ids", "ids[]", "page", "limit", "order", "q", "include", "updated_at_min"]),
        st.text(max_size=12) | st.sampled_from(["-1", "0", "1e9", "desc", "id desc", "9" * 5000, "company,x"]),
        max_size=4,
    ),
)
def test_any_query_gets_an_answer(plural: str, query: dict[str, str]) -> None:
    caller = Caller(skus=["A"])
    caller.order(order_line_items=[])
    assert caller.get(f"/{plural}", **query).status in {*ANSWERS, 414}


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60), kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]))
def test_any_bytes_get_an_answer(body: bytes, kind: str) -> None:
    caller = Caller(skus=["A"])
    for path in ("/orders", "/oauth/token", "/oauth/authorize", "/__sim__/control"):
        assert caller.send("POST", path, body, content_type=kind).status in {*ANSWERS, 302, 401}
