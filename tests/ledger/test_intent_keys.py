"""The key of an intent is its meaning, however long the vendors' own ids are."""

from tranter.ledger.decisions import KEY_LENGTH, intent_key
from tranter.ledger.models import Intent

LONG = "order-" + 400 * "7"


def test_a_key_is_written_out() -> None:
    assert intent_key("push_shipment", 3, "ORDER/4.PARCEL", 1) == "push_shipment/3/ORDER/4.PARCEL/1"


def test_a_long_one_fits_and_stays_the_same_and_is_nobody_elses() -> None:
    key = intent_key("push_shipment", 3, f"{LONG}/4.PARCEL-1", 1)

    assert len(key) == KEY_LENGTH == Intent._meta.get_field("key").max_length
    assert key == intent_key("push_shipment", 3, f"{LONG}/4.PARCEL-1", 1)
    others = [(f"{LONG}/4.PARCEL-2", 1), (f"{LONG}/4.PARCEL-1", 2), (f"{LONG}8/4.PARCEL-1", 1)]
    assert len({key, *(intent_key("push_shipment", 3, subject, number) for subject, number in others)}) == 4
