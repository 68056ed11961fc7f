"""A merchant's rules, in their order, and how orders find their warehouse where no rule says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.models import FulfillmentRow, Intent, Merchant, OrderRow, RoutingRow, RuleRow
from tranter.ledger.order_marks import OrderToDecide, to_decide_rows
from tranter.ledger.writing import writing

VERSION = 1
UNSENT = ("new", "error")


class StoredRule(msgspec.Struct, frozen=True, kw_only=True):
    """`id` 0 is a new one. `body` is the rule as plain JSON values."""

    id: int
    body: dict[str, Any]


class RulesChanged(LookupError):
    """Somebody else changed the rules meanwhile: nothing was saved."""


def listed(book: Book) -> list[StoredRule]:
    rows = RuleRow.objects.filter(merchant_id=book.merchant_id).order_by("position", "pk")
    return [StoredRule(id=row.pk, body=row.body) for row in rows]


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """The whole list in the place of `before`, and what the journal says of it."""

    before: Sequence[StoredRule]
    after: Sequence[StoredRule]
    entry: journal.Entry


def write(book: Book, edit: Edit, now: datetime) -> list[int]:
    """The ids, in order. Raises RulesChanged."""
    with writing(book):
        Merchant.objects.select_for_update().get(pk=book.merchant_id)
        if listed(book) != list(edit.before):
            raise RulesChanged("the rules were changed by somebody else meanwhile; look at them again")
        kept = [rule.id for rule in edit.after if rule.id]
        RuleRow.objects.filter(merchant_id=book.merchant_id).exclude(pk__in=kept).delete()
        ids = [_store(book, rule, position) for position, rule in enumerate(edit.after)]
        journal.append(book, [edit.entry], now)
    return ids


def _store(book: Book, rule: StoredRule, position: int) -> int:
    if rule.id:
        mine = RuleRow.objects.filter(merchant_id=book.merchant_id, pk=rule.id)
        if not mine.update(body=rule.body, version=VERSION, position=position):
            raise RulesChanged(f"rule {rule.id} is gone; look at the rules again")
        return rule.id
    row = RuleRow.objects.create(merchant_id=book.merchant_id, position=position, body=rule.body, version=VERSION)
    return row.pk


def routing(book: Book) -> dict[str, Any]:
    """Empty where nobody chose anything."""
    row = RoutingRow.objects.filter(merchant_id=book.merchant_id).first()
    return row.body if row is not None else {}


def set_routing(book: Book, body: dict[str, Any], entry: journal.Entry, now: datetime) -> None:
    with writing(book):
        RoutingRow.objects.update_or_create(merchant_id=book.merchant_id, defaults={"body": body, "version": VERSION})
        journal.append(book, [entry], now)


def lately(book: Book, connection_id: int, now: datetime, days: int, limit: int) -> list[OrderToDecide]:
    """The newest orders of one cart, whatever became of them, but for those that were erased."""
    rows = OrderRow.objects.filter(
        merchant_id=book.merchant_id,
        connection_id=connection_id,
        ordered_at__gte=now - timedelta(days=days),
        erased_at=None,
        is_test=False,
    )
    newest = rows.order_by("-ordered_at", "-pk").values_list("pk", flat=True)
    return to_decide_rows(book, list(newest[:limit]))


def unsent(book: Book) -> list[int]:
    """Orders of which nothing was sent and nothing refused: a new rule counts for them."""
    rows = OrderRow.objects.filter(merchant_id=book.merchant_id, status__in=UNSENT, cart_state="open", is_test=False)
    asked = Intent.objects.filter(order__in=rows, verb="push_fulfillment").exclude(state="canceled")
    tried = asked.exclude(state="ready", attempts=0).values("order_id")
    return list(rows.exclude(pk__in=tried).order_by("pk").values_list("pk", flat=True))


def planned(book: Book, order_ids: Sequence[int]) -> list[int]:
    """Those of them that have a fulfillment."""
    rows = FulfillmentRow.objects.filter(merchant_id=book.merchant_id, order_id__in=order_ids)
    return list(rows.exclude(state="canceled").order_by("order_id").values_list("order_id", flat=True).distinct())
