"""Codes as sellers really spell them: a catalogue of made-up SKUs, and pairs of (what a cart says, what it means)."""

from collections.abc import Callable
from random import Random

from msgspec import Struct

GOODS = "CAM TEE MUG LMP BAG CAP SHO BLT WAL TOY PEN JAR TRK HOS VAL FLT BRK KIT CHR DSK".split()
COLOURS = {
    "BLK": "BLACK", "WHT": "WHITE", "RED": "ROT", "BLU": "BLUE", "GRN": "GREEN", "NVY": "NAVY", "TEAL": "TL",
    "PETR": "PETROL", "SAND": "SD", "RUST": "RST",
}  # fmt: skip
SIZES = {"S": "SMALL", "M": "MEDIUM", "L": "LARGE", "XL": "X-LARGE", "40": "EU40", "42": "EU42"}
MAKERS = "ACM ORB ZEN VOL NIM KAR".split()
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Pair(Struct, frozen=True):
    how: str
    said: str
    meant: str


def catalogue(size: int, seed: int = 1) -> tuple[str, ...]:
    """Families of colours and sizes, numbered one after the other: the right SKU stands among close relatives."""
    chance = Random(seed)
    found: dict[str, None] = {}
    number = 1000
    while len(found) < size:
        style = chance.randrange(4)
        number += chance.choice([1, 1, 1, 2, 10])
        if style == 0:
            stem = f"{chance.choice(GOODS)}-{number:05}"
            family = [f"{stem}-{colour}-{width}" for colour in COLOURS for width in SIZES]
        elif style == 1:
            stem = f"{chance.choice(MAKERS)}{number}"
            family = [f"{stem}/{colour}" for colour in COLOURS]
        elif style == 2:
            family = [f"{chance.choice(GOODS)}_{chance.choice(MAKERS)}_{number}{chance.choice(LETTERS)}"]
        else:
            family = [f"{number}-{chance.choice(GOODS)}-{width}" for width in SIZES]
        found.update(dict.fromkeys(chance.sample(family, min(len(family), 6))))
    return tuple(found)[:size]


def _without_separators(sku: str, _: Random) -> str:
    return "".join(letter for letter in sku if letter.isalnum())


def _other_separators(sku: str, chance: Random) -> str:
    other = chance.choice([" ", ".", "_", "-"])
    return "".join(letter if letter.isalnum() else other for letter in sku).lower()


def _prefixed(sku: str, chance: Random) -> str:
    return chance.choice(["EB-", "EBAY_", "UK-", "WEB ", "SH1-", "A-", "JD", "MYSHOP-", "007-"]) + sku


def _packed(sku: str, chance: Random) -> str:
    return sku + chance.choice(["-2PK", "-PACK2", "-X3", " 3 pack", "_1PCS", "-SET"])


def _suffixed(sku: str, chance: Random) -> str:
    return sku + chance.choice(["-NEW", "-FBM", " (ebay)", "-01", "-UK", "-RP2024", "-OUTLET", "a"])


def _mistyped(sku: str, chance: Random) -> str:
    """In the number or the stem: another colour or size would be another thing."""
    at = chance.randrange(1, max(min(len(sku), 8) - 1, 2))
    kind = chance.randrange(3)
    if kind == 0:
        return sku[:at] + sku[at + 1 :]
    if kind == 1:
        return sku[:at] + sku[at + 1 : at + 2] + sku[at : at + 1] + sku[at + 2 :]
    return sku[:at] + chance.choice(LETTERS) + sku[at:]


def _reordered(sku: str, chance: Random) -> str:
    parts = "".join(letter if letter.isalnum() else " " for letter in sku).split()
    chance.shuffle(parts)
    return "-".join(parts)


def _spelled_out(sku: str, _: Random) -> str:
    words = {**COLOURS, **SIZES}
    parts = "".join(letter if letter.isalnum() else " " for letter in sku).split()
    return "-".join(words.get(part, part) for part in parts)


def _cut_short(sku: str, chance: Random) -> str:
    """Marketplaces cut long codes off, and people leave the maker out."""
    return sku[chance.choice([1, 2, 3]) :]


def _twice(sku: str, chance: Random) -> str:
    for change in chance.sample([_without_separators, _prefixed, _suffixed, _mistyped, _spelled_out, _packed], 2):
        sku = change(sku, chance)
    return sku


def _zeros(sku: str, _: Random) -> str:
    parts = "".join(letter if letter.isalnum() else " " for letter in sku).split()
    return "-".join(part.zfill(7) if part.isdigit() else part for part in parts)


WAYS: dict[str, Callable[[str, Random], str]] = {
    "separators dropped": _without_separators,
    "other separators": _other_separators,
    "prefix": _prefixed,
    "pack size": _packed,
    "suffix": _suffixed,
    "typo": _mistyped,
    "reordered": _reordered,
    "spelled out": _spelled_out,
    "zeros": _zeros,
    "cut short": _cut_short,
    "two at once": _twice,
}


def pairs(known: tuple[str, ...], each: int = 60, seed: int = 2) -> tuple[Pair, ...]:
    """What is itself a SKU of the catalogue is no question and is left out."""
    chance = Random(seed)
    taken = set(known)
    found = []
    for how, change in WAYS.items():
        made = 0
        while made < each:
            meant = chance.choice(known)
            said = change(meant, chance)
            if said in taken:
                continue
            found.append(Pair(how, said, meant))
            made += 1
    return tuple(found)
