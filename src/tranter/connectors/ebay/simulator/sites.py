"""eBay's sites: country, currency and Trading site number of each marketplace.

Source: eBay's guide "Using eBay RESTful APIs", table of marketplace ids (2026-11).
"""

from decimal import Decimal
from typing import NamedTuple

from tranter.connectors.ebay.simulator.orders import CollectedTax


class Site(NamedTuple):
    country: str
    currency: str
    number: int
    locale: str
    trading_name: str


SITES: dict[str, Site] = {
    "EBAY_US": Site("US", "USD", 0, "en_US", "US"),
    "EBAY_MOTORS_US": Site("US", "USD", 100, "en_US", "eBayMotors"),
    "EBAY_CA": Site("CA", "CAD", 2, "en_CA", "Canada"),
    "EBAY_GB": Site("GB", "GBP", 3, "en_GB", "UK"),
    "EBAY_AU": Site("AU", "AUD", 15, "en_AU", "Australia"),
    "EBAY_AT": Site("AT", "EUR", 16, "de_AT", "Austria"),
    "EBAY_BE": Site("BE", "EUR", 123, "nl_BE", "Belgium_Dutch"),
    "EBAY_CH": Site("CH", "CHF", 193, "de_CH", "Switzerland"),
    "EBAY_DE": Site("DE", "EUR", 77, "de_DE", "Germany"),
    "EBAY_ES": Site("ES", "EUR", 186, "es_ES", "Spain"),
    "EBAY_FR": Site("FR", "EUR", 71, "fr_FR", "France"),
    "EBAY_HK": Site("HK", "HKD", 201, "zh_HK", "HongKong"),
    "EBAY_IE": Site("IE", "EUR", 205, "en_IE", "Ireland"),
    "EBAY_IT": Site("IT", "EUR", 101, "it_IT", "Italy"),
    "EBAY_MY": Site("MY", "MYR", 207, "en_MY", "Malaysia"),
    "EBAY_NL": Site("NL", "EUR", 146, "nl_NL", "Netherlands"),
    "EBAY_PH": Site("PH", "PHP", 211, "en_PH", "Philippines"),
    "EBAY_PL": Site("PL", "PLN", 212, "pl_PL", "Poland"),
    "EBAY_SG": Site("SG", "SGD", 216, "en_SG", "Singapore"),
    "EBAY_JP": Site("JP", "JPY", 0, "en_US", "US"),
}
EUROPEAN_UNION = frozenset({"AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL"})


def usual_tax(seller_country: str, buyer_country: str) -> CollectedTax | None:
    """The tax that eBay would collect by itself on such a sale; rates rounded to what an example needs."""
    if buyer_country == "US":
        return CollectedTax("STATE_SALES_TAX", Decimal("0.08625"))
    if seller_country == buyer_country:
        return None
    if buyer_country in EUROPEAN_UNION and seller_country not in EUROPEAN_UNION:
        return CollectedTax("VAT", Decimal("0.19"), "IOSS", "IM2760000000")
    if buyer_country == "GB":
        return CollectedTax("VAT", Decimal("0.20"))
    if buyer_country == "AU":
        return CollectedTax("GST", Decimal("0.10"), "ABN", "64652016681")
    return None
