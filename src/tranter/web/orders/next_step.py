"""What happens next with an order, when, and what a person can do."""

from datetime import datetime

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.ledger.book import pushes_paused
from tranter.ledger.order_page import Sheet
from tranter.ledger.order_pill import OrderPill
from tranter.ledger.story import Story, Waiting
from tranter.web.orders.timeline import Names

ADDRESS = {"address", "address_doubtful", "no_address", "country_unknown"}
SKU = {"unknown_sku", "empty_sku", "duplicate_sku"}
STOPPED_FIRST = {"cancel_requested", "shipped_at_cart"}
CHANGED = {"changed_at_cart", "change_too_late"}
GONE_THERE = {"voided_at_warehouse"}
RELEASABLE = {
    "cancel_requested",
    "line_trouble",
    "zero_quantity",
    "too_many_lines",
    "duplicate_sku",
    "rule_hold",
    "no_stock",
    "no_single_warehouse",
}


class Next(Struct, frozen=True, kw_only=True):
    text: str
    at: datetime | None = None


def next_step(sheet: Sheet, story: Story, names: Names, now: datetime) -> Next:
    if story.undecided_at is not None:
        return Next(text=_("It is decided what becomes of it."), at=max(story.undecided_at, now))
    for one in story.waiting:
        return _of_waiting(one, names, now)
    match sheet.status:
        case "error" if sheet.held == "operator":
            return Next(text=_("Nothing of it is sent until somebody releases it."))
        case "error":
            return Next(text=_("It waits for you."))
        case "new" if story.waits_until is not None:
            return Next(text=_("It waits so that late changes are caught, and then goes."), at=story.waits_until)
        case "new":
            name = {"name": names.cart}
            return Next(text=_("%(name)s has to release it, or the warehouse's products have to be read.") % name)
        case "at_wms" if {trouble.kind for trouble in sheet.troubles} & CHANGED:
            return Next(text=_("It leaves as it was sent, unless you do something."))
        case "at_wms":
            text = _("%(name)s packs and ships it. Parcels are asked for again.") % {"name": names.warehouse}
            return Next(text=text, at=story.shipments_at)
        case "shipped":
            return Next(text=_("It is on its way. %(name)s is not told of it from here.") % {"name": names.cart})
        case "confirmed":
            return Next(
                text=_("It is on its way, and %(name)s knows. Nothing more is to be done.") % {"name": names.cart}
            )
        case _:
            return Next(text=_("Nothing more happens by itself."))


def _of_waiting(one: Waiting, names: Names, now: datetime) -> Next:
    name = names.label(one.connection)
    things = {
        "push_fulfillment": _("The delivery to %(name)s"),
        "push_shipment": _("The tracking number for %(name)s"),
        "push_cancellation": _("The stop at %(name)s"),
    }
    about = {"thing": things[one.verb] % {"name": name}, "name": name}
    at = max(one.at, now) if one.at is not None else None
    if one.connection_state == "needs_sign_in":
        return Next(text=_("%(thing)s waits until somebody signs in at %(name)s again.") % about)
    if one.connection_state != "live":
        return Next(text=_("%(thing)s waits until %(name)s runs again.") % about)
    if pushes_paused():
        return Next(text=_("%(thing)s waits, because nothing is sent at present.") % about)
    match one.state:
        case "rejected":
            return Next(text=_("%(thing)s was refused. Correct it, then try again.") % about)
        case "unknown":
            return Next(text=_("Nobody knows whether it arrived: we look at %(name)s.") % about, at=at)
        case "claimed":
            return Next(text=_("%(thing)s is on its way right now.") % about)
        case _ if one.attempts:
            return Next(text=_("%(thing)s is tried again.") % about, at=at)
        case _:
            return Next(text=_("%(thing)s goes out.") % about, at=at)


class Action(Struct, frozen=True, kw_only=True):
    """`deed` is posted; where it asks first, `asks` is the dialog's id. A `page` is gone to instead."""

    deed: str
    label: str
    page: str = ""
    danger: bool = False


