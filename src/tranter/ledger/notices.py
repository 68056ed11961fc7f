"""Who is told what: the rules, the people whom a trouble concerns, and what they were told already."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum

import msgspec
from django.db.models import Q

from tranter.ledger import journal
from tranter.ledger.book import Book
from tranter.ledger.letters import Message, address_hash, letter_place, write
from tranter.ledger.models import Letter, Merchant, TellRule, User
from tranter.ledger.team import Hand
from tranter.ledger.vault import Vault
from tranter.ledger.writing import writing_house

QUIET_AFTER = timedelta(hours=24)
"""A cause that was told is not told again so soon, even if it was cured and came back."""
MARK = "told"


class Topic(Enum):
    SIGN_IN_NEEDED = "sign_in_needed"
    SIGN_IN_ENDS = "sign_in_ends"
    SKU = "sku"
    DELIVERY = "delivery"
    STOCK = "stock"
    SILENCE = "silence"
    ERRORS = "errors"


class Channel(Enum):
    """`NOBODY` says that nobody is to be told."""

    MAIL = "mail"
    APPRISE = "apprise"
    NOBODY = "nobody"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """`merchant` None: of every merchant. `address` is an e-mail's, or an apprise URL, which is a secret."""

    id: int
    merchant: str | None
    topic: Topic
    channel: Channel
    label: str
    address: str

    @property
    def shown(self) -> str:
        """What may be seen of the address."""
        if self.channel is Channel.APPRISE:
            return self.label or f"{self.address.partition(':')[0]}://…"
        return self.label or self.address


class NewRule(msgspec.Struct, frozen=True, kw_only=True):
    merchant: str | None
    topic: Topic
    channel: Channel
    address: str
    label: str = ""


class Reader(msgspec.Struct, frozen=True):
    """Where a notice goes."""

    channel: Channel
    address: str


class Cause(msgspec.Struct, frozen=True):
    """`key` names the trouble, `since` this time of it: it is told once."""

    key: str
    since: datetime


def rules(vault: Vault, slugs: Iterable[str] | None = None) -> list[Rule]:
    """All of them; with slugs, those of these merchants alone."""
    rows = TellRule.objects.select_related("merchant").order_by("topic", "pk")
    if slugs is not None:
        rows = rows.filter(merchant__slug__in=list(slugs))
    return [_rule(vault, row) for row in rows]


def rule(vault: Vault, rule_id: int) -> Rule | None:
    row = TellRule.objects.select_related("merchant").filter(pk=rule_id).first()
    return _rule(vault, row) if row is not None else None


def _rule(vault: Vault, row: TellRule) -> Rule:
    return Rule(
        id=row.pk,
        merchant=row.merchant.slug if row.merchant is not None else None,
        topic=Topic(row.topic),
        channel=Channel(row.kind),
        label=row.label,
        address=vault.open(row.sealed, rule_place(row)).decode(),
    )


def rule_place(row: TellRule) -> str:
    return f"tell/{row.merchant_id or 'all'}/{row.topic}/{row.created_at.isoformat()}"


def add_rule(hand: Hand, new: NewRule) -> Rule:
    with writing_house():
        merchant = Merchant.objects.get(slug=new.merchant) if new.merchant is not None else None
        row = TellRule(
            merchant=merchant,
            topic=new.topic.value,
            kind=new.channel.value,
            label=new.label.strip()[:120],
            created_at=hand.now,
        )
        row.sealed = hand.vault.seal(new.address.strip().encode(), rule_place(row))
        row.save()
        _note(hand, row, "notice_added")
    return _rule(hand.vault, row)


def remove_rule(hand: Hand, rule_id: int) -> bool:
    with writing_house():
        row = TellRule.objects.filter(pk=rule_id).first()
        if row is None:
            return False
        _note(hand, row, "notice_removed")
        row.delete()
    return True


def _note(hand: Hand, row: TellRule, what: str) -> None:
    """Where it is for every merchant, in the journal of every one."""
    chosen = Merchant.objects.filter(pk=row.merchant_id) if row.merchant_id else Merchant.objects.all()
    detail: journal.Detail = {"topic": row.topic, "by": row.kind}
    for pk in list(chosen.values_list("pk", flat=True)):
        journal.append(
            Book(pk, hand.vault),
            [journal.Entry(what=what, subject=row.topic, actor=hand.actor, detail=detail)],
            hand.now,
        )


def owners_of(merchant: str) -> list[str]:
    """The merchant's own owners; where it has none, the house's."""
    own = _people(Q(staff=False, reaches__merchant__slug=merchant), ["owner"])
    return own or owners_of_house()


def workers_of(merchant: str) -> list[str]:
    """Who works with the merchant's goods: its own people, else the house's."""
    own = _people(Q(staff=False, reaches__merchant__slug=merchant), ["owner", "operator"])
    return own or staff_of(merchant)


def staff_of(merchant: str) -> list[str]:
    """The house's people who reach this merchant; where there are none, its owners."""
    reach = Q(everywhere=True) | Q(reaches__merchant__slug=merchant)
    return _people(Q(staff=True) & reach, ["owner", "operator"]) or owners_of_house()


def owners_of_house() -> list[str]:
    return _people(Q(staff=True, everywhere=True), ["owner"])


def _people(chosen: Q, roles: Sequence[str]) -> list[str]:
    rows = User.objects.filter(chosen, is_active=True, role__in=roles).order_by("email").distinct()
    return list(rows.values_list("email", flat=True))


def untold(vault: Vault, reader: Reader, causes: Iterable[Cause], now: datetime) -> set[Cause]:
    """Told is this time of the trouble; or the trouble at all, not long ago."""
    marks = Letter.objects.filter(kind=MARK, to_hash=address_hash(vault, reader.address))
    told = dict(marks.values_list("key", "created_at"))
    lately = {key.rpartition("/")[0] for key, at in told.items() if at > now - QUIET_AFTER}
    keys = {cause: _mark_key(vault, reader, cause) for cause in causes}
    return {cause for cause, key in keys.items() if key not in told and key.rpartition("/")[0] not in lately}


def tell(vault: Vault, reader: Reader, message: Message, causes: Sequence[Cause], now: datetime) -> int:
    """The letter and what it tells of, written down together."""
    with writing_house():
        number = write(vault, message, now)
        for cause in causes:
            key = _mark_key(vault, reader, cause)
            Letter.objects.get_or_create(
                key=key,
                defaults={
                    "kind": MARK,
                    "state": "sent",
                    "to_hash": address_hash(vault, reader.address),
                    "sealed": vault.seal(b"", letter_place(key)),
                    "created_at": now,
                    "due_at": now,
                },
            )
    return number


def _mark_key(vault: Vault, reader: Reader, cause: Cause) -> str:
    return f"{MARK}/{vault.hash(f'{reader.address} {cause.key}')}/{cause.since:%Y%m%d%H%M%S}"
