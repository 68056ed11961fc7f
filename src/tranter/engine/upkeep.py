"""What has to be done once a day, whoever the merchant is."""

from datetime import datetime, timedelta

from tranter.engine.hub import Hub
from tranter.ledger import book, inbox, kept_answers, letters, outbox, privacy, processes, runs, sizes, team
from tranter.ledger.privacy import ClockInDoubt

DAY = timedelta(days=1)


def look_after(hub: Hub) -> bool:
    """Buyers of orders that have long been final are erased. False: no vendor has confirmed our clock yet.

    Raises `ClockInDoubt`.
    """
    now = hub.ports.clock.now()
    sizes.measure()
    inbox.forget_old(now)
    letters.forget_old(now)
    outbox.forget_old(now)
    kept_answers.forget_old(now)
    team.forget_ended_sessions()
    runs.forget_old(now)
    processes.forget_dead(now)
    for page in book.books(hub.vault, privacy.who_wished()):
        privacy.keep_erased(page, now)
    due = book.books(hub.vault, privacy.who_is_due(now))
    if due and not _is_confirmed(hub, now):
        return False
    for page in due:
        privacy.erase_final(page, now)
    return True


def _is_confirmed(hub: Hub, now: datetime) -> bool:
    """Our own rows prove little: a hub whose clock is wrong has written them with the wrong time."""
    fresh = [clocks for clocks in hub.clocks() if abs(now - clocks.ours) < DAY]
    for clocks in fresh:
        if clocks.apart > DAY:
            raise ClockInDoubt(
                f"the clock said {clocks.ours:%Y-%m-%d %H:%M} when another system said {clocks.theirs:%Y-%m-%d %H:%M}: "
                "nothing is erased before they agree within a day"
            )
    return bool(fresh)
