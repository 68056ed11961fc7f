"""A webhook's consequences, in one transaction: when it is answered, all of them are on disk."""

from datetime import datetime, timedelta

import msgspec

from tranter.ledger import connections, privacy, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.models import HookEvent
from tranter.ledger.writing import writing

REMEMBER_DAYS = 30


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a verified webhook asks for. An empty `event_id` can't be recognised when it comes again."""

    event_id: str = ""
    ring: tuple[str, ...] = ()
    erase_buyer: tuple[str, ...] = ()
    signed_out: str = ""


def take_in(book: Book, info: ConnectionRecord, notice: Notice, now: datetime) -> bool:
    """False when it was here before: then nothing happens again.

    Erasing is not remembered: a cart tells of every account that it deletes, and twice does no harm.
    """
    connections.check_owner(book, info)
    if notice.erase_buyer:
        return privacy.erase_buyer(book, info.connector, notice.erase_buyer, now) > 0
    with writing(book):
        if notice.event_id and not schedule.first_time(info.id, notice.event_id, now):
            return False
        schedule.ring(info.id, notice.ring, now)
        if notice.signed_out and info.state is ConnectionState.LIVE:
            connections.needs_sign_in(book, info, notice.signed_out, now)
    return True


def forget_old(now: datetime) -> int:
    rows = HookEvent.objects.filter(at__lt=now - timedelta(days=REMEMBER_DAYS))
    return rows.delete()[0]
