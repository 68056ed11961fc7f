"""An address in TradeGecko's fields, with nothing cut off."""

from collections.abc import Iterable

from tranter.connectors.tradegecko.refusals import ADDRESS
from tranter.connectors.tradegecko.rows import AddressRow
from tranter.model import Address
from tranter.sdk.errors import RejectedError

FIELD = 255  # TradeGecko names no limit; this is what its kind of database column holds

COMPARED = (
    "address1", "address2", "suburb", "city", "state", "zip_code", "country_code", "company_name", "first_name",
    "last_name", "phone_number",
)  # fmt: skip


def address_fields(address: Address) -> dict[str, str]:
    """What is blank is left out. `RejectedError` of kind `address` when it doesn't fit."""
    first_line, second_line = _street(address)
    first_name, last_name = _halves(address.name.strip())
    fields = {
        "address1": first_line,
        "address2": second_line,
        "city": address.city,
        "state": address.region,
        "zip_code": address.postal_code,
        "country": address.country,
        "country_code": address.country,
        "company_name": address.company,
        "first_name": first_name,
        "last_name": last_name,
        "email": address.email,
        "phone_number": address.phone,
    }
    for name, value in fields.items():
        if len(value.strip()) > FIELD:
            raise _refusal(f"its {name} is longer than {FIELD} characters")
    return {name: value.strip() for name, value in fields.items() if value.strip()}


def same_place(row: AddressRow, fields: dict[str, str]) -> bool:
    """Whether a parcel sent to either one carries the same label."""
    return all(_plain(getattr(row, name)) == _plain(fields.get(name)) for name in COMPARED)


def find_place(rows: Iterable[AddressRow], company_id: str, fields: dict[str, str]) -> str:
    """The id of this address among a company's own; empty when it isn't there."""
    for row in rows:
        if str(row.company_id) == company_id and row.status != "archived" and same_place(row, fields):
            return str(row.id)
    return ""


def shortened(name: str) -> tuple[str, bool]:
    """A name for a list, cut between two words where it is too long; and whether it was."""
    if len(name) <= FIELD:
        return name, False
    head = name[: FIELD + 1].rsplit(None, 1)[0] if " " in name[:FIELD] else name
    return head[:FIELD], True


def _street(address: Address) -> tuple[str, str]:
    """The reference stands above the street. Lines that are too many or too long flow on between two words."""
    lines = [line.strip() for line in (address.reference, *address.lines) if line.strip()]
    if not lines:
        raise _refusal("it has no street line")
    first, rest = lines[0], ", ".join(lines[1:])
    if len(first) <= FIELD and len(rest) <= FIELD:
        return first, rest
    head, tail = _flow(" ".join((first, rest)).split())
    if len(head) > FIELD or len(tail) > FIELD:
        raise _refusal(f"its street lines are longer than two lines of {FIELD} characters")
    return head, tail


def _flow(words: list[str]) -> tuple[str, str]:
    head = ""
    for count, word in enumerate(words):
        longer = f"{head} {word}".strip()
        if len(longer) > FIELD and head:
            return head, " ".join(words[count:])
        head = longer
    return head, ""


def _halves(name: str) -> tuple[str, str]:
    """First and last name: the last word is the last name, more of them where the first would be too long."""
    head, _, tail = name.rpartition(" ")
    if len(head) > FIELD:
        head, tail = _flow(name.split())
    return (head, tail) if head else (tail, "")


def _plain(value: str | None) -> str:
    return " ".join((value or "").casefold().split())


def _refusal(reason: str) -> RejectedError:
    return RejectedError(
        f"The address can't be sent to TradeGecko: {reason}.",
        "Correct the address at the cart, then release the order.",
        kind=ADDRESS,
    )
