"""Phone numbers as carriers dial them (E.164), by the numbering plan of the address's country."""

import re
from functools import lru_cache

from msgspec import Struct
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

from tranter.routing.countries import country_code

LETTERS = re.compile(r"[^\W\d_]")


class Phone(Struct, frozen=True):
    """`is_possible` False: nobody could dial it. `dialled`: E.164 where it is surely that, else as it was given."""

    is_possible: bool
    dialled: str


@lru_cache(256)  # one is asked for several times while its order is decided
def phone_of(text: str, country: str) -> Phone:
    """A number that begins with + says its country itself."""
    try:
        number = parse(text, country_code(country))
    except NumberParseException:
        return Phone(False, text)
    # An extension has no place in E.164, and behind letters or a second number the plan only guesses.
    plain = not number.extension and not LETTERS.search(text) and _digits(text).endswith(str(number.national_number))
    sure = plain and is_valid_number(number)
    return Phone(is_possible_number(number), format_number(number, PhoneNumberFormat.E164) if sure else text)


def _digits(text: str) -> str:
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())
