"""The number by which warehouses call an order: the cart's own where it fits, else a shortened one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from hashlib import blake2b
from itertools import count

from msgspec import Struct

CHECK_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread. In numbers of digits only the ten digits stand for them."""
CHECK_LENGTH = 6
SHORTEST = CHECK_LENGTH + 2
LONGEST = 200


class Characters(Enum):
    """`code`: letters, digits, `-`, `_` and `.`; `plain`: letters and digits. All of them ASCII."""

    ANY = "any"
    CODE = "code"
    PLAIN = "plain"
    DIGITS = "digits"


STRANGE = {
    Characters.ANY: re.compile(r"[\x00-\x1f\x7f]+"),
    Characters.CODE: re.compile(r"[^A-Za-z0-9._-]+"),
    Characters.PLAIN: re.compile(r"[^A-Za-z0-9]+"),
    Characters.DIGITS: re.compile(r"[^0-9]+"),
}
STRICTEST_FIRST = (Characters.DIGITS, Characters.PLAIN, Characters.CODE, Characters.ANY)


class Fit(Struct, frozen=True):
    """What a warehouse takes as an order's number: at most `length` of these characters."""

    length: int = LONGEST
    characters: Characters = Characters.ANY


def tightest(fits: Iterable[Fit]) -> Fit:
    """What all of these warehouses take; without any, what the hub itself takes."""
    found = list(fits)
    length = min((max(fit.length, SHORTEST) for fit in found), default=LONGEST)
    words = {fit.characters for fit in found}
    return Fit(min(length, LONGEST), next((one for one in STRICTEST_FIRST if one in words), Characters.ANY))


def fits(number: str, fit: Fit) -> bool:
    strange = STRANGE[fit.characters].search(number)
    return 0 < len(number) <= fit.length and not strange and number == number.strip()


def candidates(number: str, identity: str, fit: Fit) -> Iterator[str]:
    """The first that no other order of the merchant has is this order's. Endless, and always the same.

    `identity` tells two orders of one number apart: the account and the cart's own id.
    """
    if fits(number, fit):
        yield number
    for turn in count():
        yield _shortened(number, _check_part(identity, turn, fit.characters), fit)


def _shortened(number: str, check: str, fit: Fit) -> str:
    """As much of the number's beginning as there is room for, and the check part behind it."""
    strange = STRANGE[fit.characters]
    if fit.characters in (Characters.ANY, Characters.CODE):
        dash, said = "-", strange.sub("-", _plain(number, fit.characters)).strip(" -")
    else:
        dash, said = "", strange.sub("", _plain(number, fit.characters))
    room = max(fit.length, SHORTEST) - len(check) - len(dash)
    kept = said[:room].rstrip(" -")
    return f"{kept}{dash}{check}" if kept else check


def _plain(number: str, characters: Characters) -> str:
    """Accents fall away where only ASCII is taken."""
    if characters is Characters.ANY:
        return number
    return "".join(one for one in unicodedata.normalize("NFKD", number) if not unicodedata.combining(one))


def _check_part(identity: str, turn: int, characters: Characters) -> str:
    letters = CHECK_LETTERS[:10] if characters is Characters.DIGITS else CHECK_LETTERS
    digest = int.from_bytes(blake2b(f"{turn}\0{identity}".encode(), digest_size=8).digest())
    found = []
    for _ in range(CHECK_LENGTH):
        digest, place = divmod(digest, len(letters))
        found.append(letters[place])
    return "".join(found)
