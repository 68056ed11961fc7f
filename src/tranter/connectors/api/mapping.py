"""An order as it is handed in → our nouns. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

import msgspec

from tranter.connectors.api.fields import Given, day, decimal, pieces, quantity, switch, text
from tranter.connectors.api.words import (
    LONGEST_REFERENCE,
    NEVER_KEPT,
    REQUIRED,
    REQUIRED_OF_ITEM,
    RESERVED,
    STATES_NEEDED,
)
from tranter.model import Address, Buyer, CartState, Money, Order, OrderLine, Unreadable, total
from tranter.model.alpha3 import alpha2
from tranter.model.money import MoneyError

LONGEST_SOURCE = 40


class Record(msgspec.Struct, frozen=True):
    received_at: datetime
    order: dict[str, object]


def record(given: Mapping[str, object], at: datetime) -> bytes:
    """What is stored: as it came, but for numbers of cards and accounts."""
    kept = {name: value for name, value in given.items() if name not in NEVER_KEPT}
    return msgspec.json.encode(Record(received_at=at, order=kept))


def reference(given: Mapping[str, object]) -> str:
    """The client's own name of the order, unique per merchant. Raises `Unreadable`."""
    found = text(given, "cust_ref")
    if len(found) > LONGEST_REFERENCE or not found.isprintable():
        raise Unreadable(f"cust_ref is longer than {LONGEST_REFERENCE} characters, or not all of it can be printed")
    if found.partition("/")[0] in RESERVED:
        raise Unreadable(f"cust_ref {found!r} is a word that addresses of this API need themselves")
    return found


def order(payload: bytes, currency: str) -> Order:
    read = msgspec.json.decode(payload, type=Record)
    given = read.order
    items = pieces(given, "items")
    _check_whole(given, items)
    remote_id = reference(given)
    try:
        return _order(given, items, read.received_at, text(given, "currency_code").upper() or currency.upper())
    except MoneyError as error:
        raise Unreadable(f"Order {remote_id}: {error}") from error


def _check_whole(given: Given, items: list[Given]) -> None:
    missing = [name for name in REQUIRED if _is_missing(given, name)]
    if not switch(given, "ship_is_billing") and any(name.startswith("cust_") and text(given, name) for name in BILLING):
        named = text(given, "cust_company") or text(given, "cust_first_name") or text(given, "cust_last_name")
        missing += [] if named else ["cust_company"]
    missing += [] if items else ["items"]
    missing += [
        f"items[{place}].{name}"
        for place, item in enumerate(items)
        for name in REQUIRED_OF_ITEM
        if not text(item, name)
    ]
    if missing:
        raise Unreadable(f"Order missing required field(s): {', '.join(missing)}")


BILLING = tuple(
    f"cust_{part}"
    for part in "company first_name last_name address_1 address_2 address_3 city state zip country phone e_mail".split()
)


def _is_missing(given: Given, name: str) -> bool:
    if text(given, name):
        return False
    if name in ("ship_state", "ship_zip"):
        blank = given.get(name) is not None
        return not blank or alpha2(text(given, "ship_country")) in STATES_NEEDED
    return True


def _order(given: Given, items: list[Given], at: datetime, currency: str) -> Order:
    lines = tuple(_line(item, place, currency) for place, item in enumerate(items, 1))
    shipping, tax = (_money(given, currency, *names) for names in (("shipping_handling",), ("sales_tax", "tax")))
    off_lines = total((line.discount for line in lines if line.discount is not None), currency)
    discount = _money(given, currency, "order_discount") + off_lines
    counted = total((line.amount for line in lines), currency) + shipping + tax - discount
    named = text(given, "grand_total")
    number = text(given, "cust_po_no") or reference(given)
    return Order(
        remote_id=reference(given),
        number=number[:LONGEST_REFERENCE],
        state=CartState.OPEN,
        marketplace=text(given, "order_source")[:LONGEST_SOURCE],
        ordered_at=_ordered_at(given, at),
        modified_at=at,
        currency=currency,
        buyer=_buyer(given),
        ship_to=address(given, "ship"),
        bill_to=None if switch(given, "ship_is_billing") else address(given, "cust"),
        lines=lines,
        shipping=shipping,
        discount=discount,
        tax=tax,
        collected_tax=Money.zero(currency),
        total=_money(given, currency, "grand_total") if named else counted,
        ship_method=text(given, "ship_code")[:200],
        ship_by=_ship_by(given),
        note="\n".join(_notes(given)),
    )


def _line(item: Given, place: int, currency: str) -> OrderLine:
    """`extended_amount` stands for the price where there is none; it does not overrule one."""
    units = quantity(item, place)
    price, off = decimal(item, "price"), decimal(item, "discount")
    amount = _money(item, currency, "extended_amount") if price is None else _exact(price * units, currency)
    return OrderLine(
        line_id=str(place),
        sku=text(item, "item"),
        quantity=units,
        amount=amount,
        discount=_exact(off * units, currency) if off and price is not None else None,
        tax=_money(item, currency, "tax") if text(item, "tax") else None,
        title=text(item, "description") or text(item, "Description"),
    )


def _money(given: Given, currency: str, *names: str) -> Money:
    """The first of these fields that is given."""
    for name in names:
        found = decimal(given, name)
        if found is not None:
            return _exact(found, currency)
    return Money.zero(currency)


def _exact(value: object, currency: str) -> Money:
    return Money.parse(str(value), currency)


def _ordered_at(given: Given, at: datetime) -> datetime:
    """Only the day is told; today's orders are of now."""
    told = day(given, "order_date")
    if told is None or told >= at.date():
        return at
    return datetime.combine(told, time(), UTC)


def _ship_by(given: Given) -> datetime | None:
    told = day(given, "requested_ship_date") or day(given, "expected_delivery_date")
    return datetime.combine(told, time(23, 59, 59), UTC) if told is not None else None


def _notes(given: Given) -> Iterator[str]:
    if words := text(given, "shipping_instructions"):
        yield words
    if words := text(given, "gift_message"):
        yield f"Gift message: {words}"


def _buyer(given: Given) -> Buyer:
    """Known again by the client's number of them, else by their e-mail."""
    side = "ship" if switch(given, "ship_is_billing") or not text(given, "cust_last_name") else "cust"
    email = text(given, "cust_e_mail") or text(given, "ship_e_mail")
    return Buyer(
        remote_id=(text(given, "customer_id") or email.lower())[:200],
        name=_name(given, side) or text(given, f"{side}_company"),
        email=email,
        phone=text(given, "cust_phone") or text(given, "ship_phone"),
    )


def address(given: Given, side: str) -> Address | None:
    """`side` is ship or cust; None where nothing of it is given."""
    if not any(text(given, f"{side}_{part}") for part in ("address_1", "city", "zip", "country")):
        return None
    lines = (text(given, f"{side}_address_{number}") for number in (1, 2, 3))
    return Address(
        name=_name(given, side),
        company=text(given, f"{side}_company"),
        lines=tuple(line for line in lines if line),
        city=text(given, f"{side}_city"),
        region=text(given, f"{side}_state"),
        postal_code=text(given, f"{side}_zip"),
        country=alpha2(text(given, f"{side}_country")),
        phone=text(given, f"{side}_phone"),
        email=text(given, f"{side}_e_mail"),
    )


def _name(given: Given, side: str) -> str:
    return " ".join(filter(None, (text(given, f"{side}_{part}") for part in ("first_name", "last_name"))))
