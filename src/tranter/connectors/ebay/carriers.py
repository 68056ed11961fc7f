"""Carriers: the words of eBay, and those that warehouses use for them.

Codes: `ShippingCarrierCodeType` of the Trading API, version 1487 (2026-11).
https://developer.ebay.com/devzone/xml/docs/reference/ebay/types/ShippingCarrierCodeType.html
"""

import re
import unicodedata
from collections.abc import Mapping

CODES = tuple(
    """
    UPS USPS FedEx DeutschePost DHL Hermes iLoxx Other ColiposteDomestic ColiposteInternational Chronopost
    Correos Seur Nacex FourPX FourPXCHINA FourPXExpress FourPXLTD SevenLSP A1CourierServices ABF AeroPost
    ALLIEDEXPRESS AMWST AnPost APC ARAMEX ARVATO ASM AustraliaPost AustralianAirExpress AVRT BPost
    Bartolini BELGIANPOST BKNS BluePackage BusinessPost CanPar CENF CEVA ChinaPost Chronoexpres CHUKOU1
    ChunghwaPost CitiPost CityLink ClickandQuick CNWY Colissimo CollectPlus CPC DAIPost DayandRoss
    DBSchenker DHLEXPRESS DHLGlobalMail DHLEKB DHLG DieSchweizerischePost DPD DPXThailand Ducros EGO EMF
    Exapaq Fastway FASTWAYCOURIERS FedExSmartPost FLYT FLYTExpress FlytExpressUSDirectline FTFT
    FulfilExpressAccStation FulfilExpresseForCity FulfilExpressEverydaySource FulfilExpressiTrimming GLS
    HDUSA HomeDeliveryNetwork HongKongPost HUNTEREXPRESS IndiaPost IndonesiaPost Interlink InterPost
    IoInvio Iparcel IsraelPost JapanPost KIALA KoreaPost LAPOSTE Landmark LDSO LTL MALAYSIAPOST
    MannaFreight Metapack MNGTurkey MondialRelay MRW MSI NEMF ODFL OFFD ONTRACK OsterreichischePostAG OVNT
    ParcelPool Parcelforce Philpost Pilot PITD PocztaPolska Pocztex POSTITALIANO PostNL PostNordNorway
    PosteItaliane Prestige Quantium RETL RoyalMail RRUN SAIA SDA SFC SFCExpress SINGAPOREPOST Siodemka
    SioliandFontana SkynetMalaysia SMARTSEND Sogetras Spediamo SpeeDee StarTrack SuntekExpressLTD
    SwissPost TELE TEMANDO THAILANDPOST TNT TNTEXPRESS TNTPost Toll TPG TWW UBI UKMail UPSMailInnovations
    UPSC USFG USPSCeP USPSPMI VietnamPost VITR WATKINS Winit Wise WNdirect WPX YANWEN Yodel YRC CustomCode
    """.split()
)

# What warehouses write, squeezed to lower-case letters and digits: the whole name, before the prefixes below.
SYNONYMS: Mapping[str, str] = {
    "alliedexpress": "ALLIEDEXPRESS",
    "austpost": "AustraliaPost",
    "auspost": "AustraliaPost",
    "brt": "Bartolini",
    "canadapost": "CPC",
    "couriersplease": "Other",
    "deutschepostdhl": "DHL",
    "evri": "Hermes",
    "federalexpress": "FedEx",
    "hermesworld": "Hermes",
    "laposte": "LAPOSTE",
    "lasership": "Other",
    "myhermes": "Hermes",
    "osterreichischepost": "OsterreichischePostAG",
    "postaustria": "OsterreichischePostAG",
    "postat": "OsterreichischePostAG",
    "sendle": "Other",
    "unitedparcelservice": "UPS",
    "unitedstatespostalservice": "USPS",
    "usmail": "USPS",
    "uspostalservice": "USPS",
}

# A carrier's name with one of its services behind it ("Royal Mail Tracked 48"); the longest one counts.
PREFIXES: Mapping[str, str] = {
    "anpost": "AnPost",
    "aramex": "ARAMEX",
    "australiapost": "AustraliaPost",
    "auspost": "AustraliaPost",
    "bpost": "BPost",
    "canadapost": "CPC",
    "canpar": "CanPar",
    "chinapost": "ChinaPost",
    "chronopost": "Chronopost",
    "colissimo": "Colissimo",
    "correos": "Correos",
    "deutschepost": "DeutschePost",
    "dhl": "DHL",
    "dhlecommerce": "DHLGlobalMail",
    "dhlexpress": "DHLEXPRESS",
    "dhlglobalmail": "DHLGlobalMail",
    "dpd": "DPD",
    "evri": "Hermes",
    "fastway": "Fastway",
    "fedex": "FedEx",
    "fedexsmartpost": "FedExSmartPost",
    "gls": "GLS",
    "hermes": "Hermes",
    "hongkongpost": "HongKongPost",
    "japanpost": "JapanPost",
    "mondialrelay": "MondialRelay",
    "ontrac": "ONTRACK",
    "parcelforce": "Parcelforce",
    "posteitaliane": "PosteItaliane",
    "postnl": "PostNL",
    "postnord": "PostNordNorway",
    "royalmail": "RoyalMail",
    "seur": "Seur",
    "singaporepost": "SINGAPOREPOST",
    "startrack": "StarTrack",
    "swisspost": "SwissPost",
    "tnt": "TNT",
    "tollipec": "Toll",
    "tollpriority": "Toll",
    "ups": "UPS",
    "upsmailinnovations": "UPSMailInnovations",
    "usps": "USPS",
    "yanwen": "YANWEN",
    "yodel": "Yodel",
}
SHORT = 3
"""A prefix of so few letters counts only when a word ends there: `ups`, not `upscale couriers`."""


def carrier_code(name: str) -> str:
    """eBay's code for a carrier's name, or nothing when eBay has none that is surely meant."""
    squeezed = _squeeze(name)
    for code in CODES:
        if squeezed == code.lower():
            return code
    if squeezed in SYNONYMS:
        return SYNONYMS[squeezed]
    words = {_squeeze(word) for word in re.split(r"[\s\-_/:,.()]+", name)}
    for prefix in sorted(PREFIXES, key=len, reverse=True):
        if squeezed.startswith(prefix) and (len(prefix) > SHORT or prefix in words):
            return PREFIXES[prefix]
    return ""


def clean_tracking(number: str) -> str:
    """eBay takes letters and digits only: spaces and hyphens are refused."""
    return re.sub(r"[^0-9A-Za-z]", "", number)


def _squeeze(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^0-9a-z]", "", plain.lower())
