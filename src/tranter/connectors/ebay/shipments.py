"""Parcels out: one `createShippingFulfillment` per parcel, and a look at what is there already.

https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/shipping_fulfillment/methods/createShippingFulfillment
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit

from tranter.connectors.ebay import wire
from tranter.connectors.ebay.carriers import carrier_code, clean_tracking
from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.orders import ORDERS, stamp
from tranter.connectors.ebay.refusals import RejectedByEbay
from tranter.connectors.ebay.trading import Trading, element
from tranter.model import Shipment, ShipmentState
from tranter.sdk.errors import RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply
from tranter.sdk.verbs import Receipt, Sighting, Verdict

HOLD = "hold"
ONE_LINE_A_CALL = 34300
INVALID = 32600
"""Also said of more units than are left to send."""


def push(client: Client, trading: Trading, shipment: Shipment) -> Receipt:
    if shipment.state is ShipmentState.VOID:
        raise RejectedError(
            "this parcel was taken back at the warehouse, and eBay can't take back what it was told",
            "tell the buyer, or give the new tracking number",
            "void",
        )
    carrier = _carrier(client, shipment)
    if shipment.replaces is not None:
        return _correct(client, trading, shipment, carrier)
    parcel = _Parcel(client, shipment, carrier)
    try:
        return parcel.create(_lines(shipment), min(shipment.shipped_at, client.remote_now()))
    except RejectedByEbay as refused:
        return _after_refusal(parcel, refused)


def _after_refusal(parcel: "_Parcel", refused: RejectedByEbay) -> Receipt:
    """What a definite "no" leaves to do: nothing of the call was done."""
    client, shipment = parcel.client, parcel.shipment
    if refused.kind == "shipped_date":
        return parcel.create(_lines(shipment), client.remote_now())
    if refused.kind == "shipped_already" or refused.error_id == INVALID:
        return _adopted(client, shipment, refused)
    if refused.kind == "carrier":
        raise RejectedError(refused.reason, refused.remedy, "carrier", shipment.carrier) from refused
    if refused.error_id == ONE_LINE_A_CALL and len(_lines(shipment)) > 1:
        return _line_by_line(parcel)
    raise refused


def _line_by_line(parcel: "_Parcel") -> Receipt:
    """Orders of the Global Shipping Program take one line a call, so a repetition sends what is missing only."""
    client, shipment = parcel.client, parcel.shipment
    there = _with_number(_there(client, shipment.remote_order_id), shipment)
    missing = _lines(shipment) - _sum(there)
    receipt = Receipt(remote_id=clean_tracking(shipment.tracking_number))
    for line_id, quantity in missing.items():
        try:
            receipt = parcel.create(Counter({line_id: quantity}), min(shipment.shipped_at, client.remote_now()))
        except TransientError as error:  # the lines before are done, so the whole is not "not done"
            raise TransientError(error.reason, error.retry_after) from error
    return receipt


def look_up(client: Client, shipments: Sequence[Shipment]) -> tuple[Sighting, ...]:
    return tuple(_look_up_one(client, shipment) for shipment in shipments)


def _carrier(client: Client, shipment: Shipment) -> str:
    """eBay's word for the carrier. Nothing without a tracking number: eBay takes both or neither."""
    if not clean_tracking(shipment.tracking_number):
        return ""
    unknown = client.settings.unknown_carrier
    code = carrier_code(shipment.carrier)
    if code:
        return code
    if unknown.lower() == HOLD:
        raise RejectedError(
            f"eBay has no carrier {shipment.carrier or '(none given)'!r}",
            "map it to one of eBay's carriers, or let unknown carriers go as Other",
            "carrier",
            shipment.carrier,
        )
    return unknown


class _Parcel:
    """One parcel on its way to eBay, with eBay's word for its carrier."""

    def __init__(self, client: Client, shipment: Shipment, carrier: str) -> None:
        self.client, self.shipment, self._carrier = client, shipment, carrier

    def create(self, lines: Counter[str], shipped_at: datetime) -> Receipt:
        tracking = clean_tracking(self.shipment.tracking_number)
        body: dict[str, object] = {
            "lineItems": [{"lineItemId": line_id, "quantity": quantity} for line_id, quantity in lines.items()],
            "shippedDate": stamp(shipped_at),
        }
        if tracking:
            body |= {"trackingNumber": tracking, "shippingCarrierCode": self._carrier}
        reply = self.client.post(_path(self.shipment.remote_order_id), body)
        notes = _notes(self.shipment, self._carrier, tracking)
        return Receipt(remote_id=_fulfillment_id(reply) or tracking, notes=notes)


def _fulfillment_id(reply: Reply) -> str:
    """From `Location`; the body is `{}` or empty. A page of HTML in between proves nothing."""
    location = urlsplit(reply.header("Location") or "").path
    if location:
        return location.rstrip("/").rpartition("/")[2]
    if reply.body.strip() in (b"", b"{}"):
        return ""
    if reply.body.lstrip()[:1] == b"<":
        raise TransientError("a gateway answered in eBay's place")
    raise UnexpectedResponseError(
        "eBay took the parcel with a reply that names none", reply.body[:500].decode(errors="replace")
    )


def _notes(shipment: Shipment, carrier: str, tracking: str) -> tuple[str, ...]:
    notes: list[str] = []
    if not tracking:
        notes.append("sent without a tracking number, so without a carrier")
    elif not carrier_code(shipment.carrier):
        notes.append(f"eBay doesn't know the carrier {shipment.carrier[:60]!r}: told it {carrier!r}")
    return tuple(notes)


