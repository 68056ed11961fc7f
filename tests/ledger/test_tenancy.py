"""Whoever holds one merchant's book sees and changes nothing of another's, whatever ids he names."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

import tranter.ledger
from tests.databases import Ledgers
from tests.ledger.neighbours import BACK, HELD, NOW, PLANNED, SENT, House, move_in
from tranter.ledger import (
    accounts,
    api_cards,
    api_orders,
    api_stock,
    both_sides,
    cancellations,
    catalogue,
    changes,
    collecting,
    combining,
    comparing,
    connections,
    corrections,
    cust_refs,
    decisions,
    deliveries,
    elsewhere,
    errands,
    exceptions,
    figures,
    filter_skips,
    fulfillments,
    handed_in,
    inbox,
    intents,
    journal,
    journal_list,
    last_look,
    lending,
    lists,
    mapping_changes,
    mappings,
    merchants,
    notes,
    operator,
    order_lines,
    order_marks,
    order_page,
    orders,
    outbox,
    overview,
    privacy,
    problems,
    raw_erasing,
    raw_records,
    removed,
    returns,
    rules,
    runs,
    seen_words,
    sharing,
    shelf_list,
    shipment_list,
    shipments,
    sold_units,
    status,
    stock,
    story,
    trials,
    waiting,
    waiting_units,
    waits,
    webhooks,
)
from tranter.ledger.book import Book, is_house, merchant_name
from tranter.ledger.connections import ConnectionState
from tranter.ledger.corrections import NONE
from tranter.ledger.databases import Database
from tranter.ledger.decisions import Settled
from tranter.ledger.intents import Claim, Outcome, Result
from tranter.ledger.models import FulfillmentRow, ListingRow, OrderRow, ProductRow
from tranter.ledger.order_marks import OrderToDecide
from tranter.ledger.setup import close_connections, use_database
from tranter.ledger.sold_units import Listed
from tranter.ledger.vault import KeyProblem
from tranter.model import ShipmentLine, Terms
from tranter.testing.builders import fulfillment, fulfillment_line, order, order_line, parcel

LATER = NOW + timedelta(days=400)
REFUSED = (ObjectDoesNotExist, LookupError, KeyProblem)
Case = Callable[[House, House], object]


def marks(you: House) -> dict[int, str]:
    row = OrderRow.objects.get(pk=you.ids[HELD])
    return {row.pk: orders.mark_of(row)}


def change_of(you: House) -> mapping_changes.Change:
    found = mapping_changes.change(you.book, you.ids["mapping change"], NOW)
    assert found is not None
    return found


def undone(book: Book, change_id: int) -> object:
    try:
        return mapping_changes.undo(book, change_id, "operator", NOW)
    except mapping_changes.CanNotUndo:
        return None


ANY = Claim(verb="push_fulfillment", limit=9, repeat_safe_seconds=0)


def listed(you: House) -> list[Listed]:
    """Its listing as though it had been pushed before anything was sold."""
    row = ListingRow.objects.values_list(*Listed._fields).get(pk=you.ids["listing"])
    return [Listed(*row)._replace(acknowledged_at=NOW - timedelta(days=900))]


def result(intent_id: int, outcome: Outcome = Outcome.DONE) -> Result:
    return Result(intent_id=intent_id, outcome=outcome, at=NOW, due_at=NOW, remote_id="99", reason="refused")


PLAN = decisions.PlannedFulfillment(
    order_id=0, connection_id=0, number=9, fulfillment=fulfillment("14-1", []), lane="", look_first=False
)


def _looked_at(you: House) -> OrderToDecide:
    return OrderToDecide(
        id=you.ids[HELD],
        mark=next(iter(marks(you).values())),
        order=order(HELD, []),
        account="",
        released=frozenset(),
        backlog=False,
        planned=False,
        held_kind="",
    )


LOAN = lending.NewLoan(name="x", terms=Terms(location="1", prefix="X-"), alone=False, flows={})


def _removed(you: House) -> removed.Removed:
    return removed.Removed(id=you.shop.id, name="mine", connector="ebay", account="", removed_at=NOW, until=LATER)


LEFT = parcel("77", [ShipmentLine(quantity=1, line_id="1")])

# Called with my book and lease, and every id, name and number of the other's.
CASES: dict[str, Case] = {
    "api_cards.cards": lambda me, you: api_cards.cards(me.book, [OrderRow.objects.get(pk=you.ids[HELD])]),
    "api_orders.listed": lambda me, you: api_orders.listed(
        me.book, api_orders.Asked(status="any", connection_id=you.shop.id)
    )[0],
    "api_orders.named": lambda me, you: api_orders.named(me.book, HELD, you.shop.id),
    "api_orders.numbered": lambda me, you: api_orders.numbered(me.book, you.ids[HELD]),
    "api_stock.product": lambda me, you: api_stock.product(me.book, "you-LAMP"),
    "api_stock.stock_of": lambda me, you: api_stock.stock_of(me.book, "you-LAMP"),
    "api_stock.stocked": lambda me, you: api_stock.stocked(me.book, 9, 2)[0],
    "collecting.collect": lambda me, you: collecting.collect(me.book, you.ids[SENT], None, NOW),
    "exceptions.cause_of": lambda me, you: exceptions.cause_of(me.book, you.ids[HELD], ["unknown_sku"]),
    "handed_in.hand_in": lambda me, you: handed_in.hand_in(
        me.book, you.shop.id, [handed_in.HandedIn(b"{}", order("A-1", [order_line("mine")]))], NOW
    ),
    "operator.warehouses_of": lambda me, you: operator.warehouses_of(me.book, you.ids[SENT]),
    "accounts.file_orders": lambda me, you: accounts.file_orders(me.book, you.shop.account, "mine") and None,
    "accounts.adopt_orders": lambda me, you: accounts.adopt_orders(me.book, me.shop.id, you.shop.account),
    "book.is_house": lambda me, you: is_house(you.book),
    "book.merchant_name": lambda me, you: merchant_name(me.book) == "you",
    "cancellations.ask_warehouse": lambda me, you: cancellations.ask_warehouse(me.book, you.ids[SENT], "", NOW),
    "cancellations.settle": lambda me, you: cancellations.settle(
        me.book, me.leases["stops"], [result(you.ids["intent"])], NOW
    ),
    "cancellations.void_at_warehouse": lambda me, you: cancellations.void_at_warehouse(
        me.book,
        cancellations.Voided(
            connection_id=you.warehouse.id, remote_id="77", reason="", tell_carts=frozenset({you.shop.id})
        ),
        NOW,
    ),
    "cancellations.ask_cart": lambda me, you: cancellations.ask_cart(
        me.book, you.ids[HELD], operator.Wish(word="cancel"), NOW
    ),
    "combining.alike": lambda me, you: combining.alike(me.book, you.ids[PLANNED]),
    "combining.combine": lambda me, you: combining.combine(me.book, [you.ids[PLANNED], you.ids[HELD]], "me", NOW),
    "combining.leave": lambda me, you: combining.leave(me.book, [you.ids[PLANNED]]),
    "combining.mates": lambda me, you: combining.mates(me.book, [you.ids[PLANNED]]),
    "combining.members": lambda me, you: combining.members(me.book, you.ids[PLANNED]),
    "combining.part": lambda me, you: combining.part(me.book, you.ids[PLANNED], "me", NOW),
    "deliveries.all_of": lambda me, you: deliveries.all_of(
        me.book, FulfillmentRow.objects.get(pk=you.ids["sent fulfillment"])
    ),
    "deliveries.by_lead": lambda me, you: deliveries.by_lead(me.book, [you.ids["sent fulfillment"]]),
    "deliveries.carriers": lambda me, you: deliveries.carriers(me.book, [you.ids[SENT]]),
    "deliveries.intents_of": lambda me, you: list(deliveries.intents_of(me.book, [you.ids[SENT]])),
    "deliveries.orders_of": lambda me, you: deliveries.orders_of(me.book, [you.ids["sent fulfillment"]]),
    "deliveries.together": lambda me, you: deliveries.together(me.book, [you.ids[SENT]]) - {you.ids[SENT]},
    "changes.accept": lambda me, you: changes.accept(
        me.book, you.ids[SENT], fulfillment("14-1", [fulfillment_line("mine", "1")]), "me", NOW
    ),
    "changes.forget": lambda me, you: changes.forget(me.book, you.ids[SENT], NOW),
    "changes.ignore": lambda me, you: changes.ignore(me.book, you.ids[SENT], "me", NOW),
    "changes.tell": lambda me, you: None,  # writes what it is given
    "changes.versions": lambda me, you: changes.versions(me.book, [you.ids[SENT]]),
    "orders.open_before": lambda me, you: orders.open_before(me.book, OrderRow.objects.get(pk=you.ids[SENT])),
    "catalogue.weights": lambda me, you: catalogue.weights(me.book, you.warehouse.id, ["you-LAMP"]),
    "catalogue.known_skus": lambda me, you: catalogue.known_skus(me.book, you.warehouse.id),
    "catalogue.listed_skus": lambda me, you: catalogue.listed_skus(me.book, you.shop.id),
    "catalogue.products_by_sku": lambda me, you: catalogue.products_by_sku(me.book, you.warehouse.id, ["you-LAMP"]),
    "catalogue.retire_listings": lambda me, you: catalogue.retire_listings(me.book, me.leases["orders"], LATER, LATER),
    "catalogue.retire_products": lambda me, you: catalogue.retire_products(me.book, me.leases["stock"], LATER, LATER),
    "catalogue.store_listings": lambda me, you: catalogue.store_listings(me.book, me.leases["orders"], [], LATER),
    "catalogue.store_products": lambda me, you: catalogue.store_products(me.book, me.leases["stock"], [], LATER),
    "comparing.deliveries": lambda me, you: comparing.deliveries(me.book, you.warehouse.id, NOW - timedelta(days=9)),
    "comparing.look_first": lambda me, you: comparing.look_first(me.book, [you.ids["intent"]], NOW),
    "comparing.on_record": lambda me, you: comparing.on_record(me.book, you.shop.account, [SENT, PLANNED]),
    "comparing.unreadable": lambda me, you: comparing.unreadable(me.book, you.shop.id, ["14-9"]),
    "connections.all_of": lambda me, you: connections.all_of(me.book),
    "connections.by_name": lambda me, you: connections.by_name(me.book, "shop"),
    "connections.check_owner": lambda me, you: connections.check_owner(me.book, you.shop),
    "connections.confirm_stock": lambda me, you: connections.confirm_stock(me.book, you.shop, NOW),
    "connections.needs_sign_in": lambda me, you: connections.needs_sign_in(me.book, you.shop, "gone", NOW),
    "connections.note_sign_in": lambda me, you: connections.note_sign_in(me.book, you.shop, NOW),
    "connections.remember_account": lambda me, you: connections.remember_account(
        me.book, you.shop, ("account-ebay", "mine now"), {}, NOW
    ),
    "connections.remove": lambda me, you: connections.remove(me.book, you.shop, "operator", NOW),
    "connections.save": lambda me, you: connections.save(
        me.book, connections.NewConnection(name="shop", connector="ebay", settings={}, flows={}), NOW
    ),
    "connections.set_owner": lambda me, you: connections.set_owner(me.book, you.shop, "me@example.com"),
    "connections.set_state": lambda me, you: connections.set_state(
        me.book, you.shop.id, ConnectionState.PAUSED, "", NOW
    ),
    "corrections.corrections_of": lambda me, you: (
        corrections.corrections_of(me.book, OrderRow.objects.get(pk=you.ids[HELD])) != NONE
    ),
    "corrections.sealed_corrections": lambda me, you: None,  # seals what it is given, and reads nothing
    "cust_refs.choose": lambda me, you: cust_refs.choose(me.book, []),
    "cust_refs.give": lambda me, you: cust_refs.give(me.book, {you.ids[HELD]: iter(["1"] * 9)}),
    "decisions.apply": lambda me, you: decisions.apply(
        me.book, [Settled(order_id=you.ids[HELD], status="canceled", reason="")], marks(you), NOW
    ),
    "elsewhere.note": lambda me, you: elsewhere.note(me.book, "CartRover", {PLANNED: "new"}, "operator", NOW),
    "elsewhere.of": lambda me, you: elsewhere.of(me.book, ["14-7"]),
    "errands.newest": lambda me, you: errands.newest(me.book),
    "errands.start": lambda me, you: (
        errands.start(me.book, errands.Wanted(what="retry", order_ids=[you.ids[HELD]]), NOW)
        and errands.newest(me.book)[0].total
    ),
    "errands.state": lambda me, you: errands.state(me.book, you.ids["errand"]),
    "errands.stop": lambda me, you: errands.stop(me.book, you.ids["errand"], NOW),
    "exceptions.count_open": lambda me, you: exceptions.count_open(me.book) - 2,
    "exceptions.mute": lambda me, you: exceptions.mute(me.book, you.ids["exception"], NOW),
    "exceptions.open_exceptions": lambda me, you: exceptions.open_exceptions(me.book),
    "exceptions.raise_exceptions": lambda me, you: exceptions.raise_exceptions(
        me.book, [exceptions.Trouble(kind="carrier", subject=SENT, value="Pigeon", cause="mine")], NOW
    ),
    "exceptions.resolve": lambda me, you: exceptions.resolve(me.book, NOW, order_ids=[you.ids[SENT], you.ids[HELD]]),
    "exceptions.resolve_subject": lambda me, you: exceptions.resolve_subject(me.book, "carrier", SENT, NOW),
    "exceptions.resolve_subjects": lambda me, you: exceptions.resolve_subjects(me.book, "carrier", [SENT], NOW),
    "fulfillments.committed": lambda me, you: fulfillments.committed(me.book, [you.ids["sent fulfillment"]], LATER),
    "fulfillments.documents": lambda me, you: fulfillments.documents(me.book, [you.ids["fulfillment"]]),
    "fulfillments.drop_unsent": lambda me, you: fulfillments.drop_unsent(me.book, [you.ids[PLANNED]], NOW),
    "fulfillments.keep_links": lambda me, you: fulfillments.keep_links(
        me.book, you.warehouse.id, [("buyer", "ada", "mine")]
    ),
    "fulfillments.links": lambda me, you: fulfillments.links(me.book, you.warehouse.id, "buyer", ["ada"]),
    "fulfillments.drop_unsent_shares": lambda me, you: fulfillments.drop_unsent_shares(me.book, you.ids[PLANNED], NOW),
    "fulfillments.warehouses": lambda me, you: fulfillments.warehouses(me.book, [you.ids["fulfillment"]]),
    "fulfillments.not_committed": lambda me, you: fulfillments.not_committed(me.book, you.warehouse.id),
    "fulfillments.settle": lambda me, you: fulfillments.settle(
        me.book,
        me.leases["deliveries"],
        [result(you.ids["intent"])],
        NOW,
    ),
    "inbox.take_in": lambda me, you: inbox.take_in(
        me.book, you.shop, inbox.Notice(event_id="e1", ring=("orders",), signed_out="gone"), NOW
    ),
    "intents.cancel_unsent": lambda me, you: intents.cancel_unsent(me.book, you.ids[PLANNED], NOW),
    "intents.claim": lambda me, you: [
        one.id for one in intents.claim(me.book, me.leases["deliveries"], ANY, NOW) if one.id == you.ids["intent"]
    ],
    "intents.doubt_unsent": lambda me, you: intents.doubt_unsent(me.book) and None,
    "intents.next_due_at": lambda me, you: intents.next_due_at(me.book, you.warehouse.id, "push_fulfillment"),
    "intents.recover": lambda me, you: intents.recover(me.book, me.leases["deliveries"], "push_fulfillment", 5, NOW),
    "intents.retry": lambda me, you: intents.retry(me.book, you.ids[PLANNED], LATER),
    "intents.settle": lambda me, you: intents.settle(
        me.book, me.leases["deliveries"], [result(you.ids["intent"])], NOW
    ),
    "journal.append": lambda me, you: journal.append(me.book, [journal.Entry(what="order_taken")], NOW),
    "journal.broken_at": lambda me, you: journal.broken_at(me.book),
    "journal.digest": lambda me, you: journal.digest(me.book) == journal.digest(you.book),
    "journal.lines": lambda me, you: journal.lines(me.book),
    "journal_list.everything": lambda me, you: list(
        journal_list.everything(me.book, journal_list.JournalFilter(subject="you"))
    ),
    "journal_list.page": lambda me, you: journal_list.page(me.book, journal_list.JournalFilter(subject="you")),
    "journal_list.words": lambda me, you: journal_list.words(me.book) and None,
    "connections.free": lambda me, you: connections.free(me.book, you.shop, NOW),
    "lending.end": lambda me, you: lending.end(me.book, you.warehouse, you.book, NOW),
    "lending.lend": lambda me, you: lending.lend(me.book, you.warehouse, you.book, LOAN, NOW),
    "lists.find_orders": lambda me, you: lists.find_orders(me.book, "SO-77"),
    "lists.numbers": lambda me, you: lists.numbers(me.book, [you.ids[SENT]]),
    "lists.order": lambda me, you: lists.order(me.book, you.ids[SENT]),
    "lists.orders": lambda me, you: lists.orders(me.book, lists.OrderFilter()),
    "merchants.change": lambda me, you: (
        merchants.change(
            me.book, merchants.MerchantSettings(name="mine", time_zone="", closed_days=(), keep_days=7), "operator", NOW
        )
        and None
    ),
    "merchants.settings_of": lambda me, you: merchants.settings_of(me.book) and None,
    "mappings.aliases": lambda me, you: mappings.aliases(me.book),
    "mappings.carriers": lambda me, you: mappings.carriers(me.book),
    "mapping_changes.change": lambda me, you: mapping_changes.change(me.book, you.ids["mapping change"], NOW),
    "mapping_changes.changed_since": lambda me, you: [
        row for row in mapping_changes.changed_since(me.book, change_of(you)) if row.after == "mine"
    ],
    "mapping_changes.history": lambda me, you: mapping_changes.history(me.book, NOW),
    "mapping_changes.touched": lambda me, you: [
        one
        for kind, place in (("alias", ("", "you-LAMP")), ("ship_method", ("shop", "Post")))
        for one in mapping_changes.touched(me.book, kind, [place])
    ],
    "mapping_changes.undo": lambda me, you: undone(me.book, you.ids["mapping change"]),
    "mappings.current": lambda me, you: mappings.current(me.book, "alias", [("", "OLD")]),
    "mappings.kits": lambda me, you: mappings.kits(me.book),
    "mappings.listed": lambda me, you: mappings.listed(me.book, "alias"),
    "mappings.page": lambda me, you: mappings.page(me.book, "alias", "", 0, 9),
    "mappings.write": lambda me, you: mappings.write(me.book, "alias", {("", "OLD"): None}, "operator", NOW) and None,
    "mappings.promotions": lambda me, you: mappings.promotions(me.book),
    "mappings.set_aliases": lambda me, you: mappings.set_aliases(me.book, [("", "OLD", "mine")], NOW),
    "mappings.set_carriers": lambda me, you: mappings.set_carriers(me.book, [("warehouse", "Pigeon", "mine")], NOW),
    "mappings.set_ship_methods": lambda me, you: mappings.set_ship_methods(me.book, [("shop", "Post", "mine")], NOW),
    "mappings.ship_methods": lambda me, you: mappings.ship_methods(me.book),
    "notes.add": lambda me, you: notes.add(me.book, you.ids[HELD], "me", "mine", NOW),
    "notes.of_order": lambda me, you: notes.of_order(me.book, you.ids[HELD]),
    "notes.remove": lambda me, you: notes.remove(me.book, you.ids["note"]),
    "operator.give_back": lambda me, you: operator.give_back(me.book, you.ids[SENT], NOW),
    "operator.look_first_everywhere": lambda me, you: operator.look_first_everywhere(me.book) and None,
    "operator.release": lambda me, you: operator.release(me.book, you.ids[HELD], NOW),
    "operator.retry": lambda me, you: operator.retry(me.book, you.ids[PLANNED], NOW),
    "operator.retry_kind": lambda me, you: [
        place for place in operator.retry_kind(me.book, "carrier", ["Pigeon"], NOW) if place[0] != me.shop.id
    ],
    "operator.standing": lambda me, you: operator.standing(me.book, you.ids[SENT]),
    "operator.wish": lambda me, you: operator.wish(me.book, you.ids[PLANNED], operator.Wish(word="hold"), NOW),
    "order_lines.renew": lambda me, you: order_lines.renew(
        me.book, OrderRow.objects.get(pk=you.ids[SENT]), order(SENT, [order_line("mine", line_id="1")])
    ),
    "order_page.exists": lambda me, you: order_page.exists(me.book, you.ids[SENT]),
    "order_page.record": lambda me, you: order_page.record(me.book, you.ids[SENT]),
    "order_page.sheet": lambda me, you: order_page.sheet(me.book, you.ids[SENT]),
    "operator.correct": lambda me, you: operator.correct(me.book, you.ids[HELD], NONE, "me", NOW),
    "operator.corrections": lambda me, you: operator.corrections(me.book, you.ids[HELD]),
    "operator.lift": lambda me, you: operator.lift(me.book, you.ids[HELD], ["too_early"], "me", NOW),
    "raw_records.awake": lambda me, you: raw_records.awake(me.book, you.warehouse.id, ["77"]),
    "orders.carts_with_undecided": lambda me, you: orders.carts_with_undecided(me.book),
    "orders.decide_again": lambda me, you: orders.decide_again(me.book, NOW, kinds=["unknown_sku"]) - 1,
    "orders.decide_waiting_again": lambda me, you: orders.decide_waiting_again(me.book),
    "orders.decided": lambda me, you: orders.decided(me.book, marks(you)),
    "raw_erasing.erase_raw": lambda me, you: raw_erasing.erase_raw(
        me.book, "order", [(one.shop.id, key) for one in (me, you) for key in (SENT, "14-9")]
    ),
    "raw_records.serving": lambda me, you: raw_records.serving(me.book, f"connection:{you.shop.id}"),
    "orders.fill": lambda me, you: None,  # seals what it is given, and reads nothing
    "raw_records.mark_read": lambda me, you: raw_records.mark_read(me.book, [you.ids["raw"]]),
    "raw_records.mark_unreadable": lambda me, you: raw_records.mark_unreadable(
        me.book, me.shop.id, "order", [raw_records.Unread(you.ids["raw"], "14-9", "", "")], NOW
    ),
    "raw_records.mark_waiting": lambda me, you: raw_records.mark_waiting(me.book, {you.ids["raw"]: "77"}),
    "last_look.no_longer_wanted": lambda me, you: last_look.no_longer_wanted(me.book, [you.ids[PLANNED]]),
    "orders.open_order": lambda me, you: orders.open_order(me.book, OrderRow.objects.get(pk=you.ids[SENT])),
    "orders.open_corrected": lambda me, you: orders.open_corrected(me.book, OrderRow.objects.get(pk=you.ids[SENT])),
    "orders.to_decide": lambda me, you: orders.to_decide(me.book, you.ids[HELD]),
    "order_marks.standing": lambda me, you: order_marks.standing(me.book, marks(you)),
    "order_marks.to_decide_rows": lambda me, you: order_marks.to_decide_rows(me.book, [you.ids[HELD]]),
    "raw_records.read_again": lambda me, you: raw_records.read_again(me.book, you.shop.id),
    "orders.record_orders": lambda me, you: orders.record_orders(
        me.book,
        me.shop.account,
        [
            orders.ReadOrder(
                you.ids["raw"], me.shop.id, order(SENT, [order_line("mine", line_id="1")], modified_at=LATER)
            )
        ],
        NOW,
    ),
    "orders.seal_order": lambda me, you: None,  # seals what it is given, and reads nothing
    "last_look.stale_before_sending": lambda me, you: last_look.stale_before_sending(
        me.book, [you.ids[PLANNED]], LATER
    ),
    "raw_records.store_page": lambda me, you: (
        raw_records.store_page(
            me.book, me.leases["orders"], raw_records.RawPage("order", [(SENT, b"mine")], "2"), LATER
        )
        and None
    ),
    "raw_records.store_reread": lambda me, you: (
        raw_records.store_reread(me.book, me.shop.id, [(SENT, b"mine")], LATER) and None
    ),
    "order_lines.touch_line_skus": lambda me, you: order_lines.touch_line_skus(me.book, {(you.ids[SENT], "1"): "mine"}),
    "orders.unchanged": lambda me, you: orders.unchanged(me.book, marks(you)),
    "orders.undecide": lambda me, you: orders.undecide(me.book, [you.ids[HELD]]),
    "orders.undecided": lambda me, you: orders.undecided(me.book, you.shop.id),
    "raw_records.unread": lambda me, you: raw_records.unread(me.book, you.shop.id, "order"),
    "raw_records.unread_of": lambda me, you: raw_records.unread_of(
        me.book,
        you.shop.id,
        "order",
        {raw.key: raw.payload for raw in raw_records.unread(you.book, you.shop.id, "order")},
    ),
    "orders.wake_deciding": lambda me, you: orders.wake_deciding(me.book, NOW),
    "overview.newest_orders": lambda me, you: overview.newest_orders(me.book, 99),
    "overview.status_counts": lambda me, you: overview.status_counts(me.book).total() - 3,
    "figures.quiet": lambda me, you: figures.quiet(me.book, NOW),
    "figures.skipping": lambda me, you: figures.skipping(me.book, NOW),
    "problems.affected": lambda me, you: problems.affected(
        me.book, problems.Cause(kind="unknown_sku", connection_id=you.shop.id), "open"
    ),
    "problems.group": lambda me, you: problems.group(
        me.book, problems.Cause(kind="unknown_sku", connection_id=you.shop.id)
    ),
    "problems.mute": lambda me, you: problems.mute(me.book, problems.Cause(kind="unknown_sku"), "me", NOW) - 1,
    "problems.settle": lambda me, you: problems.settle(me.book, problems.Cause(kind="unknown_sku"), "me", NOW) - 1,
    "problems.unmute": lambda me, you: problems.unmute(me.book, problems.Cause(kind="unknown_sku"), "me", NOW),
    "problems.warehouses": lambda me, you: problems.warehouses(me.book, [you.ids[SENT]]),
    "problems.order_ids": lambda me, you: (
        problems.order_ids(me.book, problems.Cause(kind="unknown_sku", value="LAMP")) != [me.ids[HELD]]
    ),
    "privacy.erase_late": lambda me, you: privacy.erase_late(me.book, range(1, 10_000)),
    "privacy.erase_buyer": lambda me, you: privacy.erase_buyer(me.book, "ebay", ["ada_l"], NOW) and None,
    "privacy.erase_final": lambda me, you: privacy.erase_final(me.book, NOW, 0) and None,
    "privacy.hold_erased": lambda me, you: privacy.hold_erased(me.book, me.shop.id, NOW),
    "privacy.keep_erased": lambda me, you: privacy.keep_erased(me.book, NOW, ["ada_l"]) and None,
    "rules.lately": lambda me, you: rules.lately(me.book, you.shop.id, NOW, 999, 99),
    "rules.listed": lambda me, you: [rule for rule in rules.listed(me.book) if rule.body["name"] != "me"],
    "rules.planned": lambda me, you: rules.planned(me.book, [you.ids[PLANNED]]),
    "rules.routing": lambda me, you: rules.routing(me.book)["places"] != ["me"],
    "rules.set_routing": lambda me, you: rules.set_routing(me.book, {}, journal.Entry(what="routing_changed"), NOW),
    "rules.unsent": lambda me, you: set(rules.unsent(me.book)) & set(you.ids.values()) - set(me.ids.values()),
    "rules.write": lambda me, you: (
        rules.write(
            me.book,
            rules.Edit(
                before=rules.listed(me.book),
                after=[rules.StoredRule(id=rules.listed(you.book)[0].id, body={"name": "mine"})],
                entry=journal.Entry(what="rule_changed"),
            ),
            NOW,
        )
        and None
    ),
    "removed.removed": lambda me, you: removed.removed(me.book, NOW),
    "removed.bring_back": lambda me, you: removed.bring_back(me.book, _removed(you), ConnectionState.PAUSED, "me", NOW),
    "runs.newest": lambda me, you: runs.newest(me.book, you.shop.id),
    "seen_words.carriers": lambda me, you: seen_words.carriers(me.book, you.warehouse.id),
    "seen_words.ship_methods": lambda me, you: seen_words.ship_methods(me.book, you.shop.id),
    "sharing.links_of": lambda me, you: sharing.links_of(me.book, you.shop.id, NOW),
    "sharing.make": lambda me, you: sharing.make(
        me.book, sharing.Wanted(connection_id=you.shop.id, email="ada@example.com", user_id=None), NOW
    ),
    "sharing.revoke": lambda me, you: sharing.revoke(me.book, you.ids["link"], NOW),
    "both_sides.at_cart": lambda me, you: both_sides.at_cart(me.book, you.shop.name) & {you.ids["listing"]},
    "both_sides.listing_views": lambda me, you: both_sides.listing_views(me.book, [you.ids["listing"]], NOW.date()),
    "both_sides.listings": lambda me, you: list(both_sides.listings(me.book, NOW.date()).filter(pk=you.ids["listing"])),
    "both_sides.mark": lambda me, you: both_sides.mark(me.book, [you.warehouse.id]).products.count,
    "both_sides.product_views": lambda me, you: both_sides.product_views(
        me.book, [you.warehouse.id], list(ProductRow.objects.values_list("pk", flat=True))
    ),
    "both_sides.search_listings": lambda me, you: both_sides.search_listings(me.book, "you-LAMP", NOW.date()),
    "both_sides.search_products": lambda me, you: both_sides.search_products(me.book, [you.warehouse.id], "LAMP"),
    "both_sides.sort": lambda me, you: both_sides.sort(me.book, [you.warehouse.id], NOW.date()).only_at_warehouse,
    "filter_skips.skipped": lambda me, you: [
        one
        for one in filter_skips.skipped(me.book, "the filter", "", NOW - timedelta(days=900))
        if one in you.ids.values()
    ],
    "shelf_list.codes": lambda me, you: shelf_list.codes(me.book, ["you-LAMP"]) - {"you-LAMP"},
    "shelf_list.holding": lambda me, you: shelf_list.holding(me.book, ["you-LAMP"]),
    "shelf_list.meaning": lambda me, you: list(
        shelf_list.meaning(
            ListingRow.objects.filter(connection__merchant_id=me.book.merchant_id), me.book, NOW.date()
        ).filter(meant="you-LAMP")
    ),
    "shelf_list.pushes": lambda me, you: shelf_list.pushes(me.book, [you.ids["listing"]]),
    "shelf_list.skus": lambda me, you: shelf_list.skus(me.book, [you.warehouse.id], shelf_list.Wanted())[0],
    "shelf_list.stopped": lambda me, you: shelf_list.stopped(me.book),
    "shelf_list.all_products": lambda me, you: shelf_list.all_products(me.book, [you.warehouse.id]),
    "shelf_list.find_products": lambda me, you: shelf_list.find_products(me.book, [you.warehouse.id], "LAMP"),
    "shelf_list.mark_of_products": lambda me, you: shelf_list.mark_of_products(me.book, [you.warehouse.id]).count,
    "shelf_list.names": lambda me, you: shelf_list.names(me.book, [you.warehouse.id], ["you-LAMP"]),
    "shelf_list.products": lambda me, you: list(shelf_list.products(me.book, [you.warehouse.id])),
    "returns.of_order": lambda me, you: returns.of_order(me.book, you.ids[SENT]),
    "returns.record": lambda me, you: returns.record(me.book, you.warehouse.id, [BACK], NOW),
    "shipments.documents": lambda me, you: shipments.documents(me.book, [you.ids["shipment"]]),
    "shipments.known_orders": lambda me, you: shipments.known_orders(me.book, you.warehouse.id, [LEFT]),
    "shipments.record": lambda me, you: shipments.record(
        me.book,
        me.warehouse.id,
        [shipments.Allocated(fulfillment_id=you.ids["sent fulfillment"], shipment=LEFT, push=True)],
        LATER,
    ),
    "shipments.send_refused_again": lambda me, you: shipments.send_refused_again(me.book, NOW),
    "shipments.settle": lambda me, you: shipments.settle(
        me.book, me.leases["tracking"], [result(you.ids["tracking intent"])], {}, NOW
    ),
    "shipments.warehouse_name": lambda me, you: shipments.warehouse_name(me.book, you.ids["shipment"]),
    "status.refresh": lambda me, you: status.refresh(me.book, [you.ids[SENT]], LATER),
    "stock.claim": lambda me, you: stock.claim(me.book, me.leases["tracking"], {}, NOW),
    "sold_units.sold_units": lambda me, you: +sold_units.sold_units(me.book, listed(you)),
    "stock.doubt": lambda me, you: stock.doubt(me.book, [you.ids["listing"]]),
    "stock.listing_states": lambda me, you: stock.listing_states(me.book, you.shop.id, NOW.date()),
    "stock.settle": lambda me, you: stock.settle(
        me.book,
        me.leases["tracking"],
        [stock.StockResult(listing_row_id=you.ids["listing"], quantity=0, outcome="done", at=NOW)],
        NOW,
    ),
    "stock.shelves": lambda me, you: stock.shelves(me.book, you.warehouse.id, ["you-LAMP"]),
    "stock.store_levels": lambda me, you: stock.store_levels(me.book, me.leases["stock"], []),
    "stock.want": lambda me, you: stock.want(me.book, you.shop.id, {you.ids["listing"]: 0}, NOW),
    "waits.decide_due": lambda me, you: waits.decide_due(me.book, you.shop.id, LATER),
    "waits.next_at": lambda me, you: waits.next_at(me.book, you.shop.id),
    "waiting_units.waiting_units": lambda me, you: waiting_units.waiting_units(me.book, ["you-LAMP"]),
    "story.story": lambda me, you: story.story(me.book, you.ids[SENT]),
    "waiting.waiting": lambda me, you: waiting.waiting(me.book, you.warehouse.id),
    "trials.cancel": lambda me, you: trials.cancel(me.book, you.ids[SENT], NOW),
    "trials.newest": lambda me, you: trials.newest(me.book, you.shop.id),
    "trials.open_trials": lambda me, you: trials.open_trials(me.book, [you.shop.id]),
    "trials.plan": lambda me, you: trials.plan(me.book, _looked_at(you), PLAN, NOW),
    "trials.record": lambda me, you: (
        trials.record(me.book, you.shop, order("TEST-1", [order_line("mine")]), NOW) and None
    ),
    "trials.view": lambda me, you: trials.view(me.book, you.ids[SENT]),
    "outbox.write": lambda me, you: outbox.write(
        me.book, [outbox.Happened("stock_pushed", "", {}, "mark", you.ids[SENT])], NOW
    ),
    "shipment_list.one": lambda me, you: shipment_list.one(me.book, you.ids["shipment"]),
    "shipment_list.page": lambda me, you: shipment_list.page(
        me.book, shipment_list.ShipmentQuery(), you.ids["shipment"] + 1, 9
    ),
    "webhooks.add": lambda me, you: webhooks.add(me.book, ELSEWHERE, "me", NOW) and None,
    "webhooks.attempts": lambda me, you: webhooks.attempts(me.book, you.ids["message"]),
    "webhooks.attempts_of": lambda me, you: webhooks.attempts_of(me.book, [you.ids["message"]]),
    "webhooks.change": lambda me, you: webhooks.change(me.book, you.ids["webhook"], ELSEWHERE, "me", NOW),
    "webhooks.listed": lambda me, you: webhooks.listed(me.book),
    "webhooks.message": lambda me, you: webhooks.message(me.book, you.ids["message"]),
    "webhooks.messages": lambda me, you: webhooks.messages(me.book, you.ids["webhook"]),
    "webhooks.one": lambda me, you: webhooks.one(me.book, you.ids["webhook"]),
    "webhooks.pause": lambda me, you: webhooks.pause(me.book, you.ids["webhook"], "", "me", NOW),
    "webhooks.pause_failing": lambda me, you: webhooks.pause_failing(me.book, you.ids["webhook"], "", NOW),
    "webhooks.remove": lambda me, you: webhooks.remove(me.book, you.ids["webhook"], "me", NOW),
    "webhooks.renew_secret": lambda me, you: webhooks.renew_secret(me.book, you.ids["webhook"], "me", NOW),
    "webhooks.replay": lambda me, you: webhooks.replay(me.book, [you.ids["message"]], NOW),
    "webhooks.replay_failed": lambda me, you: webhooks.replay_failed(me.book, you.ids["webhook"], NOW, NOW),
    "webhooks.resume": lambda me, you: webhooks.resume(me.book, you.ids["webhook"], "me", NOW),
    "writing.change": lambda me, you: None,  # locks; which rows is what the caller asks
    "writing.writing": lambda me, you: None,  # locks, and reads nothing
    "webhooks.target": lambda me, you: webhooks.target(me.book, you.ids["webhook"], NOW),
}
ELSEWHERE = webhooks.Wanted(url="https://elsewhere.example/")


def taking_a_book() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(tranter.ledger.__path__):
        if module.ispkg:
            continue
        loaded = importlib.import_module(f"tranter.ledger.{module.name}")
        for name, value in vars(loaded).items():
            own = inspect.isfunction(value) and value.__module__ == loaded.__name__ and not name.startswith("_")
            if own and any(one.annotation is Book for one in inspect.signature(value).parameters.values()):
                found.add(f"{module.name}.{name}")
    return found


def test_every_function_that_takes_a_book_is_tried() -> None:
    untried, gone = taking_a_book() - set(CASES), set(CASES) - taking_a_book()
    assert (untried, gone) == (set(), set()), "give each a line in CASES, with the other merchant's ids"


@pytest.fixture(scope="module")
def street(kind: str, ledgers_of: Callable[[str], Ledgers]) -> tuple[Database, House, House]:
    ledgers = ledgers_of(kind)
    database = ledgers.fresh()
    me, you = move_in(ledgers.vault, "me"), move_in(ledgers.vault, "you")
    ledgers.keep()
    return database, me, you


@pytest.fixture
def houses(street: tuple[Database, House, House]) -> Iterator[tuple[House, House]]:
    """Whatever a test does is undone."""
    database, me, you = street
    use_database(database)
    with transaction.atomic():
        yield me, you
        transaction.set_rollback(True)
    close_connections()


PATHS = ("merchant", "connection__merchant", "order__merchant", "fulfillment__merchant", "intent__merchant")


def belongings(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is this merchant's."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for model in apps.get_app_config("ledger").get_models():
        names = {field.name for field in model._meta.get_fields()}
        path = next((one for one in PATHS if one.split("__")[0] in names), None)
        if path is not None:
            rows = model.objects.filter(**{f"{path}_id": house.book.merchant_id}).order_by("pk").values_list()
            found[model.__name__] = [tuple(bytes(c) if isinstance(c, memoryview) else c for c in row) for row in rows]
    return found


def told(answer: object) -> str:
    return msgspec.json.encode(answer, enc_hook=str).decode()


@pytest.mark.parametrize("name", sorted(CASES))
def test_my_book_opens_no_other_house(houses: tuple[House, House], name: str) -> None:
    me, you = houses
    before = belongings(you)
    assert before["OrderRow"]
    assert before["Attempt"]

    try:
        answer = CASES[name](me, you)
    except REFUSED as refused:
        answer = type(refused).__name__

    assert belongings(you) == before
    assert '"you' not in told(answer)
    assert " you" not in told(answer)


# These name no foreign id: what comes back is my own.
OWN = {
    "connections.all_of",
    "connections.by_name",
    "connections.remember_account",
    "connections.save",
    "elsewhere.note",
    "elsewhere.of",
    "errands.newest",
    "exceptions.open_exceptions",
    "exceptions.raise_exceptions",
    "journal.lines",
    "lists.find_orders",
    "lists.orders",
    "mapping_changes.history",
    "mappings.aliases",
    "mappings.carriers",
    "mappings.current",
    "mappings.listed",
    "mappings.page",
    "mappings.set_aliases",
    "mappings.ship_methods",
    "overview.newest_orders",
    "shipment_list.page",
    "webhooks.listed",
    "comparing.on_record",
    "catalogue.retire_products",
    "intents.cancel_unsent",
    "orders.carts_with_undecided",
}


@pytest.mark.parametrize("name", sorted(set(CASES) - OWN))
def test_ids_of_another_house_lead_nowhere(houses: tuple[House, House], name: str) -> None:
    """Where every id that is named is the other's, nothing comes back at all."""
    try:
        answer = CASES[name](*houses)
    except REFUSED:
        return
    assert not answer or answer == (0, set())
