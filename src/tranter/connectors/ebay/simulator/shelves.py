"""Fills the account with listings: of both families, with variations, and with the same SKU in two places."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from tranter.connectors.ebay.simulator.catalogue import Catalogue, Family, Listing, TrackingMethod, Variation
from tranter.connectors.ebay.simulator.money import rounded
from tranter.connectors.ebay.simulator.sites import SITES

ARTICLES = {
    "LAMP": "Brass desk lamp",
    "KETL": "Enamel kettle",
    "ROPE": "Climbing rope",
    "BOOK": "Bound notebook",
    "KNIF": "Carving knife",
    "RUGS": "Woven rug",
    "SOAP": "Olive soap",
    "CLOK": "Mantel clock",
}
FORMS = {"S": "small", "M": "medium", "L": "large"}
UNKNOWN_SKU = "NOT-AT-THE-WAREHOUSE"
ODD_SKUS = frozenset({UNKNOWN_SKU, ""})
BLOCK = 8


def default_skus() -> tuple[str, ...]:
    return tuple(f"{article}-{form}" for article in ARTICLES for form in FORMS)


@dataclass
class Shelves:
    """Lays listings out in blocks of eight SKUs, so that every sort of listing appears early."""

    catalogue: Catalogue
    random: Random
    marketplaces: tuple[str, ...]
    started_at: datetime

    def fill(self, skus: tuple[str, ...], odd_listings: bool) -> None:
        for start in range(0, len(skus), BLOCK):
            self._block(skus[start : start + BLOCK])
        if odd_listings:
            for sku, title in ((UNKNOWN_SKU, "Discontinued umbrella"), ("", "Grab bag without a SKU")):
                self._list(Family.TRADING, self.marketplaces[0], [sku], title)

    def _block(self, skus: tuple[str, ...]) -> None:
        home, *abroad = self.marketplaces
        sites = iter(abroad)
        for sku in skus[:2]:
            self._list(Family.INVENTORY, home, [sku])
        if skus[:1]:
            self._list(Family.TRADING, home, [skus[0]]).tracking_method = TrackingMethod.SKU
        for site in sites:
            self._list(Family.INVENTORY, site, list(skus[1:2]))
        self._group(Family.TRADING, home, skus[2:5])
        if skus[5:6]:
            self._list(Family.TRADING, home, [skus[5]])
        self._group(Family.INVENTORY, home, skus[6:8])

    def _group(self, family: Family, site: str, skus: tuple[str, ...]) -> None:
        if skus:
            listing = self._list(family, site, list(skus))
            if family is Family.INVENTORY:
                for sku in skus:
                    self.catalogue.items[sku].group = f"group-{listing.listing_id}"

    def _list(self, family: Family, site: str, skus: list[str], title: str = "") -> Listing:
        listing = Listing(
            listing_id=str(self.random.randrange(110_000_000_000, 400_000_000_000)),
            family=family,
            marketplace=site,
            currency=SITES[site].currency,
            title=title or _title(skus[0] if skus else ""),
            started_at=self.started_at,
            variations=list(self._variations(family, site, skus)),
        )
        return self.catalogue.add(listing)

    def _variations(self, family: Family, site: str, skus: list[str]) -> Iterator[Variation]:
        currency = SITES[site].currency
        factor = 150 if currency == "JPY" else 1
        for sku in skus:
            cents = Decimal(self.random.randrange(495, 8995)) / 100
            yield Variation(
                sku=sku,
                price=rounded(cents * factor, currency),
                quantity=self.random.randrange(40, 160),
                variation_id=str(self.random.randrange(4 * 10**11, 6 * 10**11)) if len(skus) > 1 else "",
                offer_id=str(self.random.randrange(10**10, 10**11)) if family is Family.INVENTORY else "",
                aspects=_aspects(sku) if len(skus) > 1 else {},
            )


def _title(sku: str) -> str:
    article, _, form = sku.partition("-")
    return f"{ARTICLES.get(article, f'Article {sku}')}, {FORMS.get(form, 'one size')}"


def _aspects(sku: str) -> dict[str, str]:
    article, _, form = sku.partition("-")
    return {"Size": FORMS.get(form, sku), "Style": article.title()}
