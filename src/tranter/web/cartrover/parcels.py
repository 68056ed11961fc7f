"""The parcels of an order as this API tells them."""

from tranter.ledger.api_cards import OrderCard, Parcel
from tranter.web.cartrover.dates import told
from tranter.web.cartrover.items import item_code
from tranter.web.cartrover.words import PARCEL, PARCEL_ITEM

Fields = dict[str, object]


def parcel_objects(card: OrderCard) -> list[Fields]:
    return [_parcel(card, parcel) for parcel in card.parcels]


def _parcel(card: OrderCard, parcel: Parcel) -> Fields:
    values: Fields = {
        "carrier": parcel.carrier or None,
        "method": parcel.service or None,
        "tracking_no": parcel.tracking_number or None,
        "date": told(parcel.shipped_at),
        "tracking_url": parcel.tracking_url or None,
        "items": [_item(code, units) for line_id, units in parcel.lines if (code := item_code(card, line_id))],
    }
    return {name: values.get(name) for name in PARCEL}


def _item(code: str, units: int) -> Fields:
    """What the hub added itself is none of the client's items."""
    values: Fields = {"item": code, "quantity": str(units)}
    return {name: values.get(name) for name in PARCEL_ITEM}
