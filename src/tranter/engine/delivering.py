"""Before a batch of fulfillments leaves: is each still wanted, and whom does the warehouse know already?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from msgspec.structs import replace

from tranter.engine import intake
from tranter.engine.attempt import NotNow
from tranter.engine.run import Run
from tranter.ledger import connections, deliveries, fulfillments, last_look, raw_records
from tranter.ledger.intents import Claimed, Result
from tranter.ledger.redaction import unnamed
from tranter.model import Fulfillment
from tranter.model.address import address_key
from tranter.sdk.errors import AuthError, ConnectorError
from tranter.sdk.verbs import FindsBuyers, PullsOrders

FRESH_SECONDS = 60.0
MOST_REREAD = 50


class Batch:
    """The documents of one batch, and why some of them can't leave now."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._documents: dict[int, Fulfillment] = {}
        self._not_now: dict[int, NotNow] = {}
        self._items: dict[int, Claimed] = {}

    def prepare(self, items: Sequence[Claimed]) -> None:
        run = self._run
        self._items = {item.id: item for item in items}
        carried = deliveries.orders_of(run.book, [item.fulfillment_id or 0 for item in items if not item.look])
        self._not_now = _refused(run, carried)
        found = fulfillments.documents(run.book, [item.fulfillment_id or 0 for item in items])
        for item in items:
            one = found[item.fulfillment_id or 0]
            if one.generation != item.generation:
                found[item.fulfillment_id or 0] = replace(one, generation=item.generation)
        self._documents = found
        self._know_buyers([item.fulfillment_id or 0 for item in items if not item.look])

    def to_send(self, item: Claimed) -> Fulfillment:
        """Raises `NotNow`."""
        refusal = self._not_now.get(item.fulfillment_id or 0)
        if refusal is not None:
            raise refusal
        return self.document(item)

    def document(self, item: Claimed) -> Fulfillment:
        return self._documents[item.fulfillment_id or 0]

    def unnamed(self, results: Sequence[Result]) -> list[Result]:
        """A warehouse's refusal may repeat whom it was to send to."""
        return [
            replace(result, reason=unnamed(result.reason, self.document(self._items[result.intent_id])))
            if result.reason
            else result
            for result in results
        ]

    def _know_buyers(self, ids: Sequence[int]) -> None:
        """One look-up for all buyers of the batch that the hub has no link for."""
        self._link()
        connector = self._run.plug.connector
        strangers = [key for key in ids if not self._documents[key].buyer_id]
        if len(strangers) < 2 or not isinstance(connector, FindsBuyers):
            return
        try:
            links = connector.find_buyers([self._documents[key] for key in strangers])
        except ConnectorError:
            return  # each delivery looks for its own buyer then
        fulfillments.keep_links(
            self._run.book, self._run.info.id, [(link.kind, link.key, link.remote_id) for link in links]
        )
        self._link()
        for key in strangers:
            self._documents[key] = replace(self._documents[key], buyer_sought=True)

    def _link(self) -> None:
        """What the warehouse calls these buyers and addresses, as far as the hub knows."""
        book, connection_id, documents = self._run.book, self._run.info.id, self._documents
        buyers = fulfillments.links(book, connection_id, "buyer", [each.buyer.remote_id for each in documents.values()])
        ship_to = {key: address_key(each.ship_to) for key, each in documents.items()}
        bill_to = {key: address_key(each.bill_to) for key, each in documents.items() if each.bill_to}
        places = fulfillments.links(book, connection_id, "address", [*ship_to.values(), *bill_to.values()])
        self._documents = {
            key: replace(
                each,
                buyer_id=buyers.get(each.buyer.remote_id, ""),
                address_id=places.get(ship_to[key], ""),
                bill_to_id=places.get(bill_to.get(key, ""), ""),
            )
            for key, each in documents.items()
        }


def _refused(run: Run, carried: Mapping[int, Sequence[int]]) -> dict[int, NotNow]:
    """By delivery: no order that it carries may have changed."""
    to_send = [order_id for some in carried.values() for order_id in some]
    refused = _reread_stale(run, to_send)
    for order_id in last_look.no_longer_wanted(run.book, to_send):
        reason = "the cart changed this order; it is decided again first"
        refused.setdefault(order_id, NotNow(reason, 5.0))
    return {key: refused[one] for key, some in carried.items() for one in some if one in refused}


def _reread_stale(run: Run, order_ids: Sequence[int]) -> dict[int, NotNow]:
    """Orders last seen more than a minute ago are read again at the cart: the buyer may have canceled."""
    since = run.now() - timedelta(seconds=FRESH_SECONDS)
    stale = sorted(last_look.stale_before_sending(run.book, order_ids, since), key=lambda row: row[1])
    refused: dict[int, NotNow] = {}
    for cart_id, rows in groupby(stale, key=lambda row: row[1]):
        listed = list(rows)
        for start in range(0, len(listed), MOST_REREAD):
            part = listed[start : start + MOST_REREAD]
            try:
                reread(run, cart_id, [remote_id for _, _, remote_id in part])
            except NotNow as reason:
                refused |= {order_id: reason for order_id, _, _ in part}
    return refused


def reread(run: Run, cart_id: int, remote_ids: Sequence[str]) -> None:
    """Raises `NotNow` when the cart can't be asked."""
    cart = connections.by_id(cart_id)
    connector = run.hub.plug(cart).connector
    assert isinstance(connector, PullsOrders)
    try:
        found = connector.fetch_orders(remote_ids)
    except AuthError as error:
        connections.needs_sign_in(run.book, cart, error.reason, run.now())
        raise NotNow("the cart needs a sign-in before this order can be checked there", 600.0) from error
    except ConnectorError as error:
        raise NotNow(f"the cart can't be asked about this order: {error.reason}", 60.0) from error
    raw_records.store_reread(run.book, cart_id, [(raw.key, raw.payload) for raw in found], run.now())
    run.counts.orders_pulled += intake.take_orders(run, cart, connector, [raw.key for raw in found])