def actions(sheet: Sheet, story: Story, names: Names) -> tuple[Action | None, list[Action]]:
    """The one that is meant, and what else may be done. Each deed checks again whether it may."""
    main, others = _main(sheet), list[Action]()
    if main is None and story.waits_until is not None and not sheet.erased:
        main = Action(deed="release", label=_("Send now"))
    unsent = not sheet.warehouse_number and sheet.status not in ("shipped", "confirmed", "canceled", "skipped")
    checking = any(one.state in ("unknown", "claimed") for one in story.waiting)
    if sheet.erased:
        return main, others
    kinds = {trouble.kind for trouble in sheet.troubles}
    if kinds & CHANGED:
        others += [
            Action(deed="accept-change", label=_("The warehouse was told")),
            Action(deed="ignore-change", label=_("Ignore the change")),
        ]
    if sheet.pill is OrderPill.PROBLEM and (main is None or main.deed != "retry"):
        others.append(Action(deed="retry", label=_("Try again")))
    if unsent and not checking:
        others.append(Action(deed="correct", label=_("Edit address or SKU"), page="order-correct"))
        if sheet.held != "operator":
            others.append(Action(deed="hold", label=_("Hold")))
        others.append(Action(deed="stop", label=_("Stop sending…"), danger=True))
    if sheet.warehouse_number and sheet.status not in ("shipped", "confirmed", "canceled"):
        others.append(Action(deed="cancel", label=_("Cancel at the warehouse…"), danger=True))
        others.append(Action(deed="resend", label=_("Look for it and send it again")))
        if kinds & GONE_THERE:
            others.append(Action(deed="resend-anyway", label=_("Send it again all the same…"), danger=True))
    if sheet.cart_state in ("open", "cancel_requested", "waiting") and not sheet.warehouse_number and not checking:
        label = _("Cancel on %(name)s (may refund)…") % {"name": names.cart}
        others.append(Action(deed="cancel-at-cart", label=label, danger=True))
    return main, [one for one in others if main is None or one.deed != main.deed]


def _main(sheet: Sheet) -> Action | None:
    kinds = {sheet.held, *(trouble.kind for trouble in sheet.troubles)} - {""}
    if sheet.erased:
        return None
    if sheet.pill is OrderPill.PROBLEM:
        return _cure(sheet, kinds)
    if sheet.pill is OrderPill.HELD:
        return Action(deed="release", label=_("Release"))
    if sheet.pill is OrderPill.SKIPPED and sheet.cart_state not in ("canceled", "shipped"):
        return Action(deed="send-anyway", label=_("Send anyway"))
    if sheet.pill is OrderPill.CANCELLED and sheet.wish == "cancel" and sheet.cart_state == "open":
        return Action(deed="resend", label=_("Send it after all"))
    return None


def _cure(sheet: Sheet, kinds: set[str]) -> Action:
    unsent = not sheet.warehouse_number
    if unsent and kinds & ADDRESS:
        return Action(deed="correct", label=_("Correct the address"), page="order-correct")
    if unsent and kinds & SKU:
        return Action(deed="correct", label=_("Correct the SKU"), page="order-correct")
    if unsent and sheet.held in RELEASABLE:
        return Action(deed="release", label=_("Send it all the same"))
    if kinds & CHANGED and any(parcel.state == "shipped" for parcel in sheet.parcels):
        return Action(deed="ignore-change", label=_("Ignore the change"))
    if not unsent and kinds & CHANGED:
        return Action(deed="send-changed", label=_("Stop it and send it changed…"), danger=True)
    if not unsent and kinds & STOPPED_FIRST:
        return Action(deed="cancel", label=_("Cancel at the warehouse…"), danger=True)
    if not unsent and kinds & GONE_THERE:
        return Action(deed="resend", label=_("Look for it and send it again"))
    again = {"doubtful_at_warehouse": _("Look again"), "cancel_too_late": _("Ask again")}
    again["cancel_refused_by_cart"] = again["cancel_too_late"]
    return Action(deed="retry", label=next((again[kind] for kind in sorted(kinds) if kind in again), _("Try again")))
