"""eBay's sites: country, currency and Trading site number of each marketplace.

Source: eBay's guide "Using eBay RESTful APIs", table of marketplace ids, and the enumeration of the
Fulfillment API (2026-11).
"""

from decimal import Decimal
from typing import NamedTuple

from tranter.connectors.ebay.simulator.orders import CollectedTax


class Site(NamedTuple):
    country: str
    currency: str
    number: int | None
    locale: str
    trading_name: str


# Those without a number are words of the Fulfillment API only: no Trading site, a made-up locale.
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
    "EBAY_TW": Site("TW", "TWD", None, "en_US", "US"),
    "EBAY_CN": Site("CN", "CNY", None, "en_US", "US"),
    "EBAY_CZ": Site("CZ", "CZK", None, "en_US", "US"),
    "EBAY_DK": Site("DK", "DKK", None, "en_US", "US"),
    "EBAY_FI": Site("FI", "EUR", None, "en_US", "US"),
    "EBAY_GR": Site("GR", "EUR", None, "en_US", "US"),
    "EBAY_HU": Site("HU", "HUF", None, "en_US", "US"),
    "EBAY_ID": Site("ID", "IDR", None, "en_US", "US"),
    "EBAY_IL": Site("IL", "ILS", None, "en_US", "US"),
    "EBAY_IN": Site("IN", "INR", 203, "en_IN", "India"),
    "EBAY_JP": Site("JP", "JPY", None, "en_US", "US"),
    "EBAY_NO": Site("NO", "NOK", None, "en_US", "US"),
    "EBAY_NZ": Site("NZ", "NZD", None, "en_US", "US"),
    "EBAY_PE": Site("PE", "PEN", None, "en_US", "US"),
    "EBAY_PR": Site("PR", "USD", None, "en_US", "US"),
    "EBAY_PT": Site("PT", "EUR", None, "en_US", "US"),
    "EBAY_RU": Site("RU", "RUB", None, "en_US", "US"),
    "EBAY_SE": Site("SE", "SEK", None, "en_US", "US"),
    "EBAY_TH": Site("TH", "THB", None, "en_US", "US"),
    "EBAY_VN": Site("VN", "VND", None, "en_US", "US"),
    "EBAY_ZA": Site("ZA", "ZAR", None, "en_US", "US"),
    "EBAY_HALF_US": Site("US", "USD", None, "en_US", "US"),
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
