"""Telling people what waits for them: whom it concerns, what it costs, not too early and not too often."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.channels import check_channel, post
from tranter.engine.hub import Hub
from tranter.engine.mailing import Message, send_now
from tranter.engine.news import News, news_of, news_of_house
from tranter.engine.smtp import MailServer, Undeliverable
from tranter.engine.team import Inviter
from tranter.ledger import book, letters, notices
from tranter.ledger.installation import hub_name
from tranter.ledger.notices import Channel, NewRule, Reader, Rule, Topic
from tranter.ledger.team import Hand, TeamProblem, check_address

HOUR = timedelta(hours=1)
MOST_PER_HOUR = 3
SHOWN = 20
PREFIX = "notice/"


def tell_all(hub: Hub, base_url: str) -> int:
    """How many letters were written. What nobody may be told yet waits for the next letter, together."""
    now = hub.ports.clock.now()
    everything = [item for slug in book.merchants() for item in news_of(book.open_book(hub.vault, slug), slug, now)]
    everything += news_of_house(now)
    told = 0
    for reader, items in _by_reader(everything, notices.rules(hub.vault)).items():
        untold = notices.untold(hub.vault, reader, (one.cause for one in items), now)
        fresh = [one for one in items if one.cause in untold]
        if fresh and _may_write(hub, reader, now):
            message = _message(hub, reader, fresh, base_url)
            notices.tell(hub.vault, reader, message, [one.cause for one in fresh], now)
            told += 1
    return told


def _may_write(hub: Hub, reader: Reader, now: datetime) -> bool:
    return letters.written_since(hub.vault, reader.address, PREFIX, now - HOUR) < MOST_PER_HOUR


def _by_reader(everything: Iterable[News], rules: list[Rule]) -> dict[Reader, list[News]]:
    found: dict[Reader, list[News]] = {}
    for item in everything:
        for reader in dict.fromkeys(_readers(item, rules)):
            found.setdefault(reader, []).append(item)
    return found


def _readers(item: News, rules: list[Rule]) -> Iterator[Reader]:
    """A merchant's own rules go before those of the house; without any, whom it concerns."""
    about = [rule for rule in rules if rule.topic is item.topic]
    chosen = [rule for rule in about if rule.merchant == item.merchant] or [rule for rule in about if not rule.merchant]
    if chosen:
        yield from (Reader(one.channel, one.address) for one in chosen if one.channel is not Channel.NOBODY)
        return
    yield from (Reader(Channel.MAIL, address) for address in concerned(item.topic, item.merchant, item.owner_email))


def concerned(topic: Topic, merchant: str, owner_email: str = "") -> list[str]:
    """Whom a topic concerns where nobody made a rule."""
    match topic:
        case Topic.SIGN_IN_NEEDED | Topic.SIGN_IN_ENDS:
            return [owner_email] if owner_email else notices.owners_of(merchant)
        case Topic.SKU | Topic.STOCK:
            return notices.workers_of(merchant)
        case Topic.DELIVERY:
            return notices.staff_of(merchant)
        case Topic.SILENCE:
            return notices.owners_of(merchant)
        case Topic.ERRORS:
            return notices.owners_of_house()


class _Told(Struct, frozen=True):
    subject: str
    text: str


def _message(hub: Hub, reader: Reader, items: list[News], base_url: str) -> Message:
    now = hub.ports.clock.now()
    told = compose(items, base_url)
    return Message(
        key=f"{PREFIX}{letters.address_hash(hub.vault, reader.address)[:16]}/{now:%Y%m%d%H%M%S}",
        to=reader.address,
        subject=told.subject,
        text=told.text,
        kind=reader.channel.value,
    )


def compose(items: list[News], base_url: str) -> _Told:
    """The most urgent first. With its cost; a long list is cut, and says so."""
    ordered = sorted(items, key=lambda one: (one.rank, one.since))
    lines = []
    for item in ordered[:SHOWN]:
        lines.append(f"* {item.title}" + (f" ({item.cost})" if item.cost else ""))
        lines += [f"  {item.says}"] if item.says else []
        lines += [f"  {base_url}{item.path}"] if base_url else []
        lines.append("")
    if len(ordered) > SHOWN:
        lines.append(_("And %(count)d more.") % {"count": len(ordered) - SHOWN})
    first = ordered[0]
    subject = first.title + (f": {first.cost}" if first.cost else "")
    if len(ordered) > 1:
        subject = _("%(count)d things need you. First: %(first)s") % {"count": len(ordered), "first": subject}
    foot = _("Who is told what is set in Settings, Notices.")
    return _Told(f"{hub_name()}: {subject}"[:200], "\n".join([*lines, "-- ", f"{hub_name()}. {foot}"]))


def add_rule(hand: Hand, by: Inviter, new: NewRule) -> Rule:
    """Raises `TeamProblem` and `ChannelProblem`."""
    if by.reach is not None and (new.merchant is None or new.merchant not in by.reach):
        raise TeamProblem(_("That merchant is not yours."))
    match new.channel:
        case Channel.MAIL:
            check_address(new.address)
        case Channel.APPRISE:
            check_channel(new.address, may_name_hosts=by.reach is None)
        case Channel.NOBODY:
            new = replace(new, address="")
    return notices.add_rule(hand, new)


def remove_rule(hand: Hand, by: Inviter, rule_id: int) -> Rule:
    """Raises `TeamProblem`."""
    known = _own_rule(hand, by, rule_id)
    notices.remove_rule(hand, rule_id)
    return known


def try_rule(hand: Hand, by: Inviter, rule_id: int, server: MailServer | None) -> Rule:
    """Says hello at once. Raises `TeamProblem`, and `Undeliverable` with what was answered."""
    known = _own_rule(hand, by, rule_id)
    subject = _("%(hub)s: this is a test") % {"hub": hub_name()}
    text = _("Notices of this kind will arrive here: %(topic)s.") % {"topic": known.topic.value.replace("_", " ")}
    match known.channel:
        case Channel.MAIL:
            if server is None:
                raise Undeliverable(_("There is no mail server: set TRANTER_EMAIL_URL."))
            key = f"test/{rule_id}/{hand.now.isoformat()}"
            send_now(hand.vault, server, Message(key=key, to=known.address, subject=subject, text=text), hand.now)
        case Channel.APPRISE:
            post(known.address, subject, text)
        case Channel.NOBODY:
            raise Undeliverable(_("Nobody is told."))
    return known


def _own_rule(hand: Hand, by: Inviter, rule_id: int) -> Rule:
    known = notices.rule(hand.vault, rule_id)
    if known is None or (by.reach is not None and known.merchant not in by.reach):
        raise TeamProblem(_("There is no such rule."))
    return known
