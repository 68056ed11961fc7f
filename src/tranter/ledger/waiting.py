"""How much waits for each flow of one connection."""

from django.db.models import Count

from tranter.ledger.book import Book
from tranter.ledger.intents import OPEN, open_only
from tranter.ledger.models import Intent, ListingRow, OrderRow
from tranter.ledger.schedule import FLOW_OF


def waiting(book: Book, connection_id: int) -> dict[str, int]:
    """Flow → what is still to do; flows with nothing to do are left out."""
    intents = Intent.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, state__in=OPEN)
    found = dict(open_only(intents).order_by().values("verb").annotate(count=Count("pk")).values_list("verb", "count"))
    counts = {flow: found.get(verb, 0) for verb, flow in FLOW_OF.items()}
    undecided = OrderRow.objects.filter(merchant_id=book.merchant_id, connection_id=connection_id, undecided=True)
    listings = ListingRow.objects.filter(connection_id=connection_id, connection__merchant_id=book.merchant_id)
    counts |= {"decide": undecided.count(), "listing_stock": listings.filter(active=True, wanted__isnull=False).count()}
    return {flow: count for flow, count in counts.items() if count}
