"""Orders that have long been final, made without any vendor. Imported when the ledger is open."""

from datetime import datetime

from tranter.ledger import connections, orders, raw_records, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import NewConnection
from tranter.ledger.models import OrderRow, RawRecord
from tranter.ledger.orders import ReadOrder
from tranter.ledger.raw_records import RawPage, raw_place
from tranter.model import Order
from tranter.model.address import Address, Buyer
from tranter.model.money import Money
from tranter.model.order import CartState, OrderLine

NONE = Money(0, "EUR")


def an_order(number: int, at: datetime) -> Order:
    return Order(
        remote_id=f"14-{number}",
        number=f"14-{number}",
        state=CartState.OPEN,
        marketplace="EBAY_DE",
        ordered_at=at,
        modified_at=at,
        currency="EUR",
        buyer=Buyer(remote_id=f"ada{number}", name="Ada Brandt"),
        ship_to=Address(name="Ada Brandt", lines=("Lindenweg 4",), city="Hamburg", postal_code="20144", country="DE"),
        lines=(OrderLine(line_id="1", sku="LAMP", quantity=1, amount=Money(2400, "EUR")),),
        shipping=NONE,
        discount=NONE,
        tax=NONE,
        collected_tax=NONE,
        total=Money(2400, "EUR"),
        note="please ring at Brandt",
    )


def take_final_orders(book: Book, count: int, final_at: datetime, now: datetime) -> None:
    shop = connections.save(book, NewConnection(name="shop", connector="ebay", settings={}, flows={"orders": 300}), now)
    flow = schedule.flow_id(shop.id, "orders")
    assert flow is not None
    held = schedule.lease(flow, "test", 300, now)
    assert held is not None
    made = [an_order(number, final_at) for number in range(count)]
    page = RawPage("order", [(order.remote_id, b"Ada Brandt") for order in made], "1")
    raw_records.store_page(book, held, page, now)
    raws = {raw.key: raw.id for raw in raw_records.unread(book, shop.id, "order")}
    read = [ReadOrder(raws[order.remote_id], shop.id, order) for order in made]
    orders.record_orders(book, shop.account, read, now)
    OrderRow.objects.update(status="confirmed", final_at=final_at, undecided=False)


def known(book: Book) -> int:
    """How many orders still say whom they were for; their raw records agree."""
    rows = list(OrderRow.objects.filter(merchant_id=book.merchant_id))
    found = {row.remote_id for row in rows if orders.open_order(book, row).buyer.name}
    raws = RawRecord.objects.filter(merchant_id=book.merchant_id)
    raw = {row.key for row in raws if book.vault.open(row.sealed, raw_place(row.connection_id, "order", row.key))}
    assert raw == found
    return len(found)
