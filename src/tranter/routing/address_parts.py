"""What a parcel's label can't do without."""

from tranter.model import Address
from tranter.routing.countries import country_code, country_known

# Places whose post knows no codes (Universal Postal Union, addressing systems, 2026-11).
NO_POSTAL_CODE = frozenset(
    "AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GH GM GQ GY HK KI KM KN KP LC LY ML MO MR "
    "MW NA NR NU PA QA RW SB SC SL SR ST SY TD TF TG TK TL TO TT TV UG VU WS YE ZW".split()
)


def missing_parts(address: Address) -> tuple[str, ...]:
    """Names of parts (`name`, `lines`, `city`, `postal_code`, `country`) that are blank, or no country at all."""
    code = country_code(address.country)
    needed = {
        "name": address.name.strip() or address.company.strip(),
        "lines": "".join(address.lines).strip(),
        "city": address.city.strip(),
        "postal_code": address.postal_code.strip() or code in NO_POSTAL_CODE,
        "country": country_known(code),
    }
    return tuple(part for part, given in needed.items() if not given)
