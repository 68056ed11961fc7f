"""Whether anything happened: a mark that changes with every line of the journal and every run."""

from collections.abc import Sequence

from django.db.models import Max, Sum

from tranter.ledger.book import Book
from tranter.ledger.models import Flow, Merchant


def mark(books: Sequence[Book]) -> str:
    """Of these merchants together; the runs count only where one is looked at."""
    ids = [book.merchant_id for book in books]
    length = Merchant.objects.filter(pk__in=ids).aggregate(length=Sum("journal_length"))["length"] or 0
    if len(ids) != 1:
        return f"{length}"
    times = Flow.objects.filter(connection__merchant_id=ids[0]).aggregate(
        began=Max("last_started_at"), ended=Max("last_ended_at")
    )
    return f"{length}/{times['began']}/{times['ended']}"
