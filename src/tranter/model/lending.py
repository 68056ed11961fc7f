"""On what terms a warehouse of the house is lent to one merchant."""

from collections.abc import Iterable

from msgspec import Struct


class Terms(Struct, frozen=True, kw_only=True, gc=False):
    """Orders go to `location`, under numbers and references that begin with `prefix`.

    The merchant's goods are those whose SKU at the warehouse begins with `sku_prefix`; the merchant calls them by the
    rest. With an empty one they are the goods that begin with nobody's.
    """

    location: str
    prefix: str
    sku_prefix: str = ""


class Shares(Struct, frozen=True, gc=False):
    """Whose a SKU of a lent warehouse is: one merchant's, or nobody's. `sku_prefixes` are those of all borrowers."""

    sku_prefixes: frozenset[str]

    def own_sku(self, terms: Terms, sku: str) -> str | None:
        """What this merchant calls it; None when it is not theirs."""
        if terms.sku_prefix:
            return sku.removeprefix(terms.sku_prefix) if sku.startswith(terms.sku_prefix) else None
        return None if any(sku.startswith(other) for other in self.sku_prefixes if other) else sku


def clashes(wanted: str, others: Iterable[str]) -> str | None:
    """One of `others` that begins with `wanted`, or with which it begins: what follows would not tell them apart."""
    one = wanted.casefold()
    found = (other for other in others if (two := other.casefold()).startswith(one) or one.startswith(two))
    return next(found, None)
