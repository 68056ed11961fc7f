"""The tabs of Settings: those that somebody may open."""

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.engine.team import Inviter
from tranter.ledger.team import Hand
from tranter.web.desk import Desk
from tranter.web.rights import Right
from tranter.web.shell import shell_of


class Tab(Struct, frozen=True, kw_only=True):
    url: str
    label: str
    is_current: bool
    count: int | None = None


def tabs(desk: Desk, current: str) -> list[Tab]:
    known = (
        ("settings", _("General"), Right.SEE),
        *([("rules", _("Rules"), Right.SEE)] if desk.merchant is not None else []),
        ("team", _("Team"), Right.RULE),
        ("notices", _("Notices"), Right.RULE),
        ("api_keys", _("API keys"), Right.RULE),
        *([("webhooks", _("Webhooks"), Right.RULE)] if desk.merchant is not None else []),
        ("journal", _("Journal"), Right.SEE),
        ("letters", _("Letters"), Right.HOUSE),
        ("backup", _("Backup"), Right.HOUSE),
        ("health", _("Keys & health"), Right.HOUSE),
        ("merchants", _("Merchants"), Right.HOUSE),
        ("lending", _("Lent warehouses"), Right.HOUSE),
    )
    to = shell_of(desk).to
    return [
        Tab(url=to(name), label=label, is_current=name == current) for name, label, right in known if desk.may(right)
    ]


def hand_of(desk: Desk) -> Hand:
    return Hand(vault=desk.house.hub.vault, actor=desk.actor, now=desk.now)


def inviter_of(desk: Desk) -> Inviter:
    """Whose reach ends nowhere rules the house."""
    who = desk.user
    free = desk.may(Right.HOUSE) and who.everywhere
    reach = None if free else frozenset(one.slug for one in desk.reach)
    return Inviter(id=who.id, name=who.name or who.email, reach=reach)


def sentence(problem: Exception) -> str:
    text = str(problem)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
