"""Orders go out, once; what is not ours is never taken for ours."""

import pytest
from msgspec.structs import replace

from tests.connectors.cartrover.rig import Rig
from tranter.model import Address, Fulfillment, Money
from tranter.sdk.errors import AuthError, RejectedError, TransientError
from tranter.sdk.verbs import Verdict
from tranter.testing.builders import NOON, fulfillment, fulfillment_line
from tranter.testing.faultmark import fault

NUMBER = "12-34567-89012"


def wanted(**changes: object) -> Fulfillment:
    lines = [fulfillment_line("LAMP", "LAMP", quantity=3, minor=333), fulfillment_line("MUG", "MUG")]
    return fulfillment(NUMBER, lines, shipping=Money(450, "USD"), total=Money(2449, "USD"), **changes)


def test_an_order_has_its_lines_amounts_and_both_addresses() -> None:
    rig = Rig()
    billing = Address(name="Charles Babbage", company="Engines", lines=("1 Road",), city="London", country="GB")
    rig.connector.push_fulfillment(wanted(bill_to=billing, ship_method="28", note="ring twice"))
    there = rig.vendor.orders.view(NUMBER)
    assert [(item["item"], item["quantity"], item["price"]) for item in there["items"]] == [
        ("LAMP", "3", "3.3300"),
        ("MUG", "1", "10.0000"),
    ]
    assert (there["sub_total"], there["shipping_handling"], there["grand_total"]) == ("19.99", "4.50", "24.49")
    assert (there["ship_first_name"], there["ship_last_name"], there["cust_company"]) == ("Ada", "Lovelace", "Engines")
    assert (there["ship_code"], there["shipping_instructions"]) == ("28", "ring twice")
    assert "ship_is_billing" not in there


@fault("API-02")
def test_an_order_that_is_there_already_is_adopted() -> None:
    rig = Rig()
    first = rig.connector.push_fulfillment(wanted())
    assert rig.connector.push_fulfillment(wanted()) == first
    (sighting,) = rig.connector.look_up_fulfillments([wanted()])
    assert (sighting.verdict, sighting.receipt) == (Verdict.FOUND, first)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"reference": "99-99999-99999"}, "is not ours"),
        ({"key": "push_fulfillment/1/other/2"}, "is not ours"),
        ({"total": Money(2450, "USD")}, "another total"),
        ({"lines": (fulfillment_line("LAMP", "LAMP"),)}, "other lines"),
    ],
)
def test_what_does_not_agree_is_never_adopted(changed: dict[str, object], reason: str) -> None:
    rig = Rig()
    rig.connector.push_fulfillment(wanted())
    ours = replace(wanted(), **changed)
    with pytest.raises(RejectedError, match=reason) as caught:
        rig.connector.push_fulfillment(ours)
    assert caught.value.kind == "duplicate_number"
    (sighting,) = rig.connector.look_up_fulfillments([ours])
    assert (sighting.verdict, reason in sighting.reason) == (Verdict.DOUBT, True)


def test_a_word_of_the_addresses_is_no_number() -> None:
    with pytest.raises(RejectedError, match="a word of CartRover"):
        Rig().connector.push_fulfillment(replace(wanted(), number="status"))


def test_a_wrong_key_is_told_although_the_answer_is_a_200() -> None:
    with pytest.raises(AuthError, match="api_key"):
        Rig(api_key="wrong").connector.verify()


def test_an_empty_bucket_is_waited_for() -> None:
    rig = Rig()
    for _ in range(100):
        rig.connector.verify()
    with pytest.raises(TransientError) as caught:
        rig.connector.verify()
    assert (caught.value.not_done, caught.value.retry_after) == (True, 60.0)
    rig.clock.advance(60)
    assert rig.connector.verify().facts["ship_methods"] == "01, 28, DB"


def test_an_order_is_stopped_until_it_has_left() -> None:
    rig = Rig()
    rig.connector.push_fulfillment(wanted())
    rig.connector.push_cancellation(NUMBER, "key", "")
    (raw,) = rig.connector.pull_cancellations("", NOON).records
    assert rig.connector.read_cancellation(raw.payload).remote_order_id == NUMBER
    rig.connector.push_fulfillment(replace(wanted(), number="two"))
    rig.vendor.ship("two", "1Z7")
    with pytest.raises(RejectedError) as caught:
        rig.connector.push_cancellation("two", "key", "")
    assert caught.value.kind == "cancel_too_late"
