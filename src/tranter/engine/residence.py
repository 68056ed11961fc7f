"""Is this the ledger's own place? A copy that starts elsewhere has the same sign-ins, and would send all again."""

from tranter.ledger import book, connections, installation
from tranter.ledger.vault import Vault


def settle(vault: Vault, base_url: str) -> bool:
    """Under another public address than before nothing is sent, until a person has said which it is. True: it is so."""
    before = installation.served_at()
    if before == base_url:
        return False
    if before and not book.pushes_paused():
        book.pause_pushes(moved(vault, before, base_url))
    installation.note_served_at(base_url)
    return bool(before)


def moved(vault: Vault, before: str, base_url: str) -> str:
    """What happened, and what is to be changed where."""
    now = base_url or "no public address"
    text = f"this ledger was reached at {before} when it ran last, and now at {now}"
    text += "; nothing is sent until `tranter reconcile`: a copy stays so"
    where = ", ".join(_vendors(vault))
    if not base_url or not where:
        return text
    told = f"the return address is {base_url}/oauth/callback, webhooks go to {base_url}/hooks/"
    return f"{text}. Where the hub has moved, tell {where}: {told}"


def _vendors(vault: Vault) -> list[str]:
    pages = [book.open_book(vault, slug) for slug in book.merchants()]
    return sorted({info.connector for page in pages for info in connections.all_of(page) if info.runs})
