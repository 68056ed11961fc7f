"""Where something goes, and who receives it."""

import hashlib
from enum import Enum

import msgspec
from msgspec import Struct


class AddressCheck(Enum):
    """What becomes of an order whose address is not as its country has them."""

    OFF = "off"
    WARN = "warn"
    HOLD = "hold"


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`country` is ISO 3166 alpha-2. `reference` is printed above the street line (eBay's hub programmes)."""

    name: str = ""
    company: str = ""
    reference: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


class Buyer(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`remote_id` is the cart's name for the account; the same buyer has the same one in every order."""

    remote_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    tax_id: str = ""
    tax_id_kind: str = ""


def address_key(address: Address) -> str:
    """The same for the same label on a parcel, whatever its case and spacing; nobody can read it back.

    The e-mail is not on the label, and carts change it from order to order.
    """
    label = (
        (address.name, address.company, address.reference),
        address.lines,
        (address.city, address.region, address.postal_code, address.country, address.phone),
    )
    plain = [[" ".join(part.casefold().split()) for part in parts] for parts in label]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()
