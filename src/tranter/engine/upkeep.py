"""What has to be done once a day, whoever the merchant is."""

from tranter.engine.hub import Hub
from tranter.ledger import book, inbox, privacy


def look_after(hub: Hub) -> None:
    """Buyers of orders that have long been final are erased. Raises `ClockInDoubt`."""
    now = hub.ports.clock.now()
    inbox.forget_old(now)
    for slug in book.merchants():
        page = book.open_book(hub.vault, slug)
        privacy.keep_erased(page, now)
        privacy.erase_final(page, now)
