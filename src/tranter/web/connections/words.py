"""The words of the connection pages."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tranter.engine.lanes import Health, Standing
from tranter.engine.setting_up import Stage
from tranter.web.pills import Pill

HEALTH_PILLS: Mapping[Health, Pill] = {
    Health.HEALTHY: Pill("good", gettext_lazy("Healthy")),
    Health.DEGRADED: Pill("warn", gettext_lazy("Degraded")),
    Health.NEEDS_SIGN_IN: Pill("bad", gettext_lazy("Needs sign-in")),
    Health.PAUSED: Pill("warn", gettext_lazy("Paused")),
    Health.SETTING_UP: Pill("plain", gettext_lazy("Draft")),
}
STAGE_PILLS: Mapping[Stage, Pill] = {
    Stage.DRAFT: Pill("plain", gettext_lazy("Draft")),
    Stage.AWAITING_OWNER: Pill("info", gettext_lazy("Awaiting owner")),
    Stage.READY: Pill("info", gettext_lazy("Ready")),
    Stage.LIVE: Pill("good", gettext_lazy("Live")),
    Stage.NEEDS_SIGN_IN: Pill("bad", gettext_lazy("Needs sign-in")),
    Stage.PAUSED: Pill("warn", gettext_lazy("Paused")),
    Stage.REMOVED: Pill("plain", gettext_lazy("Removed")),
}
LANES = {
    "orders": gettext_lazy("Orders"),
    "tracking": gettext_lazy("Tracking"),
    "stock": gettext_lazy("Stock"),
}
FLOWS = {
    "orders": gettext_lazy("Read new orders"),
    "orders_daily": gettext_lazy("Check the last two days"),
    "orders_weekly": gettext_lazy("Check the last thirty days"),
    "decide": gettext_lazy("Decide orders"),
    "deliveries": gettext_lazy("Send orders to the warehouse"),
    "stops": gettext_lazy("Stop cancelled orders"),
    "cancellations": gettext_lazy("Read cancellations"),
    "shipments": gettext_lazy("Read parcels"),
    "tracking": gettext_lazy("Tell tracking numbers"),
    "returns": gettext_lazy("Read returns"),
    "products": gettext_lazy("Read products"),
    "listings": gettext_lazy("Read listings"),
    "stock": gettext_lazy("Read stock levels"),
    "listing_stock": gettext_lazy("Send stock levels"),
}


def sentence(stands: Standing) -> str:
    """How a connection is, in one sentence."""
    match stands.health:
        case Health.HEALTHY:
            return _("Everything runs.")
        case Health.DEGRADED:
            return _("Something fails and is tried again by itself: %(why)s.") % {"why": stands.why.rstrip(".")}
        case Health.NEEDS_SIGN_IN:
            return _("Nothing runs until somebody signs in again.")
        case Health.PAUSED:
            return _("Paused by hand: nothing runs until it is resumed.")
        case Health.SETTING_UP:
            return _setting_up(stands.stage)


def _setting_up(stage: Stage) -> str:
    match stage:
        case Stage.READY:
            return _("Access is granted. Nothing moves before it goes live.")
        case Stage.AWAITING_OWNER:
            return _("The owner of the account was sent a link, and has not signed in yet.")
        case _:
            return _("Nobody has signed in yet.")


def did(counts: Mapping[str, int]) -> str:
    """What a run did: "3 orders in, 2 to the warehouse"."""
    parts = []
    for word, count in counts.items():
        match word:
            case "orders_pulled":
                parts.append(ngettext("%(n)s order in", "%(n)s orders in", count) % {"n": count})
            case "fulfillments_pushed":
                parts.append(_("%(n)s to the warehouse") % {"n": count})
            case "shipments_pulled":
                parts.append(ngettext("%(n)s parcel back", "%(n)s parcels back", count) % {"n": count})
            case "shipments_pushed":
                parts.append(_("%(n)s tracking numbers told") % {"n": count})
            case "stock_pulled":
                parts.append(_("%(n)s stock levels read") % {"n": count})
            case "stock_pushed":
                parts.append(_("%(n)s stock levels sent") % {"n": count})
            case "cancellations_pushed":
                parts.append(_("%(n)s stopped") % {"n": count})
            case _:
                parts.append(f"{count} {word.replace('_', ' ')}")
    return ", ".join(parts)
