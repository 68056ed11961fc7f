"""Country codes: ISO 3166-1 alpha-2 (the 249 officially assigned ones, 2024)."""

from functools import lru_cache

CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
ASSIGNED = frozenset(CODES.split())
# Kosovo has no assigned code; customs forms of the EU and the large carriers use this user-assigned one.
USER_ASSIGNED = frozenset({"XK"})
# The EU's own codes of Britain and Greece in VAT matters; ISO gives neither to any other country.
SPELLINGS = {"UK": "GB", "EL": "GR"}


def country_known(code: str) -> bool:
    return code in ASSIGNED or code in USER_ASSIGNED


@lru_cache(1_000)
def country_code(text: str) -> str:
    """The ISO code that is meant ("uk" is GB), or the text as it is."""
    code = text.strip().upper()
    code = SPELLINGS.get(code, code)
    return code if country_known(code) else text