def _lines(shipment: Shipment) -> Counter[str]:
    """Units by eBay's line id: a line named twice in one call is refused (32210)."""
    units: Counter[str] = Counter()
    for line in shipment.lines:
        if not line.line_id:
            raise RejectedError(
                f"it is not known which line of the order holds {line.sku or 'an item'} of this parcel",
                "say which line it is",
                "line",
            )
        units[line.line_id] += line.quantity
    return units


def _path(order_id: str) -> str:
    return f"{ORDERS}/{quote(order_id, safe='')}/shipping_fulfillment"


def _there(client: Client, order_id: str) -> list[wire.Parcel]:
    return read(client.get(_path(order_id)), wire.Parcels).fulfillments


def _units(parcel: wire.Parcel) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in parcel.line_items:
        units[line.line_item_id] += line.quantity
    return units


def _look_up_one(client: Client, shipment: Shipment) -> Sighting:
    try:
        there = _there(client, shipment.remote_order_id)
    except RejectedByEbay as refused:
        return Sighting(key=shipment.key, verdict=Verdict.DOUBT, reason=refused.reason)
    wanted, same_number = _lines(shipment), _with_number(there, shipment)
    found = [parcel for parcel in same_number if _units(parcel) == wanted]
    if found or (same_number and _sum(same_number) == wanted):
        first = (found or same_number)[0]
        receipt = Receipt(remote_id=first.fulfillment_id or first.shipment_tracking_number)
        return Sighting(key=shipment.key, verdict=Verdict.FOUND, receipt=receipt)
    if clean_tracking(shipment.tracking_number) and not _sum(same_number) <= wanted:
        reason = "eBay has this tracking number with other lines or quantities"
        return Sighting(key=shipment.key, verdict=Verdict.DOUBT, reason=reason)
    others = [parcel for parcel in there if parcel not in same_number] if shipment.tracking_number else there
    return _without_it(client, shipment, others, wanted)


def _with_number(there: Sequence[wire.Parcel], shipment: Shipment) -> list[wire.Parcel]:
    tracking = clean_tracking(shipment.tracking_number).upper()
    return [parcel for parcel in there if _number(parcel) == tracking]


def _sum(parcels: Sequence[wire.Parcel]) -> Counter[str]:
    units: Counter[str] = Counter()
    for parcel in parcels:
        units.update(_units(parcel))
    return units


def _number(parcel: wire.Parcel) -> str:
    return clean_tracking(parcel.shipment_tracking_number).upper()


def _without_it(client: Client, shipment: Shipment, there: Sequence[wire.Parcel], wanted: Counter[str]) -> Sighting:
    """Not there under this number. If somebody sent the same units under another one, a person decides."""
    replaced = None if shipment.replaces is None else clean_tracking(shipment.replaces).upper()
    sent: Counter[str] = Counter()
    for parcel in there:
        if replaced is None or _number(parcel) != replaced:
            sent.update(_units(parcel))
    absent = Sighting(key=shipment.key, verdict=Verdict.ABSENT)
    if not sent.keys() & wanted.keys():
        return absent
    ordered = _ordered(client, shipment.remote_order_id)
    short = [line for line, count in wanted.items() if ordered[line] - sent[line] < count]
    if not short:
        return absent
    numbers = ", ".join(parcel.shipment_tracking_number or "none" for parcel in there)
    reason = f"eBay counts line {', '.join(short)} as sent already (tracking number {numbers})"
    return Sighting(key=shipment.key, verdict=Verdict.DOUBT, reason=reason)


def _ordered(client: Client, order_id: str) -> Counter[str]:
    reply = client.get(f"{ORDERS}/{quote(order_id, safe='')}")
    order = read(reply, wire.OrderUnits)
    return Counter({line.line_item_id: line.quantity for line in order.line_items})


def _adopted(client: Client, shipment: Shipment, refused: RejectedByEbay) -> Receipt:
    """ "It is there already" is an answer: whether it is ours is looked up."""
    sighting = _look_up_one(client, shipment)
    if sighting.verdict is Verdict.FOUND and sighting.receipt is not None:
        return sighting.receipt
    if sighting.verdict is Verdict.ABSENT and refused.kind == "shipped_already":
        raise TransientError("eBay says that the parcel is there already, and does not list it yet") from refused
    if sighting.verdict is Verdict.ABSENT:
        raise refused
    remedy = "compare the parcels of the order in Seller Hub with this one"
    raise RejectedError(sighting.reason, remedy, "shipped_already") from refused


def _correct(client: Client, trading: Trading, shipment: Shipment, carrier: str) -> Receipt:
    """REST can't change a parcel; `CompleteSale` replaces all of the order's numbers by those it names."""
    replaced, tracking = clean_tracking(shipment.replaces or "").upper(), clean_tracking(shipment.tracking_number)
    if not tracking:
        raise RejectedError("a tracking number can't be taken away at eBay", "give the right one", "carrier")
    there = _there(client, shipment.remote_order_id)
    kept = [
        (parcel.shipment_tracking_number, parcel.shipping_carrier_code or "Other")
        for parcel in there
        if parcel.shipment_tracking_number and _number(parcel) not in (replaced, tracking.upper())
    ]
    details = [
        element(
            "ShipmentTrackingDetails",
            element("ShippingCarrierUsed", code),
            element("ShipmentTrackingNumber", number),
        )
        for number, code in [*kept, (tracking, carrier)]
    ]
    shipped_at = min(shipment.shipped_at, client.remote_now())
    trading.call(
        "CompleteSale",
        element("OrderID", shipment.remote_order_id),
        element("Shipped", "true"),
        element("Shipment", *details, element("ShippedTime", stamp(shipped_at))),
    )
    return Receipt(remote_id=tracking, notes=(f"corrected the tracking number {replaced[:60]}",))
