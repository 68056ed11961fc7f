"""How a connection does, in a word and a line, and when each of its lanes last had an answer."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger.overview import ConnectionGlance, LaneGlance
from tranter.web.desk import Desk
from tranter.web.links import link
from tranter.web.pills import Pill

SIGN_IN_WARNING = timedelta(days=30)


class Lane(Struct, frozen=True, kw_only=True):
    label: str
    at: datetime | None


class Card(Struct, frozen=True, kw_only=True):
    """`says` is why it is not well; empty when it is."""

    name: str
    whose: str
    pill: Pill
    says: str
    lanes: list[Lane]
    url: str

    @property
    def is_well(self) -> bool:
        return self.pill.tone == "good"


def card(desk: Desk, one: ConnectionGlance) -> Card:
    pill, says = health(one, desk.now)
    where = link(desk, "connection", merchant=one.merchant, connection=one.name)
    return Card(
        name=one.name,
        whose=(one.merchant_name or one.merchant) if desk.merchant is None else "",
        pill=pill,
        says=says,
        lanes=_lanes(one),
        url=where or link(desk, "connections", merchant=one.merchant),
    )


def health(one: ConnectionGlance, now: datetime) -> tuple[Pill, str]:
    failing = [lane for lane in one.lanes.values() if lane.failures]
    match one.state:
        case "needs_sign_in":
            return Pill("bad", _("Needs sign-in")), _("Everything waits for it. Nothing is lost.")
        case "paused":
            return Pill("warn", _("Paused")), one.reason
        case "draft":
            return Pill("plain", _("Set-up is not finished")), ""
        case _ if failing:
            worst = max(failing, key=lambda lane: lane.failures)
            return Pill("warn", _("Degraded")), worst.trouble
        case _ if one.sign_in_ends_at is not None and one.sign_in_ends_at - now < SIGN_IN_WARNING:
            days = max((one.sign_in_ends_at - now).days, 0)
            return Pill("warn", _("Sign-in ends in %(days)s d") % {"days": days}), _("Sign in again when it suits.")
        case _:
            return Pill("good", _("Healthy")), ""


def _lanes(one: ConnectionGlance) -> list[Lane]:
    """Orders, tracking, stock: those that it has."""
    names = ((_("Orders"), ("orders", "deliveries")), (_("Tracking"), ("shipments", "tracking")), (_("Stock"), STOCK))
    found = []
    for label, flows in names:
        lanes = [one.lanes[name] for name in flows if name in one.lanes]
        if lanes:
            found.append(Lane(label=label, at=_last(lanes)))
    return found


STOCK = ("stock", "listing_stock")


def _last(lanes: list[LaneGlance]) -> datetime | None:
    return max((lane.last_ok_at for lane in lanes if lane.last_ok_at is not None), default=None)
