"""An order as this API tells it: money and numbers as text, what is absent as null, switches as Y and N."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tranter.ledger.api_cards import OrderCard
from tranter.model import Address, Money
from tranter.model.alpha3 import alpha3
from tranter.web.cartrover.dates import told
from tranter.web.cartrover.items import item_objects, off_lines
from tranter.web.cartrover.parcels import parcel_objects
from tranter.web.cartrover.plain import amount, plain, switch, yes
from tranter.web.cartrover.words import CONSTANT, ECHOED, HEAD, LIST_ONLY, SWITCHES, VIEW_ONLY

Fields = dict[str, object]
SIDE = "company first_name last_name address_1 address_2 address_3 city state zip country phone e_mail".split()


class Shown(Struct, frozen=True, kw_only=True):
    """What a client wants to see beside the usual."""

    filtered_items: bool = False
    order_extras: bool = False
    line_extras: bool = False
    aliases: bool = False


def view_object(card: OrderCard, shown: Shown) -> Fields:
    return _object(card, shown, frozenset(HEAD) - LIST_ONLY)


def list_object(card: OrderCard, shown: Shown) -> Fields:
    found = _object(card, shown, frozenset(HEAD) - VIEW_ONLY)
    found["order_status"] = status_word(card)
    wanted = {line.line_id: line.quantity for line in card.order.lines if line.quantity > 0}
    units = sum(wanted.values())
    left = sum(count for parcel in card.parcels for line_id, count in parcel.lines if line_id in wanted)
    return found | {"total_qty": str(units), "num_to_ship": str(units - left), "num_shipped": str(left)} | _last(found)


def _last(found: Fields) -> Fields:
    """Lists of an order stand behind its fields."""
    return {name: found.pop(name) for name in ("items", "shipments", "extra_fields") if name in found}


def status_object(card: OrderCard) -> Fields:
    return {
        "cust_ref": card.reference,
        "cust_po_no": card.order.number,
        "delivered_to_wms_date": told(card.delivered_at),
        "updated_date_time": told(card.updated_at),
        "ship_country": alpha3(card.order.ship_to.country) if card.order.ship_to is not None else None,
        "order_status": status_word(card),
        "shipments": parcel_objects(card),
    }


def status_word(card: OrderCard) -> str:
    """What is not ours to send is new, and `sending_canceled` says that it stays here."""
    return "new" if card.status == "skipped" else card.status


def _object(card: OrderCard, shown: Shown, names: frozenset[str]) -> Fields:
    values = _values(card)
    found: Fields = {name: values.get(name) for name in HEAD if name in names}
    extras = card.given.get("extra_fields")
    if shown.order_extras:
        found["extra_fields"] = extras if isinstance(extras, dict) else {}
    found["items"] = item_objects(card, shown.filtered_items, shown.line_extras, shown.aliases)
    found["shipments"] = parcel_objects(card)
    return found


def _values(card: OrderCard) -> Fields:
    order, given = card.order, card.given
    return {
        **CONSTANT,
        **{name: plain(given, name) for name in ECHOED},
        **{name: switch(given, name) for name in SWITCHES},
        **_places(card),
        **_money(card),
        "created_date_time": told(card.created_at),
        "updated_date_time": told(card.updated_at),
        "cust_ref": card.reference,
        "cust_po_no": order.number,
        "ship_code": order.ship_method,
        "customer_id": plain(given, "customer_id") or (None if card.is_handed_in else order.buyer.remote_id or None),
        "order_date": plain(given, "order_date") or f"{order.ordered_at:%Y-%m-%d}",
        "currency_code": order.currency,
        "order_source": (order.marketplace if card.is_handed_in else "") or card.connection,
        "requested_ship_date": plain(given, "requested_ship_date"),
        "latest_ship_date": _day(order.ship_by),
        "shipping_instructions": plain(given, "shipping_instructions") or (order.note or None),
        "cancel_date": told(card.canceled_at),
        "delivered_to_wms_date": told(card.delivered_at),
        "error_code": card.held_kind or None,
        "error_reason": (card.reason or None) if card.is_on_hold else None,
        "sending_canceled": yes(card.is_stopped),
        "on_hold": yes(card.is_on_hold),
    }


def _day(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%d}" if at is not None else None


def _money(card: OrderCard) -> Fields:
    """As the client wrote it; else by this API's rules: discounts of lines are in the sub-total."""
    order, off = card.order, off_lines(card.order)
    reckoned: Mapping[str, Money] = {
        "sub_total": order.subtotal - off,
        "order_discount": order.discount - off,
        "sales_tax": order.tax,
        "shipping_handling": order.shipping,
        "grand_total": order.total,
    }
    found: Fields = {name: amount(card.given, name) or f"{money.decimal():.2f}" for name, money in reckoned.items()}
    return found | {"pre_auth_amt": amount(card.given, "pre_auth_amt") or "0.00"}


def _places(card: OrderCard) -> Fields:
    order = card.order
    billed = order.bill_to or order.ship_to
    found: Fields = _side("ship", order.ship_to) | _side("cust", billed)
    for side, place in (("ship", order.ship_to), ("cust", order.bill_to)):
        if card.is_handed_in and place is not None and not (side == "ship" and card.is_corrected):
            found |= {f"{side}_{part}": plain(card.given, f"{side}_{part}") for part in SIDE if part != "country"}
    if card.is_handed_in and order.bill_to is None and not card.is_corrected:
        found |= {f"cust_{part}": found[f"ship_{part}"] for part in SIDE}
    return found


def _side(side: str, place: Address | None) -> Fields:
    if place is None:
        return {f"{side}_{part}": None for part in SIDE}
    first, _, last = place.name.strip().rpartition(" ")
    lines = [line for line in (place.reference, *place.lines) if line]
    third = ", ".join(lines[2:])
    values = (
        *(place.company, first, last, *[*lines, "", ""][:2], third, place.city, place.region, place.postal_code),
        *(alpha3(place.country), place.phone, place.email),
    )
    return {f"{side}_{part}": value or None for part, value in zip(SIDE, values, strict=True)}
