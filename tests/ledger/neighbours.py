"""Two merchants in one ledger, with the same order numbers, products and parcels. Imported when the ledger is open."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from tranter.ledger import (
    api_keys,
    catalogue,
    connections,
    credentials,
    decisions,
    elsewhere,
    errands,
    exceptions,
    fulfillments,
    intents,
    journal,
    mappings,
    notes,
    operator,
    orders,
    raw_records,
    returns,
    rules,
    schedule,
    sharing,
    shipments,
    stock,
    webhooks,
)
from tranter.ledger.api_keys import Level, NewKey
from tranter.ledger.book import Book, ensure_book
from tranter.ledger.connections import ConnectionRecord, NewConnection
from tranter.ledger.corrections import Corrections
from tranter.ledger.decisions import Held, PlannedFulfillment, intent_key
from tranter.ledger.intents import Claim, Outcome, Result
from tranter.ledger.models import (
    Errand,
    FulfillmentRow,
    Intent,
    ListingRow,
    MappingChange,
    OrderNote,
    OrderRow,
    RawRecord,
    ShareLink,
    ShipmentRow,
    TradeException,
    Webhook,
    WebhookMessage,
)
from tranter.ledger.schedule import Lease
from tranter.ledger.team import Hand
from tranter.ledger.vault import Vault
from tranter.model import Listing, Product, Return, ReturnLine, ReturnState, ShipmentLine, StockLevel
from tranter.testing.builders import fulfillment, fulfillment_line, order, order_line, parcel

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SENT, PLANNED, HELD = "14-1", "14-2", "14-3"
FLOWS = {"orders": 300, "decide": 0, "deliveries": 0, "shipments": 300, "tracking": 0, "stops": 0, "stock": 300}

BACK = Return(
    remote_id="back-1",
    remote_order_id="77",
    state=ReturnState.RECEIVED,
    modified_at=NOW,
    lines=(ReturnLine(quantity=1, remote_line_id="1"),),
)


class House(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant with one order sent and shipped, one planned and one held. `ids` by what they are of."""

    slug: str
    book: Book
    shop: ConnectionRecord
    warehouse: ConnectionRecord
    leases: dict[str, Lease]
    ids: dict[str, int]


def move_in(vault: Vault, slug: str) -> House:
    """Everything that tells the two apart carries the slug."""
    book = ensure_book(vault, slug, NOW)
    webhooks.add(book, webhooks.Wanted(url=f"https://{slug}.example/hook"), slug, NOW)
    shop = _connection(book, "shop", "ebay", slug)
    warehouse = _connection(book, "warehouse", "tradegecko", slug)
    leases = {name: _lease(shop, name) for name in ("orders", "decide", "tracking")}
    leases |= {name: _lease(warehouse, name) for name in ("deliveries", "shipments", "stops", "stock")}
    _take_orders(book, shop, slug, leases["orders"])
    _write_beside(book, slug)
    _know_goods(book, slug, leases)
    _decide(book, shop, warehouse, slug)
    _deliver(book, leases["deliveries"])
    _ship(book, warehouse)
    returns.record(book, warehouse.id, [BACK], NOW)
    elsewhere.note(book, slug, {"14-7": "at_wms"}, slug, NOW)
    mappings.set_aliases(book, [("", "OLD", f"{slug}-LAMP")], NOW)
    mappings.set_ship_methods(book, [("shop", "Post", f"{slug}-express")], NOW)
    mappings.set_carriers(book, [("warehouse", "Pigeon", f"{slug}-carrier")], NOW)
    stored = rules.StoredRule(id=0, body={"name": slug, "actions": [{"do": "tag", "word": slug}]})
    entry = journal.Entry(what="rule_added", subject=slug)
    rules.write(book, rules.Edit(before=[], after=[stored], entry=entry), NOW)
    rules.set_routing(book, {"places": [slug]}, journal.Entry(what="routing_changed"), NOW)
    OrderRow.objects.filter(merchant_id=book.merchant_id, number=HELD).update(waits_until=NOW)
    sharing.make(book, sharing.Wanted(connection_id=shop.id, email=f"{slug}@example.com", user_id=None), NOW)
    hand = Hand(vault=vault, actor=slug, now=NOW)
    api_keys.make(hand, NewKey(level=Level.MERCHANT, name=slug, merchant=slug))
    errands.start(book, errands.Wanted(what="retry", order_ids=[_ids(book)[HELD]]), NOW)
    return House(slug=slug, book=book, shop=shop, warehouse=warehouse, leases=leases, ids=_ids(book))


def _write_beside(book: Book, slug: str) -> None:
    held = OrderRow.objects.get(merchant_id=book.merchant_id, number=HELD)
    notes.add(book, held.pk, slug, f"{slug} writes", NOW)
    operator.correct(book, held.pk, Corrections(skus=(("1", f"{slug}-LAMP"),)), slug, NOW)


def _connection(book: Book, name: str, connector: str, slug: str) -> ConnectionRecord:
    new = NewConnection(name=name, connector=connector, settings={"note": slug}, flows=FLOWS)
    info = connections.save(book, new, NOW)
    credentials.save(book.vault, info.id, {"access_token": slug}, None, NOW)
    return connections.remember_account(book, info, (f"account-{connector}", slug), {"of": slug}, NOW)


