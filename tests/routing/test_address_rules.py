"""Addresses by the rules of their country, as tables of examples."""

import pytest
from msgspec.structs import replace

from tests.routing.examples import address, order
from tranter.model import Address
from tranter.model.address import AddressCheck
from tranter.routing.address_rules import example_of, faults, tidied
from tranter.routing.decide import Hold, Send, View, Warehouse, decide, fulfillment

RIGHT = [
    ("US", "CA", "94103"),
    ("us", "california", "94103-1234"),
    ("GB", "", "CB7 4AA"),
    ("GB", "Cambs", "cb7 4aa"),
    ("DE", "Bayern", "80331"),
    ("IE", "", "D02 AF30"),
    ("HK", "Kowloon", ""),
    ("AU", "New South Wales", "2000"),
    ("IT", "Milano", "20121"),
    ("XK", "", "10000"),
    ("CA", "ON", "K1A0B1"),
]
WRONG = [
    ("US", "CA", "9410", ("postal_code",)),
    ("US", "", "94103", ("region",)),
    ("US", "Bavaria", "94103", ("region",)),
    ("DE", "", "8033", ("postal_code",)),
    ("DE", "", "", ("postal_code",)),
    ("GB", "", "12345", ("postal_code",)),
    ("CA", "Ontario", "12345", ("postal_code",)),
    ("Narnia", "", "1", ("country",)),
]


def at(country: str, region: str, postal_code: str, **more: object) -> Address:
    return address(country=country, region=region, postal_code=postal_code, **more)


@pytest.mark.parametrize(("country", "region", "postal_code"), RIGHT)
def test_an_address_is_right(country: str, region: str, postal_code: str) -> None:
    assert faults(at(country, region, postal_code)) == ()


@pytest.mark.parametrize(("country", "region", "postal_code", "wrong"), WRONG)
def test_an_address_is_wrong(country: str, region: str, postal_code: str, wrong: tuple[str, ...]) -> None:
    assert faults(at(country, region, postal_code)) == wrong


def test_what_is_missing_is_named() -> None:
    assert faults(at("DE", "", "80331", name="", lines=(), city="")) == ("name", "lines", "city")
    assert faults(at("DE", "", "80331", name="", company="Acme")) == ()


TIDIED = [
    (("us", "california", "94103"), ("CA", "94103")),
    (("GB", "Cambs", "cb7  4aa"), ("Cambs", "CB7 4AA")),
    (("NL", "", "1012 ab"), ("", "1012 AB")),
    (("DE", "Bayern", " 80331 "), ("Bayern", "80331")),
    (("DE", "Bayern", "803 31"), ("Bayern", "80331")),
    (("DE", "", "nonsense"), ("", "nonsense")),
    (("Narnia", "x", "y"), ("x", "y")),
]


@pytest.mark.parametrize(("given", "sent"), TIDIED)
def test_the_state_and_the_postcode_are_tidied(given: tuple[str, str, str], sent: tuple[str, str]) -> None:
    before = at(*given, city=" Ely ", lines=(" 1 high street",))
    after = tidied(before)
    assert (after.region, after.postal_code) == sent
    assert replace(after, region=before.region, postal_code=before.postal_code) == before


def test_an_example_is_given_where_there_are_postcodes() -> None:
    assert example_of("DE").isdecimal()
    assert example_of("Narnia") == ""


BAD = order(ship_to=at("us", "california", "9410"))
VIEW = View(cart="shop", warehouse=Warehouse("depot", {"CUP": ("p1",)}))


def test_an_address_is_held_only_where_that_is_wanted() -> None:
    held = decide(BAD, replace(VIEW, address_check=AddressCheck.HOLD))
    assert isinstance(held, Hold)
    assert (held.kind, held.value) == ("address_doubtful", "postcode")
    assert "a postcode there is like" in held.cause

    elsewhere = replace(VIEW, address_check=AddressCheck.HOLD, address_countries=frozenset({"DE"}))
    freed = replace(VIEW, address_check=AddressCheck.HOLD, holds=frozenset({"address_doubtful"}))
    for view in (VIEW, replace(VIEW, address_check=AddressCheck.WARN), elsewhere, freed):
        assert isinstance(decide(BAD, view), Send)


def test_what_was_tidied_or_may_be_wrong_is_noted_without_the_buyers_data() -> None:
    sent = decide(BAD, replace(VIEW, address_check=AddressCheck.WARN))
    assert isinstance(sent, Send)
    assert "the state is sent by its code" in sent.notes
    assert "the address may be wrong: postal code" in sent.notes
    assert "california" not in repr(sent.notes)
    assert fulfillment(BAD, sent, "k").ship_to.region == "CA"

    plain = decide(BAD, VIEW)
    assert isinstance(plain, Send)
    assert fulfillment(BAD, plain, "k").ship_to.region == "california"


DIALLED = [
    ("DE", "089 / 123 45 67", "+49891234567"),
    ("DE", "0049 89 1234567", "+49891234567"),
    ("DE", "+49 (0)89 1234567", "+49891234567"),
    ("GB", "020 7946 0000", "+442079460000"),
    ("IT", "06 698 12345", "+390669812345"),
    ("US", "(415) 555-2671", "+14155552671"),
    ("US", "+44 20 7946 0000", "+442079460000"),  # it says its country itself
    ("us", "1 415 555 2671", "+14155552671"),
]
AS_GIVEN = [
    ("US", "415-555-2671 ext. 12"),  # E.164 has no extensions
    ("US", "1-800-FLOWERS"),
    ("US", "0000000000"),  # as long as one, and none
    ("DE", "0891234567 oder 01711234567"),
    ("DE", "ask my neighbour"),
    ("Narnia", "020 7946 0000"),
    ("DE", ""),
]


@pytest.mark.parametrize(("country", "given", "dialled"), DIALLED)
def test_a_phone_that_surely_is_one_is_sent_with_its_countrys_code(country: str, given: str, dialled: str) -> None:
    assert tidied(at(country, "", "1", phone=given)).phone == dialled
    assert "phone" not in faults(at(country, "", "1", phone=given))
    assert tidied(at(country, "", "1", phone=dialled)).phone == dialled


@pytest.mark.parametrize(("country", "given"), AS_GIVEN)
def test_any_other_phone_is_sent_as_it_was_given(country: str, given: str) -> None:
    assert tidied(at(country, "", "1", phone=given)).phone == given


@pytest.mark.parametrize("wrong", ["ask my neighbour", "1", "0891234567 / 01711234567", "+999 123"])
def test_a_phone_that_nobody_could_dial_holds_or_warns_as_the_rest_of_the_address(wrong: str) -> None:
    bad = order(ship_to=at("DE", "", "80331", phone=wrong))
    held = decide(bad, replace(VIEW, address_check=AddressCheck.HOLD))
    assert isinstance(held, Hold)
    assert (held.kind, held.value) == ("address_doubtful", "phone")
    warned = decide(bad, replace(VIEW, address_check=AddressCheck.WARN))
    assert isinstance(warned, Send)
    assert "the address may be wrong: phone" in warned.notes
    assert wrong not in repr(warned.notes)
    assert fulfillment(bad, warned, "k").ship_to.phone == wrong


def test_without_a_check_a_phone_is_sent_as_it_was_given() -> None:
    given = order(ship_to=at("DE", "", "80331", phone="089 1234567"))
    for check, sent in ((AddressCheck.OFF, "089 1234567"), (AddressCheck.WARN, "+49891234567")):
        decision = decide(given, replace(VIEW, address_check=check))
        assert isinstance(decision, Send)
        assert fulfillment(given, decision, "k").ship_to.phone == sent
