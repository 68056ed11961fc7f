"""A SKU that stands for several, and how people write down what is in it: `2 x LAMP + 1 x BULB`."""

import re
from decimal import Decimal

from msgspec import Struct

MOST_COMPONENTS, MOST_UNITS = 50, 9999
SKU_LENGTH = 200
PIECE = re.compile(
    r"""\s*(?:(?P<units>\d{1,9})\s*[x×*]\s*)?
    (?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^"+\n][^+\n]*?))
    \s*(?:\(\s*(?P<share>\d{1,9}(?:\.\d{1,4})?)\s*\))?\s*(?P<end>[+\n]|$)""",
    re.VERBOSE,
)
PLAIN = re.compile(r"[^\s\"+()][^\"+()\n]*(?<!\s)")


class Component(Struct, frozen=True, kw_only=True, gc=False):
    """`quantity` units of `sku` in each kit. `share` is what one of them is worth beside the others; None: not said."""

    sku: str
    quantity: int = 1
    share: Decimal | None = None


Recipe = tuple[Component, ...]


class BadRecipe(ValueError):
    """`cause` and `remedy` are for a person."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause, self.remedy = cause, remedy


def read_recipe(text: str) -> Recipe:
    """Components are parted by `+` or by lines; a SKU with such a sign in it stands in quotation marks."""
    found, place, written = [], 0, text.strip()
    while place < len(written):
        match = PIECE.match(written, place)
        if match is None or match.end() == place:
            raise BadRecipe(f"{written[place : place + 30]!r} can't be read", "write it as 2 x LAMP + 1 x BULB")
        found.append(_component(match))
        place = match.end()
        if match["end"] == "+" and place == len(written):
            raise BadRecipe("something is missing behind the last +", "write it as 2 x LAMP + 1 x BULB")
    return checked(tuple(found))


def _component(match: re.Match[str]) -> Component:
    quoted, plain = match["quoted"], match["plain"] or ""
    share = match["share"]
    return Component(
        sku=quoted.replace('""', '"') if quoted is not None else plain.strip(),
        quantity=int(match["units"] or 1),
        share=None if share is None else Decimal(share),
    )


def checked(recipe: Recipe) -> Recipe:
    """Raises BadRecipe."""
    skus = [one.sku for one in recipe]
    if not recipe or len(recipe) > MOST_COMPONENTS:
        raise BadRecipe(f"it has {len(recipe)} components", f"a kit has 1 to {MOST_COMPONENTS}")
    for one in recipe:
        if not one.sku.strip() or len(one.sku) > SKU_LENGTH or not one.sku.isprintable():
            raise BadRecipe(f"{one.sku[:30]!r} is no SKU", f"write 1 to {SKU_LENGTH} characters")
        if not 1 <= one.quantity <= MOST_UNITS:
            raise BadRecipe(f"{one.quantity} units of {one.sku!r}", f"write 1 to {MOST_UNITS}")
    twice = next((sku for sku in skus if skus.count(sku) > 1), None)
    if twice is not None:
        raise BadRecipe(f"{twice!r} is there twice", "write it once, with all its units")
    shares = [one.share for one in recipe if one.share is not None]
    if shares and (len(shares) < len(recipe) or not sum(shares)):
        raise BadRecipe("only some components have a worth", "give it to all of them or to none, and not all zero")
    return recipe


def write_recipe(recipe: Recipe) -> str:
    """What `read_recipe` reads back the same."""
    return " + ".join(
        f"{one.quantity} x {_quoted(one.sku)}{'' if one.share is None else f' ({one.share:f})'}" for one in recipe
    )


def _quoted(sku: str) -> str:
    if PLAIN.fullmatch(sku):
        return sku
    return '"' + sku.replace('"', '""') + '"'


def weights(recipe: Recipe) -> tuple[int, ...]:
    """How the price of a kit is spread over its components: by their worth where it is given, else unit by unit."""
    return tuple(int(((Decimal(1) if one.share is None else one.share) * one.quantity).scaleb(4)) for one in recipe)
