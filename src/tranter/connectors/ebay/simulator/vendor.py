"""The simulated eBay as a whole: the Vendor port, what a test may do to the world, and the proofs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from threading import RLock
from urllib.parse import urlencode

from tranter.connectors.ebay.simulator import control
from tranter.connectors.ebay.simulator.account import Quota
from tranter.connectors.ebay.simulator.app import TOKEN_PATH, App, respond
from tranter.connectors.ebay.simulator.catalogue import Catalogue
from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.feed import Feed
from tranter.connectors.ebay.simulator.history import Event, StockChange
from tranter.connectors.ebay.simulator.notifications import Notifier, Outgoing
from tranter.connectors.ebay.simulator.oauth import OAuth
from tranter.connectors.ebay.simulator.options import InventoryOffset, Options
from tranter.connectors.ebay.simulator.orders import Address, Order, Parcel
from tranter.connectors.ebay.simulator.purchases import PlannedPurchase, Purchase, Want
from tranter.connectors.ebay.simulator.shelves import Shelves, default_skus
from tranter.connectors.ebay.simulator.shop import Shop
from tranter.connectors.ebay.simulator.signing import SigningKey
from tranter.connectors.ebay.simulator.world import World
from tranter.testing.simulator import SimClock, SimReply, SimRequest

LISTS = ("orders", "inventoryItems", "offers", "fulfillments")


class EbayVendor:
    name = "ebay"

    def __init__(self, clock: SimClock, seed: int, base_url: str, options: Options) -> None:
        self.clock, self.options = clock, options
        self.lock = RLock()
        random = Random(seed)
        catalogue = Catalogue(out_of_stock_control=options.out_of_stock_control)
        user_id = options.user_id or f"{random.getrandbits(44):011x}"
        self._oauth = OAuth(options, Random(random.getrandbits(64)))
        key = SigningKey(random)
        world = World(clock, options, catalogue, Random(random.getrandbits(64)))
        self.shop = Shop(clock, options, base_url, random, catalogue, world, user_id)
        self._notifier = Notifier(self.shop, key)
        self._app = App(self.shop, self._oauth, self._notifier, Quota(options), Feed(self.shop))
        world.listeners.append(self._announce)
        shelves = Shelves(catalogue, random, options.marketplaces, clock.now() - timedelta(days=40))
        shelves.fill(options.skus or default_skus(), options.odd_listings)
        self._grant = self._oauth.sign_in(clock.now(), refresh_token=options.refresh_token)

    # the Vendor port

    @property
    def base_url(self) -> str:
        return self.shop.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.shop.base_url = url

    def handle(self, request: SimRequest) -> SimReply:
        with self.lock:
            self.shop.world.advance()
            if request.path.startswith(control.PREFIX):
                return control.respond(self, request)
            return respond(self._app, request)

    def is_token_request(self, request: SimRequest) -> bool:
        return request.path == TOKEN_PATH

    def refusal(self, status: int) -> SimReply:
        """A 401 is a real one: the token that was used last is dead from then on."""
        with self.lock:
            if status == 401:
                self._oauth.expire_last_used(self.clock.now())
            known = {401: 1001, 403: 1100, 404: 2002, 429: 2001}
            return RefusedError(known.get(status, 2003), status=status).reply()

    def shuffled(self, reply: SimReply, seed: int) -> SimReply:
        if reply.status != 200 or not reply.body.startswith(b"{"):
            return reply
        body = json.loads(reply.body)
        for name in LISTS:
            if isinstance(body.get(name), list):
                Random(seed).shuffle(body[name])
                text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
                return replace(reply, body=text.encode())
        return reply

    def repeated(self, request: SimRequest) -> SimRequest:
        offset = request.param("offset") or ""
        if request.method != "GET" or not offset.isdecimal() or offset == "0":
            return request
        by_page = self.options.inventory_offset is InventoryOffset.PAGE
        step = 1 if "/inventory_item" in request.path and by_page else int(request.param("limit") or 50)
        before = str(max(0, int(offset) - step))
        query = tuple((name, before if name == "offset" else value) for name, value in request.query)
        return replace(request, query=query)

    # the world

    @contextmanager
    def _up_to_date(self) -> Iterator[None]:
        """What was due by now has happened before anything else is done."""
        with self.lock:
            self.shop.world.advance()
            yield

    def advance(self) -> None:
        with self.lock:
            self.shop.world.advance()

    def next_event_at(self) -> datetime | None:
        """When the world will next do something by itself; None while nothing is planned."""
        with self.lock:
            return self.shop.world.next_event_at()

    def buy(self, purchase: Purchase) -> Order:
        with self._up_to_date():
            return self.shop.world.buy(purchase)

    def buy_one(self, sku: str, quantity: int = 1, listing_id: str = "") -> Order:
        return self.buy(Purchase((Want(sku, quantity, listing_id),)))

    def schedule(self, purchase: Purchase, at: datetime) -> None:
        with self._up_to_date():
            self.shop.world.at(at, lambda: self._bought(purchase))

    def schedule_plan(
        self, plan: Iterable[PlannedPurchase], every_seconds: float, start_at: datetime | None = None
    ) -> None:
        """The plan's purchases one after the other, the first at once."""
        start = start_at or self.clock.now()
        for position, planned in enumerate(plan):
            self.schedule(planned.purchase, start + timedelta(seconds=position * every_seconds))

    def pay(self, order_id: str) -> Order:
        """Returns the order under its new id."""
        with self._up_to_date():
            order = self.order(order_id)
            self.shop.world.pay(order)
            return order

    def request_cancel(self, order_id: str, reason: str = "BUYER_CANCEL_OR_ADDRESS_ISSUE") -> None:
        with self._up_to_date():
            self.shop.world.request_cancel(self.order(order_id), reason)

    def reject_cancel(self, order_id: str) -> None:
        with self._up_to_date():
            self.shop.world.reject_cancel(self.order(order_id))

    def cancel(self, order_id: str, by: str = "SELLER", reason: str = "OUT_OF_STOCK_OR_CANNOT_FULFILL") -> None:
        with self._up_to_date():
            self.shop.world.cancel(self.order(order_id), by, reason)

    def refund_part(self, order_id: str) -> None:
        with self._up_to_date():
            self.shop.world.refund_part(self.order(order_id))

    def refund_line(self, order_id: str, line_item_id: str) -> None:
        with self._up_to_date():
            self.shop.world.refund_line(self.order(order_id), line_item_id)

    def refund_all(self, order_id: str) -> None:
        with self._up_to_date():
            self.shop.world.refund_all(self.order(order_id))

    def edit_address(self, order_id: str, address: Address) -> None:
        with self._up_to_date():
            self.shop.world.edit_address(self.order(order_id), address)

    def edit_line(self, order_id: str, line_item_id: str, quantity: int) -> None:
        """Another quantity; 0 takes the line back."""
        with self._up_to_date():
            self.shop.world.edit_line(self.order(order_id), line_item_id, quantity)

    def add_line(self, order_id: str, sku: str, quantity: int = 1) -> str:
        """The new line's id."""
        with self._up_to_date():
            return self.shop.world.add_line(self.order(order_id), Want(sku, quantity)).line_item_id

    def edit_note(self, order_id: str, note: str) -> None:
        with self._up_to_date():
            order = self.order(order_id)
            order.note = note
            self.shop.world.touch(order, "note_edited")

    def touch(self, order_id: str) -> None:
        """Changes nothing but the order's modification time."""
        with self._up_to_date():
            self.shop.world.touch(self.order(order_id))

    def distort(self, order_id: str, path: str, value: object) -> None:
        """From now on eBay says `value` at `path` of this order, such as `lineItems.0.quantity`."""
        with self._up_to_date():
            order = self.order(order_id)
            order.distorted[path] = value
            self.shop.world.touch(order, "distorted", path=path)

    def ship_by_hand(self, order_id: str, carrier: str = "USPS", tracking: str = "") -> Parcel:
        with self._up_to_date():
            number = tracking or f"94001{self.shop.random.randrange(10**17):017d}"
            return self.shop.world.ship_by_hand(self.order(order_id), carrier, number)

    def set_quantity(self, listing_id: str, sku: str, quantity: int) -> None:
        """The seller edits a listing by hand; both of an Inventory listing's quantities change."""
        with self._up_to_date():
            listing = self.shop.catalogue.listings[listing_id]
            variation = listing.variation(sku)
            if variation is None:
                raise LookupError(f"{listing_id} has no {sku!r}")
            variation.quantity = quantity
            if sku in self.shop.catalogue.items:
                self.shop.catalogue.items[sku].quantity = quantity
            self.shop.catalogue.settle(listing)
            self.shop.history.add(self.shop.now, "quantity_edited", listing_id=listing_id, sku=sku)

    # consent

    def credentials(self) -> dict[str, str]:
        """What a connection needs to sign in as the present consent."""
        return {
            "client_id": self.options.client_id,
            "client_secret": self.options.client_secret,
            "ru_name": self.options.ru_name,
            "refresh_token": self._grant.refresh_token,
        }

    def sign_in(self) -> dict[str, str]:
        """The seller consents once more; returns the new credentials."""
        with self._up_to_date():
            self._grant = self._oauth.sign_in(self.clock.now())
            self.shop.history.add(self.clock.now(), "signed_in")
            return self.credentials()

    def revoke(self, reason: str = "REVOKED_BY_USER") -> None:
        """The seller withdraws his consent: refresh tokens answer `invalid_grant` from now on."""
        with self._up_to_date():
            self._oauth.revoke_all()
            self.shop.history.add(self.clock.now(), "revoked", reason=reason)
            user = {"userId": self.shop.user_id, "username": self.options.username}
            self._notifier.publish("AUTHORIZATION_REVOCATION", {**user, "revokeReason": reason})

    def expire_access_tokens(self) -> None:
        with self._up_to_date():
            self._oauth.expire_access_tokens(self.clock.now())

    # notifications

    @property
    def outbox(self) -> list[Outgoing]:
        """Every signed notification so far: (url, headers, raw body)."""
        return self._notifier.outbox

    def send_notifications(self) -> int:
        """Hands waiting notifications to `deliver`; returns how many were taken.

        No lock is held meanwhile, because receivers call back; so call it outside of `handle`.
        """
        with self._up_to_date():
            batch = self._notifier.take_waiting()
        taken = 0
        for message, outgoing in batch:
            if self._notifier.deliver(outgoing):
                taken += 1
            elif self.options.deliver is not None:
                with self.lock:
                    self._notifier.try_again(message)
        return taken

    def delete_account(self, username: str, user_id: str) -> None:
        """A buyer leaves eBay; whoever keeps his data must erase it."""
        with self.lock:
            data = {"username": username, "userId": user_id, "eiasToken": f"{user_id}=="}
            self._notifier.publish("MARKETPLACE_ACCOUNT_DELETION", data)
            self.shop.history.add(self.clock.now(), "account_deleted", username=username)

    # the proofs

    @property
    def history(self) -> list[Event]:
        return self.shop.history.events

    @property
    def calls(self) -> Counter[str]:
        """Requests by operation, refused ones too."""
        return self.shop.history.calls

    @property
    def stock_changes(self) -> list[StockChange]:
        return self.shop.history.stock_changes

    def orders(self) -> list[Order]:
        """All orders, unpaid ones too, as they are now."""
        with self.lock:
            self.shop.world.advance()
            return list(self.shop.book)

    def order(self, order_id: str) -> Order:
        with self.lock:
            found = self.shop.book.get(order_id)
        if found is None:
            raise LookupError(f"no order {order_id}")
        return found

    def fulfillments(self, order_id: str) -> list[Parcel]:
        return list(self.order(order_id).parcels)

    def duplicate_fulfillments(self) -> list[tuple[str, str]]:
        """(order id, fulfillment id) of parcels reported twice, or holding more than was bought."""
        with self.lock:
            return [(order.order_id, parcel) for order in self.shop.book for parcel in _doubled(order)]

    def quantity(self, listing_id: str, sku: str) -> int:
        """What a buyer sees on the listing."""
        with self.lock:
            listing = self.shop.catalogue.listings[listing_id]
            variation = listing.variation(sku)
            if variation is None:
                raise LookupError(f"{listing_id} has no {sku!r}")
            return self.shop.catalogue.shown(listing, variation)

    def shown(self) -> dict[tuple[str, str], int]:
        """(listing id, SKU) → what a buyer sees, for every listing."""
        with self.lock:
            return {
                (listing.listing_id, each.sku): self.shop.catalogue.shown(listing, each)
                for listing in self.shop.catalogue.listings.values()
                for each in listing.variations
            }

    def consent_url(self, scopes: Iterable[str], state: str = "") -> str:
        query = {
            "client_id": self.options.client_id,
            "redirect_uri": self.options.ru_name,
            "response_type": "code",
            "scope": " ".join(scopes),
        }
        return f"{self.base_url}/oauth2/authorize?{urlencode({**query, 'state': state} if state else query)}"

    # inside

    def _bought(self, purchase: Purchase) -> None:
        self.shop.world.buy(purchase)

    def _announce(self, what: str, order: Order) -> None:
        if what == "confirmed":
            lines = [
                {
                    "orderLineItemId": line.line_item_id,
                    "listingId": line.listing_id,
                    "quantity": line.quantity,
                }
                for line in order.lines
            ]
            body: dict[str, object] = {"orderId": order.order_id, "orderLineItems": lines}
            user = {"userId": self.shop.user_id, "username": self.options.username}
            self._notifier.publish("ORDER_CONFIRMATION", {"user": user, "order": body})
        else:
            data = {"orderId": order.order_id, "cancelState": order.cancel_state.value}
            self._notifier.publish("ORDER_CANCELLATION_ACTIVITY", data)


def _doubled(order: Order) -> list[str]:
    found, seen, left = [], set(), {line.line_item_id: line.quantity for line in order.lines}
    for parcel in order.parcels:
        content = (parcel.tracking, tuple(sorted(parcel.lines)))
        for line_item_id, quantity in parcel.lines:
            left[line_item_id] -= quantity
        if content in seen or any(left[line_item_id] < 0 for line_item_id, _ in parcel.lines):
            found.append(parcel.fulfillment_id)
        seen.add(content)
    return found
