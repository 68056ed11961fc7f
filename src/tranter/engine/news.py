"""What is worth telling of one merchant at this moment: as it stands, not as it was when it happened."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from babel.numbers import format_currency
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger import api_keys, connections, figures, problems, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.notices import Cause, Topic
from tranter.ledger.problems import Group

PATIENCE = timedelta(minutes=5)
"""By then a first try and two more have failed: what cures itself is not told."""
FAILURES = 3
FAILING = timedelta(minutes=10)
WARNINGS = (1, 7, 30)
KEY_ENDS_SOON = timedelta(days=7)
TOPICS = {
    Topic.SIGN_IN_NEEDED: {"needs_sign_in", "account_taken", "account"},
    Topic.SKU: {"unknown_sku", "duplicate_sku", "empty_sku"},
    Topic.STOCK: {"stock_not_in_sync", "mass_change", "products_shrunk", "listings_shrunk", "zero_needs_choice"},
    Topic.ERRORS: {"flow_stopped", "limit", "future", "program"},
}


class News(Struct, frozen=True, kw_only=True):
    """`cost` says how many orders wait, what they are worth, and until when. `rank`: the lower, the more urgent."""

    topic: Topic
    merchant: str
    title: str
    says: str
    cost: str
    path: str
    since: datetime
    cause: Cause
    rank: int
    owner_email: str = ""


def news_of(page: Book, slug: str, now: datetime) -> list[News]:
    infos = {info.name: info for info in connections.all_of(page)}
    found = [_of_group(group, infos.get(group.connection), now) for group in problems.groups([page], now)]
    patient = [one for one in found if now - one.since >= PATIENCE]
    ending = [*_ending(slug, infos, now), *_keys_ending(page.merchant_id, slug, now)]
    stopped = [*_silence(page, slug, now), *_skipping(page, slug, now)]
    return [*patient, *_failing(page, slug, infos, now), *ending, *stopped]


def news_of_house(now: datetime) -> list[News]:
    """What is no merchant's."""
    return list(_keys_ending(None, "", now))


def topic_of(group: Group) -> Topic:
    for topic, kinds in TOPICS.items():
        if group.cause.kind in kinds:
            return topic
    return Topic.DELIVERY if group.orders else Topic.ERRORS


def _of_group(group: Group, info: ConnectionRecord | None, now: datetime) -> News:
    topic = topic_of(group)
    name = f"{group.cause.kind}/{group.cause.value or ''}/{group.cause.connection_id or ''}"
    return News(
        topic=topic,
        merchant=group.merchant,
        title=_title(topic, group),
        says=group.says,
        cost=cost(group, now),
        path=f"/m/{group.merchant}/problems",
        since=group.since,
        cause=Cause(f"{group.merchant}/{name}", group.since),
        rank=0 if topic is Topic.SIGN_IN_NEEDED else 1 if group.ship_by else 2,
        owner_email=info.owner_email if info is not None else "",
    )


def _title(topic: Topic, group: Group) -> str:
    where = group.connection or group.merchant_name or group.merchant
    match topic:
        case Topic.SIGN_IN_NEEDED:
            return _("%(where)s needs you to sign in again") % {"where": where}
        case Topic.SKU if group.cause.value:
            return _("SKU %(sku)s is not clear") % {"sku": group.cause.value}
        case Topic.SKU:
            return _("An item has no clear SKU")
        case Topic.STOCK:
            return _("Stock at %(where)s waits") % {"where": where}
        case Topic.DELIVERY:
            return _("Orders wait at %(where)s") % {"where": where}
        case Topic.ERRORS | Topic.SILENCE | Topic.SIGN_IN_ENDS:
            return _("%(where)s is in trouble") % {"where": where}


def cost(group: Group, now: datetime) -> str:
    """`14 orders, €1,830.00, first ship-by in 3 h`."""
    if not group.orders:
        return ""
    parts = [_("1 order") if group.orders == 1 else _("%(count)s orders") % {"count": f"{group.orders:,}"}]
    language = (get_language() or "en").replace("-", "_")
    parts += [format_currency(one.decimal(), one.currency, locale=language) for one in group.money]
    if group.ship_by is not None:
        parts.append(_until(group.ship_by - now))
    return ", ".join(parts)


