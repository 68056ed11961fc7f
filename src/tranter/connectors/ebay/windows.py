"""Which stretch of time is read next, and how far it is read: the cursor of `pull_orders`. Pure.

eBay pages by offset over a set that lives. So a window's end is frozen when it begins, a window is read again
from its start when its total changes on the way, and the next one begins well before this one's end: what
becomes visible late is seen then. https://developer.ebay.com/support/kb-article?KBid=1788 (2026-11)
"""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

SETTLE = timedelta(seconds=120)
OVERLAP = timedelta(minutes=5)
OLDEST = timedelta(days=729)
"""eBay refuses what begins two years back or more (30830)."""
MAX_RESTARTS = 3
MARGIN = 25
PAGE_SIZE = 200


class Window(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`previous` marks the page before, so that a repeated one is noticed.

    `margin` is how far pages overlap, once the window has proved too lively to be read in one go.
    """

    begins_at: datetime
    ends_at: datetime
    offset: int = 0
    total: int = -1
    restarts: int = 0
    margin: int = 0
    previous: str = ""


class Cursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Polls and sweeps keep their places side by side. `reread` are orders to be read one by one."""

    watermark: datetime | None = None
    window: Window | None = None
    sweep: Window | None = None
    reread: tuple[str, ...] = ()

    def text(self) -> str:
        return "" if self == Cursor() else msgspec.json.encode(self).decode()


def parse(text: str) -> Cursor:
    """Raises `ValueError` (msgspec's) when the text is not one of ours."""
    return msgspec.json.decode(text, type=Cursor) if text else Cursor()


def next_window(watermark: datetime | None, since: datetime, now: datetime) -> Window:
    begins_at = since if watermark is None else watermark - OVERLAP
    begins_at = max(begins_at, now - OLDEST)
    if begins_at >= now:  # our clock was put back: read the last stretch until it has caught up
        begins_at = now - OVERLAP
    return Window(begins_at=begins_at, ends_at=now)


def clamped(window: Window, remote_now: datetime) -> Window:
    """For a window that eBay finds to lie in the future."""
    ends_at = min(window.ends_at, remote_now)
    begins_at = min(window.begins_at, ends_at - OVERLAP)
    return Window(begins_at=begins_at, ends_at=ends_at)


class Progress(Struct, frozen=True):
    """What one page says: its rows, the `total`, where `next` points to, and the page's mark."""

    rows: int
    total: int
    next_offset: int | None
    mark: str


def advance(window: Window, page: Progress) -> Window | None:
    """The window after this page; None when it is read to its end."""
    gone = window.total - page.total if window.offset and window.total >= 0 else 0
    if gone and window.restarts < MAX_RESTARTS:
        return _again(window, page)
    if gone > window.margin:
        return _back(window, page, gone)
    if page.rows == 0:
        return _after_nothing(window, page)
    read_to = window.offset + page.rows
    if read_to >= page.total and page.next_offset is None:
        return None
    margin = min(MARGIN, page.rows - 1) if window.restarts >= MAX_RESTARTS else 0
    return replace(window, offset=read_to - margin, margin=margin, total=page.total, previous=page.mark)


def _again(window: Window, page: Progress) -> Window:
    return replace(window, offset=0, total=page.total, restarts=window.restarts + 1, previous="")


def _back(window: Window, page: Progress, gone: int) -> Window:
    """The set is too lively to start over for ever: what left it drew as many rows past the place read to."""
    read_to = window.offset + window.margin - gone
    margin = max(0, min(MARGIN, read_to))
    return replace(window, offset=max(0, read_to - margin), margin=margin, total=page.total, previous="")


def _after_nothing(window: Window, page: Progress) -> Window | None:
    if window.offset >= page.total:
        return None
    if page.next_offset is not None and page.next_offset > window.offset:
        return replace(window, offset=page.next_offset, margin=0, total=page.total)
    return _again(window, page) if window.restarts < MAX_RESTARTS else None


def finished(cursor: Cursor, window: Window) -> Cursor:
    """The watermark never goes back, and stays behind the end by what eBay's index may lag."""
    reached = max(window.ends_at - SETTLE, window.begins_at)
    if cursor.watermark is not None:
        reached = max(reached, cursor.watermark)
    return replace(cursor, watermark=reached, window=None)
