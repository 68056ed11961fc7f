"""One word and one tone for how something stands."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from tranter.ledger.order_pill import OrderPill


class Pill(Struct, frozen=True):
    """`tone` is good, warn, bad, info or plain."""

    tone: str
    label: str | Promise


ORDER_PILLS = {
    OrderPill.PROBLEM: Pill("bad", _("Problem")),
    OrderPill.CHECKING: Pill("warn", _("Checking")),
    OrderPill.HELD: Pill("warn", _("Held")),
    OrderPill.CANCELLED: Pill("plain", _("Cancelled")),
    OrderPill.NEW: Pill("info", _("New")),
    OrderPill.AT_WAREHOUSE: Pill("info", _("At warehouse")),
    OrderPill.PARTLY_SHIPPED: Pill("info", _("Partly shipped")),
    OrderPill.SHIPPED: Pill("good", _("Shipped")),
    OrderPill.CONFIRMED: Pill("good", _("Confirmed")),
    OrderPill.SKIPPED: Pill("plain", _("Skipped")),
}
