"""What a merchant calls things: SKU aliases, ship methods, carriers."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tranter.ledger import connections, journal, orders, schedule, shipments
from tranter.ledger.book import Book
from tranter.ledger.models import Alias, CarrierMap, ShipMethodMap


def aliases(book: Book) -> list[tuple[str, str, str]]:
    """(connection name or empty, alias, SKU)."""
    rows = Alias.objects.filter(merchant_id=book.merchant_id).order_by("connection", "alias")
    return list(rows.values_list("connection", "alias", "sku"))


def set_aliases(book: Book, rows: Iterable[tuple[str, str, str]], now: datetime) -> list[str]:
    """All or nothing. The aliases that are new or now mean another SKU; orders that wait for one are decided again."""
    changed = []
    with transaction.atomic():
        for connection, alias, sku in rows:
            row, created = Alias.objects.get_or_create(
                merchant_id=book.merchant_id, connection=connection, alias=alias, defaults={"sku": sku}
            )
            if not created and row.sku == sku:
                continue
            row.sku = sku
            row.save(update_fields=["sku"])
            changed.append(alias)
        entries = [journal.Entry(what="alias_set", subject=alias, actor="operator") for alias in changed]
        journal.append(book, entries, now)
        if changed:
            orders.decide_again(book, now, kinds=["unknown_sku", "duplicate_sku"])
            _wake(book, ("decide", "listing_stock"), now)
    return changed


def _wake(book: Book, flows: tuple[str, ...], now: datetime) -> None:
    for info in connections.all_of(book):
        schedule.ring(info.id, flows, now)


def remove_alias(book: Book, connection: str, alias: str) -> bool:
    rows = Alias.objects.filter(merchant_id=book.merchant_id, connection=connection, alias=alias)
    return bool(rows.delete()[0])


def ship_methods(book: Book) -> list[tuple[str, str, str]]:
    """(cart connection, cart code, warehouse method)."""
    rows = ShipMethodMap.objects.filter(merchant_id=book.merchant_id).order_by("connection", "code")
    return list(rows.values_list("connection", "code", "method"))


def set_ship_methods(book: Book, rows: Iterable[tuple[str, str, str]], now: datetime) -> None:
    with transaction.atomic():
        for connection, code, method in rows:
            ShipMethodMap.objects.update_or_create(
                merchant_id=book.merchant_id, connection=connection, code=code, defaults={"method": method}
            )
            entry = journal.Entry(what="ship_method_set", subject=code, actor="operator", detail={"method": method})
            journal.append(book, [entry], now)


def carriers(book: Book) -> list[tuple[str, str, str]]:
    """(warehouse connection, its word, the cart's word)."""
    rows = CarrierMap.objects.filter(merchant_id=book.merchant_id).order_by("connection", "word")
    return list(rows.values_list("connection", "word", "carrier"))


def set_carriers(book: Book, rows: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Parcels that the cart refused are sent again."""
    with transaction.atomic():
        for connection, word, carrier in rows:
            CarrierMap.objects.update_or_create(
                merchant_id=book.merchant_id, connection=connection, word=word, defaults={"carrier": carrier}
            )
            entry = journal.Entry(what="carrier_set", subject=word, actor="operator", detail={"carrier": carrier})
            journal.append(book, [entry], now)
        for connection_id in shipments.send_refused_again(book, now):
            schedule.ring(connection_id, ["tracking"], now)