def _lease(info: ConnectionRecord, name: str) -> Lease:
    flow_id = schedule.flow_id(info.id, name)
    assert flow_id is not None
    held = schedule.lease(flow_id, "test", 3000, NOW)
    assert held is not None
    return held


def _take_orders(book: Book, shop: ConnectionRecord, slug: str, held: Lease) -> None:
    made = [order(number, [order_line(f"{slug}-LAMP", line_id="1")]) for number in (SENT, PLANNED, HELD)]
    page = raw_records.RawPage("order", [(one.remote_id, f"{slug} {one.remote_id}".encode()) for one in made], "1")
    raw_records.store_page(book, held, page, NOW)
    raws = {raw.key: raw.id for raw in raw_records.unread(book, shop.id, "order")}
    orders.record_orders(book, shop.account, [orders.ReadOrder(raws[one.remote_id], shop.id, one) for one in made], NOW)
    raw_records.store_reread(book, shop.id, [("14-9", slug.encode())], NOW)


def _know_goods(book: Book, slug: str, leases: dict[str, Lease]) -> None:
    product = Product(remote_id="p1", sku=f"{slug}-LAMP", name=slug, weight_grams=Decimal(7))
    catalogue.store_products(book, leases["stock"], [product], NOW)
    listing = Listing(listing_id="l1", sku=f"{slug}-LAMP", title=slug, family="inventory", quantity=3)
    catalogue.store_listings(book, leases["orders"], [listing], NOW)
    level = StockLevel(product_id="p1", available=5, read_at=NOW)
    stock.store_levels(book, leases["stock"], [level])


def _decide(book: Book, shop: ConnectionRecord, warehouse: ConnectionRecord, slug: str) -> None:
    outcomes: list[decisions.Outcome] = []
    looked_at = orders.undecided(book, shop.id)
    for one in looked_at:
        if one.order.remote_id == HELD:
            outcomes.append(
                Held(order_id=one.id, kind="unknown_sku", cause=f"{slug} has none", remedy=slug, value="LAMP")
            )
            continue
        key = intent_key("push_fulfillment", warehouse.id, one.order.remote_id, 1)
        line = fulfillment_line(f"{slug}-LAMP", "p1")
        planned = fulfillment(one.order.remote_id, [msgspec.structs.replace(line, line_id="1")], key=key)
        outcomes.append(
            PlannedFulfillment(
                order_id=one.id, connection_id=warehouse.id, number=1, fulfillment=planned, lane="", look_first=False
            )
        )
    decisions.apply(book, outcomes, {one.id: one.mark for one in looked_at}, NOW)


def _deliver(book: Book, held: Lease) -> None:
    ask = Claim(verb="push_fulfillment", limit=1, repeat_safe_seconds=0)
    (claimed,) = intents.claim(book, held, ask, NOW)
    done = Result(
        intent_id=claimed.id,
        outcome=Outcome.DONE,
        at=NOW,
        remote_id="77",
        remote_number="SO-77",
        lines=(("1", "l77"),),
        links=(("buyer", "ada", "c1"),),
    )
    fulfillments.settle(book, held, [done], NOW)


def _ship(book: Book, warehouse: ConnectionRecord) -> None:
    left = parcel("77", [ShipmentLine(quantity=1, remote_line_id="l77", line_id="1")])
    known = shipments.known_orders(book, warehouse.id, [left])["77"]
    shipments.record(
        book, warehouse.id, [shipments.Allocated(fulfillment_id=known.fulfillment_id, shipment=left, push=True)], NOW
    )
    trouble = exceptions.Trouble(
        kind="carrier", subject=SENT, cause=book_name(book), value="Pigeon", order_id=known.order_id
    )
    exceptions.raise_exceptions(book, [trouble], NOW)


def book_name(book: Book) -> str:
    return connections.all_of(book)[0].merchant


def _ids(book: Book) -> dict[str, int]:
    mine = {"merchant_id": book.merchant_id}
    return {
        **{one.number: one.pk for one in OrderRow.objects.filter(**mine)},
        "fulfillment": FulfillmentRow.objects.get(order__number=PLANNED, **mine).pk,
        "sent fulfillment": FulfillmentRow.objects.get(order__number=SENT, **mine).pk,
        "shipment": ShipmentRow.objects.get(**mine).pk,
        "intent": Intent.objects.get(state="ready", verb="push_fulfillment", **mine).pk,
        "tracking intent": Intent.objects.get(verb="push_shipment", **mine).pk,
        "exception": TradeException.objects.filter(state="open", **mine)[0].pk,
        "errand": Errand.objects.filter(**mine)[0].pk if Errand.objects.filter(**mine) else 0,
        "note": OrderNote.objects.get(order__merchant_id=book.merchant_id).pk,
        "raw": RawRecord.objects.get(key="14-9", **mine).pk,
        "link": ShareLink.objects.get(connection__merchant_id=book.merchant_id).pk,
        "mapping change": MappingChange.objects.filter(**mine)[0].pk,
        "webhook": Webhook.objects.get(**mine).pk,
        "message": WebhookMessage.objects.filter(**mine)[0].pk,
        "listing": ListingRow.objects.get(connection__merchant_id=book.merchant_id).pk,
    }
