"""What moves by itself at eBay: purchases, payments, second thoughts; all from a seed and a clock."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tranter.connectors.ebay.simulator.cashier import Cashier
from tranter.connectors.ebay.simulator.catalogue import Catalogue
from tranter.connectors.ebay.simulator.history import History, Scalar
from tranter.connectors.ebay.simulator.money import rounded
from tranter.connectors.ebay.simulator.options import Options
from tranter.connectors.ebay.simulator.orders import (
    Address,
    CancelRequest,
    CancelState,
    Line,
    Order,
    OrderBook,
    Parcel,
    Payment,
    Refund,
)
from tranter.connectors.ebay.simulator.people import draw_address
from tranter.connectors.ebay.simulator.purchases import Action, Purchase, Want
from tranter.testing.simulator import SimClock

Happening = Callable[[], None]
Listener = Callable[[str, Order], None]
"""(what, order): told of `confirmed` and `cancellation`, so that notifications can go out."""


class World:
    def __init__(self, clock: SimClock, options: Options, catalogue: Catalogue, random: Random) -> None:
        self.clock, self.options, self.catalogue, self.random = clock, options, catalogue, random
        self.history = History()
        self.book = OrderBook()
        self.cashier = Cashier(catalogue, random)
        self.listeners: list[Listener] = []
        self._agenda: list[tuple[datetime, int, Happening]] = []
        self._number = 0
        self._now: datetime | None = None

    # time

    @property
    def now(self) -> datetime:
        """The moment that is being played: an event's own while the agenda catches up, else the clock's."""
        return self._now or self.clock.now()

    def at(self, moment: datetime, happening: Happening) -> None:
        self._number += 1
        heapq.heappush(self._agenda, (moment, self._number, happening))

    def advance(self) -> None:
        now = self.clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            moment, _, happening = heapq.heappop(self._agenda)
            self._now = moment
            try:
                happening()
            finally:
                self._now = None

    def next_event_at(self) -> datetime | None:
        return self._agenda[0][0] if self._agenda else None

    # buying

    def buy(self, purchase: Purchase) -> Order:
        order = self.cashier.ring_up(purchase, self.now)
        self.book.add(order)
        self._note("order_created", order, planted=order.planted or None)
        for line in order.lines:
            self._take_from_stock(line.listing_id, line.variation_id, line.quantity)
        if purchase.paid:
            self._becomes_visible(order)
        for later in purchase.later:
            self.plan(order, later.action, later.after_seconds)
        return order

    def _take_from_stock(self, listing_id: str, variation_id: str, quantity: int) -> None:
        listing = self.catalogue.listings.get(listing_id)
        if listing is None:
            return
        variation = next(each for each in listing.variations if each.variation_id == variation_id)
        if self.catalogue.shown(listing, variation) < quantity:
            self.history.add(self.now, "oversold", listing_id=listing_id, sku=variation.sku)
        self.catalogue.sell(listing, variation, quantity)

    def _becomes_visible(self, order: Order) -> None:
        visible_at = self.now + timedelta(seconds=self.options.visibility_lag_seconds)
        order.indexed.append((visible_at, order.modified_at))
        if visible_at > self.now:
            self.at(visible_at, _nothing)
        if self.options.enrichment:
            self.plan(order, Action.TOUCH, self.random.uniform(90, 420))
        self._tell("confirmed", order)

    def plan(self, order: Order, action: Action, after_seconds: float) -> None:
        self.at(self.now + timedelta(seconds=after_seconds), lambda: self.act(order, action))

    def act(self, order: Order, action: Action) -> None:
        match action:
            case Action.PAY:
                self.pay(order)
            case Action.TOUCH:
                self.touch(order, "enriched")
            case Action.REQUEST_CANCEL:
                self.request_cancel(order, "BUYER_CANCEL_OR_ADDRESS_ISSUE")
            case Action.REJECT_CANCEL:
                self.reject_cancel(order)
            case Action.CANCEL:
                self.cancel(order, "BUYER", "BUYER_CANCEL_OR_ADDRESS_ISSUE")
            case Action.REFUND_PART:
                self.refund_part(order)
            case Action.REFUND_LINE:
                self.refund_line(order, order.lines[0].line_item_id)
            case Action.REFUND_ALL:
                self.refund_all(order)
            case Action.EDIT_ADDRESS:
                self.edit_address(order, draw_address(self.random, order.ship_to.country))
            case Action.SHIP_BY_HAND:
                self.ship_by_hand(order, "USPS", f"94001{self.random.randrange(10**17):017d}")

    # what happens to an order

    def touch(self, order: Order, kind: str = "modified", **ids: Scalar) -> None:
        order.modified_at = self.now
        order.version += 1
        if order.indexed:
            known_at = self.now + timedelta(seconds=self.options.index_lag_seconds)
            order.indexed.append((known_at, self.now))
            if known_at > self.now:
                self.at(known_at, _nothing)
        self._note(kind, order, **ids)

    def pay(self, order: Order) -> None:
        """Paying gives the order a new id; until then it is not an order for the REST API at all."""
        if order.payment is not Payment.PENDING:
            return
        old_id = order.order_id
        self.book.rename(order, self.cashier.new_order_id())
        order.payment, order.paid_at = Payment.PAID, self.now
        self.touch(order, "paid", former_id=old_id)
        self._becomes_visible(order)

    def request_cancel(self, order: Order, reason: str, by: str = "BUYER") -> None:
        if order.cancel_state is CancelState.CANCELED:
            return
        request = CancelRequest(f"5{self.random.randrange(10**9):09d}", by, reason, self.now)
        order.cancel_requests.append(request)
        order.cancel_state = CancelState.IN_PROGRESS
        self.touch(order, "cancel_requested", by=by, reason=reason)
        self._tell("cancellation", order)

    def reject_cancel(self, order: Order) -> None:
        for request in order.cancel_requests:
            if request.state == "REQUESTED":
                request.state, request.completed_at = "REJECTED", self.now
        if order.cancel_state is CancelState.IN_PROGRESS:
            order.cancel_state = CancelState.NONE_REQUESTED
            self.touch(order, "cancel_rejected")
            self._tell("cancellation", order)

    def cancel(self, order: Order, by: str, reason: str) -> None:
        if order.cancel_state is CancelState.CANCELED:
            return
        pending = [request for request in order.cancel_requests if request.state == "REQUESTED"]
        if not pending:
            pending = [CancelRequest(f"5{self.random.randrange(10**9):09d}", by, reason, self.now)]
            order.cancel_requests.extend(pending)
        for request in pending:
            request.state, request.completed_at = "COMPLETED", self.now
        order.cancel_state, order.canceled_at = CancelState.CANCELED, self.now
        if order.payment is not Payment.PENDING:
            self._give_back_everything(order)
        self.touch(order, "canceled", by=by, reason=reason)
        self._tell("cancellation", order)

    def refund_part(self, order: Order) -> None:
        part = rounded(order.total / 5, order.currency)
        order.refunds.append(self._refund(part))
        order.payment = Payment.PARTIALLY_REFUNDED
        self.touch(order, "refunded", part=True)

    def refund_line(self, order: Order, line_item_id: str) -> None:
        line = order.line(line_item_id)
        if line is None:
            raise KeyError(line_item_id)
        refund = self._refund(line.total)
        line.refunds.append(refund)
        order.refunds.append(refund)
        whole = all(each.refunds for each in order.lines)
        order.payment = Payment.FULLY_REFUNDED if whole else Payment.PARTIALLY_REFUNDED
        self.touch(order, "refunded", line_item_id=line_item_id)

    def refund_all(self, order: Order) -> None:
        self._give_back_everything(order)
        self.touch(order, "refunded", part=False)

    def _give_back_everything(self, order: Order) -> None:
        for line in order.lines:
            if not line.refunds:
                line.refunds.append(self._refund(line.total))
        order.refunds = [self._refund(order.total)]
        order.payment = Payment.FULLY_REFUNDED

    def _refund(self, value: Decimal) -> Refund:
        return Refund(self.now, value, f"5{self.random.randrange(10**12):012d}")

    def edit_address(self, order: Order, address: Address) -> None:
        order.ship_to = address
        self.touch(order, "address_edited")

    def edit_line(self, order: Order, line_item_id: str, quantity: int) -> None:
        """No buyer of eBay's can do this once he has bought; other carts' upselling apps do. 0 takes it back."""
        line = order.line(line_item_id)
        if line is None:
            raise KeyError(line_item_id)
        line.quantity = quantity
        order.lines = [each for each in order.lines if each.quantity]
        self.touch(order, "line_edited", line_item_id=line_item_id, quantity=quantity)

    def add_line(self, order: Order, want: Want) -> Line:
        line = self.cashier.line(want)
        order.lines.append(line)
        self._take_from_stock(line.listing_id, line.variation_id, line.quantity)
        self.touch(order, "line_added", line_item_id=line.line_item_id, quantity=line.quantity)
        return line

    def ship_by_hand(self, order: Order, carrier: str, tracking: str) -> Parcel:
        """The seller marks everything as sent in Seller Hub, past any program of his."""
        lines = tuple((line.line_item_id, line.quantity - order.shipped(line.line_item_id)) for line in order.lines)
        parcel = Parcel(tracking, lines, carrier, tracking, self.now, self.now, by="hand")
        self.add_parcel(order, parcel)
        return parcel

    def add_parcel(self, order: Order, parcel: Parcel) -> None:
        order.parcels.append(parcel)
        self.touch(order, "shipped", tracking=parcel.tracking, carrier=parcel.carrier, by=parcel.by)

    def _note(self, kind: str, order: Order, **ids: Scalar) -> None:
        self.history.add(self.now, kind, order_id=order.order_id, **ids)

    def _tell(self, what: str, order: Order) -> None:
        for listener in self.listeners:
            listener(what, order)


def _nothing() -> None:
    """A moment at which only the passing of time matters."""