def _until(left: timedelta) -> str:
    seconds = left.total_seconds()
    if seconds <= 0:
        return _("first ship-by has passed")
    for size, text in (
        (86400, _("first ship-by in %(count)d d")),
        (3600, _("first ship-by in %(count)d h")),
        (60, _("first ship-by in %(count)d min")),
    ):
        if seconds >= size:
            return text % {"count": int(seconds // size)}
    return _("first ship-by now")


def _failing(page: Book, slug: str, infos: dict[str, ConnectionRecord], now: datetime) -> Iterator[News]:
    """What fails again and again without being anybody's fault: the other system, or the way to it."""
    for flow in schedule.flows_of(page.merchant_id):
        info = infos.get(flow.connection)
        since = flow.failing_since
        if info is None or not info.runs or since is None or flow.failures < FAILURES or now - since < FAILING:
            continue
        yield News(
            topic=Topic.ERRORS,
            merchant=slug,
            title=_("%(where)s does not answer as it should") % {"where": flow.connection},
            says=flow.trouble,
            cost="",
            path=f"/m/{slug}/connections",
            since=since,
            cause=Cause(f"{slug}/failing/{info.id}", since),
            rank=1,
        )


def _ending(slug: str, infos: dict[str, ConnectionRecord], now: datetime) -> Iterator[News]:
    """30, 7 and 1 day before."""
    for info in infos.values():
        ends = info.sign_in_ends_at
        if ends is None or not info.runs or ends <= now:
            continue
        days = (ends - now) / timedelta(days=1)
        passed = [limit for limit in WARNINGS if days <= limit]
        if passed:
            left = max(int(days), 1)
            yield News(
                topic=Topic.SIGN_IN_ENDS,
                merchant=slug,
                title=_("%(where)s: the sign-in ends in %(days)d days") % {"where": info.name, "days": left},
                says=_("Sign in again before then, and nothing stops."),
                cost="",
                path=f"/m/{slug}/connections",
                since=ends,
                cause=Cause(f"{slug}/ends/{info.id}/{passed[0]}", ends),
                rank=1,
                owner_email=info.owner_email,
            )


def _keys_ending(merchant_id: int | None, slug: str, now: datetime) -> Iterator[News]:
    """A program that is refused one morning stops a business as well as a sign-in that has ended."""
    for key in api_keys.ending(merchant_id, now, KEY_ENDS_SOON):
        yield News(
            topic=Topic.SIGN_IN_ENDS,
            merchant=slug,
            title=_("The API key %(name)s expires on %(day)s")
            % {"name": key.name, "day": f"{key.expires_at:%Y-%m-%d}"},
            says=_("Make another one before then, and give it to the program."),
            cost="",
            path=f"/m/{slug}/settings/api-keys" if slug else "/all/settings/api-keys",
            since=key.expires_at or now,
            cause=Cause(f"{slug}/key/{key.id}", key.expires_at or now),
            rank=1,
        )


def _silence(page: Book, slug: str, now: datetime) -> Iterator[News]:
    quiet = figures.quiet(page, now)
    if quiet is None:
        return
    yield News(
        topic=Topic.SILENCE,
        merchant=slug,
        title=_("%(who)s: nothing arrives") % {"who": slug},
        says=_("No order since %(at)s; usually there are %(usual)d by now.")
        % {"at": f"{quiet.since:%H:%M}", "usual": quiet.usual},
        cost="",
        path=f"/m/{slug}/today",
        since=quiet.since,
        cause=Cause(f"{slug}/silence", quiet.since),
        rank=1,
    )


def _skipping(page: Book, slug: str, now: datetime) -> Iterator[News]:
    found = figures.skipping(page, now)
    if found is None:
        return
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    yield News(
        topic=Topic.SILENCE,
        merchant=slug,
        title=_("%(who)s: far more orders than usual are skipped") % {"who": slug},
        says=_("%(skipped)d of %(orders)d since yesterday; usually %(usual)d of 100. Look at the filters and rules.")
        % {"skipped": found.skipped, "orders": found.orders, "usual": found.usual},
        cost="",
        path=f"/m/{slug}/orders?tab=skipped",
        since=day,
        cause=Cause(f"{slug}/skipping", day),
        rank=1,
    )
