"""eBay's sites: https://developer.ebay.com/api-docs/static/rest-request-components.html#marketpl (2026-11).

Rows without a Trading site are enum values of the Fulfillment API that no Trading call can name.
"""

from collections.abc import Mapping

from msgspec import Struct

from tranter.sdk.forms import Choice


class Marketplace(Struct, frozen=True):
    """`sites` are the Trading API's (id, name); the first one is the default."""

    country: str
    currency: str
    locale: str = "en-US"
    sites: tuple[tuple[int, str], ...] = ()
    domain: str = ""


MARKETPLACES: Mapping[str, Marketplace] = {
    "EBAY_US": Marketplace("US", "USD", "en-US", ((0, "US"),), "ebay.com"),
    "EBAY_MOTORS_US": Marketplace("US", "USD", "en-US", ((100, "eBayMotors"),)),
    "EBAY_CA": Marketplace("CA", "CAD", "en-CA", ((2, "Canada"), (210, "CanadaFrench")), "ebay.ca"),
    "EBAY_GB": Marketplace("GB", "GBP", "en-GB", ((3, "UK"),), "ebay.co.uk"),
    "EBAY_AU": Marketplace("AU", "AUD", "en-AU", ((15, "Australia"),), "ebay.com.au"),
    "EBAY_AT": Marketplace("AT", "EUR", "de-AT", ((16, "Austria"),), "ebay.at"),
    "EBAY_BE": Marketplace("BE", "EUR", "nl-BE", ((123, "Belgium_Dutch"), (23, "Belgium_French")), "ebay.be"),
    "EBAY_CH": Marketplace("CH", "CHF", "de-CH", ((193, "Switzerland"),), "ebay.ch"),
    "EBAY_DE": Marketplace("DE", "EUR", "de-DE", ((77, "Germany"),), "ebay.de"),
    "EBAY_ES": Marketplace("ES", "EUR", "es-ES", ((186, "Spain"),), "ebay.es"),
    "EBAY_FR": Marketplace("FR", "EUR", "fr-FR", ((71, "France"),), "ebay.fr"),
    "EBAY_HK": Marketplace("HK", "HKD", "zh-HK", ((201, "HongKong"),), "ebay.com.hk"),
    "EBAY_IE": Marketplace("IE", "EUR", "en-IE", ((205, "Ireland"),), "ebay.ie"),
    "EBAY_IT": Marketplace("IT", "EUR", "it-IT", ((101, "Italy"),), "ebay.it"),
    "EBAY_MY": Marketplace("MY", "MYR", "en-US", ((207, "Malaysia"),), "ebay.com.my"),
    "EBAY_NL": Marketplace("NL", "EUR", "nl-NL", ((146, "Netherlands"),), "ebay.nl"),
    "EBAY_PH": Marketplace("PH", "PHP", "en-PH", ((211, "Philippines"),), "ebay.ph"),
    "EBAY_PL": Marketplace("PL", "PLN", "pl-PL", ((212, "Poland"),), "ebay.pl"),
    "EBAY_SG": Marketplace("SG", "SGD", "en-US", ((216, "Singapore"),), "ebay.com.sg"),
    "EBAY_TW": Marketplace("TW", "TWD", "zh-TW"),
    "EBAY_CN": Marketplace("CN", "CNY"),
    "EBAY_CZ": Marketplace("CZ", "CZK"),
    "EBAY_DK": Marketplace("DK", "DKK"),
    "EBAY_FI": Marketplace("FI", "EUR"),
    "EBAY_GR": Marketplace("GR", "EUR"),
    "EBAY_HU": Marketplace("HU", "HUF"),
    "EBAY_ID": Marketplace("ID", "IDR"),
    "EBAY_IL": Marketplace("IL", "ILS"),
    "EBAY_IN": Marketplace("IN", "INR", "en-US", ((203, "India"),), "ebay.in"),
    "EBAY_JP": Marketplace("JP", "JPY"),
    "EBAY_NO": Marketplace("NO", "NOK"),
    "EBAY_NZ": Marketplace("NZ", "NZD"),
    "EBAY_PE": Marketplace("PE", "PEN"),
    "EBAY_PR": Marketplace("PR", "USD"),
    "EBAY_PT": Marketplace("PT", "EUR"),
    "EBAY_RU": Marketplace("RU", "RUB"),
    "EBAY_SE": Marketplace("SE", "SEK"),
    "EBAY_TH": Marketplace("TH", "THB"),
    "EBAY_VN": Marketplace("VN", "VND"),
    "EBAY_ZA": Marketplace("ZA", "ZAR"),
    "EBAY_HALF_US": Marketplace("US", "USD"),
}


def canonical(name: str) -> str:
    """The Inventory API spells Motors `EBAY_MOTORS`, every other API `EBAY_MOTORS_US` (2026-11)."""
    return "EBAY_MOTORS_US" if name == "EBAY_MOTORS" else name


def locale_of(name: str) -> str:
    """For `Accept-Language`, which the Inventory API refuses to be without."""
    return MARKETPLACES[name].locale if name in MARKETPLACES else "en-US"


def site_id_of(name: str) -> int:
    """For the Trading API; the US site stands in for sites that it doesn't have."""
    found = MARKETPLACES.get(name)
    return found.sites[0][0] if found and found.sites else 0


def by_site_name(site: str) -> str:
    """The marketplace of a Trading API site name, or nothing."""
    for name, marketplace in MARKETPLACES.items():
        if any(site == known for _, known in marketplace.sites):
            return name
    return ""


def by_host(host: str) -> str:
    """The marketplace whose public site this is (`www.ebay.co.uk`, `cgi.sandbox.ebay.de`), or nothing."""
    found = [
        (len(marketplace.domain), name)
        for name, marketplace in MARKETPLACES.items()
        if marketplace.domain and (host == marketplace.domain or host.endswith("." + marketplace.domain))
    ]
    return max(found)[1] if found else ""


def site_choices() -> tuple[Choice, ...]:
    """Those that sellers know by their address first."""
    known = sorted(MARKETPLACES.items(), key=lambda item: (not item[1].domain, item[0] != "EBAY_US", item[0]))
    return tuple(
        Choice(
            value=name,
            label=marketplace.domain or name.removeprefix("EBAY_").replace("_", " "),
            country=marketplace.country,
            currency=marketplace.currency,
            language=marketplace.locale,
            rare=not marketplace.domain,
        )
        for name, marketplace in known
    )
