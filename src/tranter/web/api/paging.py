"""Pages of a list: `next` says where the next one begins, sealed against changes and bound to its list."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from ninja import Schema
from pydantic import Field

from tranter.web.api.desk import ApiDesk
from tranter.web.api.problem import Problem

Item = TypeVar("Item")
USUAL, MOST = 50, 200
MARK_BYTES = 12
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many.")]
Cursor = Annotated[str, Field(max_length=500, description="`next` of the page before.")]


class Paged(Schema):
    limit: Limit = USUAL
    cursor: Cursor = ""


def narrowed(desk: ApiDesk, asked: Paged) -> dict[str, Any]:
    """What a list is asked for; a key of one connection gets that one's, whatever it asks."""
    values = asked.model_dump(exclude={"limit", "cursor"})
    return values if desk.key.connection is None else {**values, "connection": desk.key.connection}


class Page(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """`next` is null at the end."""

    items: Sequence[Item]
    next: str | None


def sealed(desk: ApiDesk, listed: str, place: object) -> str:
    body = msgspec.json.encode([listed, place])
    return urlsafe_b64encode(_mark(desk, body) + body).decode().rstrip("=")


def opened(desk: ApiDesk, listed: str, cursor: str, kind: type[Item]) -> Item | None:
    """None without a cursor. Raises `Problem` for one that is not ours, or of another list."""
    if not cursor:
        return None
    try:
        whole = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        mark, body = whole[:MARK_BYTES], whole[MARK_BYTES:]
        if not hmac.compare_digest(mark, _mark(desk, body)):
            raise Problem("bad-cursor")
        named, place = msgspec.json.decode(body, type=tuple[str, kind])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError) as error:
        raise Problem("bad-cursor") from error
    if named != listed:
        raise Problem("bad-cursor")
    return place


def _mark(desk: ApiDesk, body: bytes) -> bytes:
    """Bound to the merchant: a cursor taken elsewhere opens nothing."""
    whose = desk.key.id if desk.everywhere else desk.key.merchant_id
    return bytes.fromhex(desk.hub.vault.hash(f"cursor {desk.key.level.value} {whose} {body.hex()}"))[:MARK_BYTES]


def by_number(
    desk: ApiDesk,
    listed: str,
    asked: Paged,
    fetch: Callable[[int | None, int], Sequence[Item]],
    number: Callable[[Item], int],
) -> Page[Item]:
    """A list whose pages go on from a number, the last of the page before. `fetch(number, limit)`."""
    last = opened(desk, listed, asked.cursor, int)
    found = fetch(last, asked.limit + 1)
    shown = found[: asked.limit]
    more = sealed(desk, listed, number(shown[-1])) if len(found) > asked.limit else None
    return Page(items=shown, next=more)


def by_start(
    desk: ApiDesk, listed: str, asked: Paged, fetch: Callable[[int, int], tuple[Sequence[Item], int]]
) -> Page[Item]:
    """Its pages are counted from its begin. `fetch(start, limit)` tells how many there are, at least one more if so."""
    start = opened(desk, listed, asked.cursor, int) or 0
    shown, total = fetch(start, asked.limit)
    at = start + len(shown)
    return Page(items=shown, next=sealed(desk, listed, at) if shown and at < total else None)


def whole(found: Sequence[Item]) -> Page[Item]:
    """A list that is never long."""
    return Page(items=found, next=None)
