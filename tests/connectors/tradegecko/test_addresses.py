import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.connectors.tradegecko.rig import HOME, rig
from tranter.connectors.tradegecko.addresses import FIELD, address_fields, find_place, same_place, shortened
from tranter.connectors.tradegecko.rows import AddressRow
from tranter.model import Address, address_key
from tranter.sdk.errors import RejectedError
from tranter.testing.faultmark import fault

words = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=40)
lines = st.lists(words, min_size=1, max_size=30).map(" ".join)


def sent_or_held(address: Address) -> dict[str, str] | None:
    """None: held, which is right for what doesn't fit."""
    try:
        return address_fields(address)
    except RejectedError:
        return None


@fault("DATA-02")
@given(st.lists(lines, min_size=1, max_size=4).map(tuple), st.one_of(st.just(""), lines))
def test_every_word_of_an_address_arrives_or_the_order_is_held(street: tuple[str, ...], reference: str) -> None:
    fields = sent_or_held(Address(lines=street, reference=reference, country="GB"))
    if fields is None:
        return
    sent = f"{fields['address1']} {fields.get('address2', '')}".replace(",", " ").split()
    wanted = " ".join((reference, *street)).replace(",", " ").split()
    assert sent == wanted
    assert all(len(value) <= FIELD for value in fields.values())


@fault("DATA-02")
@given(st.lists(words, min_size=1, max_size=40).map(" ".join))
def test_a_long_name_is_divided_between_two_words_and_never_cut(name: str) -> None:
    fields = sent_or_held(replace(HOME, name=name))
    if fields is None:
        return
    assert f"{fields['first_name']} {fields.get('last_name', '')}".split() == name.split()


def test_a_name_of_three_hundred_characters_arrives_whole() -> None:
    world = rig()
    name = "Wolfeschlegelsteinhausen " * 12
    receipt = world.connector.push_fulfillment(
        world.fulfillment(buyer=replace(world.fulfillment().buyer, name=name.strip()), ship_to=replace(HOME, name=name))
    )
    (order,) = world.vendor.orders()
    address = order.shipping_address
    assert f"{address['first_name']} {address['last_name']}" == name.strip()
    assert len(order.company) <= FIELD
    assert name.startswith(order.company)
    assert any("cut" in note for note in receipt.notes)
    assert all("Wolfe" not in note for note in receipt.notes)


def test_the_reference_of_a_hub_stands_above_the_street() -> None:
    fields = address_fields(
        Address(name="Global Hub", reference="Reference #1234", lines=("1850 Airport Exchange Blvd", "Dock 4"))
    )
    assert fields["address1"] == "Reference #1234"
    assert fields["address2"] == "1850 Airport Exchange Blvd, Dock 4"


def test_a_missing_phone_is_left_out() -> None:
    assert "phone_number" not in address_fields(replace(HOME, phone=""))


@pytest.mark.parametrize(
    "address",
    [
        replace(HOME, lines=()),
        replace(HOME, lines=(" ",)),
        replace(HOME, lines=("x" * 256,)),
        replace(HOME, city="y" * 256),
        replace(HOME, name="z" * 256),
        replace(HOME, lines=("a " * 400,)),
    ],
)
@fault("DATA-02")
def test_an_address_that_can_not_be_sent_whole_is_held(address: Address) -> None:
    with pytest.raises(RejectedError) as caught:
        address_fields(address)
    assert caught.value.kind == "address"
    assert "xxx" not in caught.value.reason


def row(**changes: str | None) -> AddressRow:
    fields = {name: value for name, value in address_fields(HOME).items() if name != "email"}
    return AddressRow(id=6, company_id=5, **{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"city": " LONDON "}, True),
        ({"suburb": ""}, True),
        ({"country": "United Kingdom"}, True),
        ({"address2": None}, False),
        ({"address1": "13 St James's Square"}, False),
        ({"zip_code": "SW1Y 4LC"}, False),
        ({"phone_number": None}, False),
        ({"first_name": "Eve"}, False),
        ({"suburb": "Mayfair"}, False),
    ],
)
def test_an_address_is_the_same_when_the_label_would_be(changes: dict[str, str | None], same: bool) -> None:
    assert same_place(row(**changes), address_fields(HOME)) is same


def test_an_archived_address_and_another_companys_are_not_found() -> None:
    fields = address_fields(HOME)
    assert find_place([row()], "5", fields) == "6"
    assert find_place([row()], "7", fields) == ""
    assert find_place([row(status="archived")], "5", fields) == ""


def test_a_name_for_a_list_is_cut_between_words() -> None:
    assert shortened("short") == ("short", False)
    cut, was_cut = shortened("word " * 100)
    assert was_cut
    assert cut == ("word " * 51).strip()
    assert shortened("w" * 300) == ("w" * 255, True)


def test_the_key_of_an_address_is_that_of_its_label() -> None:
    key = address_key(HOME)
    assert key == address_key(replace(HOME, city="london", email="relay@example.com"))
    assert key != address_key(replace(HOME, phone=""))
    assert key != address_key(replace(HOME, lines=("12 St James's Square Flat 3",)))
    assert "london" not in key
