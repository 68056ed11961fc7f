"""What every kind of exception is called on a page, what it means, and what to do about it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from msgspec import Struct


class Words(Struct, frozen=True):
    """`title` may hold %(value)s: the SKU, the carrier."""

    title: str | Promise
    means: str | Promise
    to_do: str | Promise


_THERE_AND_BACK = _("Look at it in the other system, put it right there, then try again.")
_CAN_NOT_LOOK = _("Tranter can't see there whether it is settled. Say so here when it is.")
_BY_ITSELF = _("It is tried again by itself. Try again now if you don't want to wait.")

KINDS: Mapping[str, Words] = {
    "unknown_sku": Words(
        _("SKU “%(value)s” is unknown at the warehouse"),
        _("The listing sells it, and the warehouse has no product of that name."),
        _("Choose the SKU that it is at the warehouse, or create it there: then the orders go by themselves."),
    ),
    "duplicate_sku": Words(
        _("SKU “%(value)s” is two products at the warehouse"),
        _("Nobody can tell which of them is meant."),
        _("Give one of the two another SKU at the warehouse, or choose another SKU here."),
    ),
    "empty_sku": Words(
        _("A listing has no SKU"),
        _("Listing %(value)s sells an item without a code, so the warehouse can't be told what to send."),
        _("Give the listing a SKU at the cart, choose in the settings what stands for none, or correct each order."),
    ),
    "zero_quantity": Words(
        _("A line asks for no units"),
        _("The cart lists an item of which nothing is to be sent."),
        _("Release the orders: they go without this line."),
    ),
    "line_trouble": Words(
        _("A line is not to be sent"),
        _("It is refunded, or the cart says that it is not to be sent now."),
        _("Correct it at the cart, or release the orders as they are."),
    ),
    "no_address": Words(
        _("There is no address to send it to"),
        _("The cart gave an order without one."),
        _("Open the order and write the address, or add it at the cart."),
    ),
    "country_unknown": Words(
        _("“%(value)s” is no country"),
        _("The address names a country that no list knows."),
        _("Open the order and correct the country, or release the orders as they are."),
    ),
    "address_doubtful": Words(
        _("The address does not look right: %(value)s"),
        _("It breaks the rules by which that country writes addresses, and the cart's settings hold such orders."),
        _("Open the order and correct the address: it then goes by itself. Or release the orders as they are."),
    ),
    "no_warehouse": Words(
        _("No warehouse is chosen"),
        _("The orders are here, and nothing says who sends them."),
        _("Connect a warehouse, or choose one in the settings of the cart."),
    ),
    "unmapped_ship_method": Words(
        _("Nobody has mapped the ship method “%(value)s”"),
        _("The cart's settings say that orders with an unknown way of shipping wait."),
        _("Say what the warehouse shall be told, its own name to let it pass: then the orders go by themselves."),
    ),
    "too_many_lines": Words(
        _("An order has more lines than the warehouse takes"),
        _("It can't be told in one piece."),
        _("Release it to try it whole, or stop it and ship it by hand."),
    ),
    "rule_hold": Words(
        _("Rule “%(value)s” holds them"),
        _("One of your rules wants a person to look before they are sent."),
        _("Release them when they may go, or change the rule: then they are decided again."),
    ),
    "no_stock": Words(
        _("No warehouse has enough of “%(value)s”"),
        _("Your settings say that such orders wait instead of going to the first warehouse."),
        _("They go by themselves when there is stock and they are tried again; or release them."),
    ),
    "no_single_warehouse": Words(
        _("No single warehouse has all of it"),
        _("“%(value)s” is at another warehouse than the rest, and orders are not split."),
        _("Release them to send them in parts, or allow it under Settings, Rules."),
    ),
    "cancel_requested": Words(
        _("The buyer asks to cancel"),
        _("Nothing is stopped until you decide."),
        _("Stop it at the warehouse, or decline the request at the cart and release the order."),
    ),
    "operator": Words(
        _("Held by hand"),
        _("Somebody of your team keeps them from being sent."),
        _("Release them when they may go."),
    ),
    "buyer_erased": Words(
        _("The buyer's data was erased before it was sent"),
        _("The buyer's account was deleted, and the address with it. It can't be sent from here any more."),
        _("See at the cart whether it is still to be sent, and send it by hand."),
    ),
    "unreadable": Words(
        _("A record can't be read"),
        _("It has a shape or a word that Tranter does not know."),
        _("Correct it in the other system, or update Tranter: it is read again when it changes."),
    ),
    "rejected": Words(
        _("Refused by the other system"),
        _("It said no, in its own words."),
        _("Put right what it names, then try again."),
    ),
    "doubtful_at_warehouse": Words(
        _("Something like it is at the warehouse already"),
        _("It can't be told whether that is this order. Nothing is sent twice on a guess."),
        _("Look at both, then try again (it is looked up first) or cancel it there."),
    ),
    "duplicate_number": Words(
        _("The order number is taken at the warehouse"),
        _("Another order there has the same number."),
        _THERE_AND_BACK,
    ),
    "foreign_order": Words(
        _("The warehouse answered with another order"),
        _("What came back is not what was sent."),
        _THERE_AND_BACK,
    ),
    "order_number": Words(
        _("The warehouse does not take the order number"),
        _("It refuses the number of this order."),
        _THERE_AND_BACK,
    ),
    "lines": Words(
        _("The warehouse does not take the order's lines"),
        _("It refuses an item, a quantity or a price."),
        _("Open the order and correct its items, then try again."),
    ),
    "address": Words(
        _("The warehouse does not take the address"),
        _("A part of it is missing, too long, or not what it expects."),
        _("Open the order and correct the address: it then goes by itself."),
    ),
    "buyer": Words(
        _("The warehouse does not take the buyer"),
        _("The buyer's company there can't be used."),
        _THERE_AND_BACK,
    ),
    "currency": Words(
        _("The warehouse does not take the currency"),
        _("The account there does not know it, or the settings allow another one only."),
        _("Add the currency there, or change the setting, then try again."),
    ),
    "location": Words(
        _("The chosen location is not at the warehouse"),
        _("The settings name a location that is not there, or not any more."),
        _("Choose another location in the settings, then try again."),
    ),
    "tax": Words(
        _("The warehouse does not take the tax"),
        _("Its tax settings do not fit this order."),
        _THERE_AND_BACK,
    ),
    "not_found": Words(
        _("It was deleted in the other system"),
        _("What Tranter asks for is not there any more."),
        _("Look for it there. Send it again if it is really gone: it is looked up first."),
    ),
    "not_delivered_for_a_day": Words(
        _("No answer for a day"),
        _("The other system has not answered for 24 hours. Nothing is lost."),
        _BY_ITSELF,
    ),
    "voided_at_warehouse": Words(
        _("Somebody stopped it at the warehouse"),
        _("The cart still expects it to be sent."),
        _("Send it again, or cancel it at the cart and here."),
    ),
    "changed_at_cart": Words(
        _("Changed at the cart after the warehouse got it"),
        _("The warehouse still has the order as it was: it would leave so."),
        _("Stop it there and send it again, or tell the warehouse and say so here. You can also leave it as it is."),
    ),
    "change_too_late": Words(
        _("Changed at the cart, and too late to stop"),
        _("The warehouse could not stop it any more, so it leaves as it was."),
        _("Tell the warehouse or the buyer by hand, then ignore the change."),
    ),
    "cancel_too_late": Words(
        _("Canceled at the cart after it was packed"),
        _("The warehouse could not stop it any more."),
        _("Stop the parcel by hand, or agree on a return with the buyer."),
    ),
    "cancel_refused_by_cart": Words(
        _("The cart does not cancel it"),
        _("The warehouse has stopped it, and the cart still counts it as open."),
        _("Cancel it at the cart by hand, or send it again."),
    ),
    "too_late": Words(
        _("The warehouse can't stop it any more"),
        _("It is packed or has left."),
        _("Speak with the warehouse."),
    ),
    "cancel_in_doubt": Words(
        _("Nobody can tell whether it was stopped"),
        _("The warehouse's answer was lost, and looking it up did not help."),
        _("Look there, then try again or say that it is settled."),
    ),
    "signature": Words(
        _("The cart wants this cancellation signed"),
        _("eBay takes it only with a digital signature."),
        _("Cancel it in the cart's own pages, then say so here."),
    ),
    "tracking_refused": Words(
        _("The cart does not take the tracking number"),
        _("It said no, in its own words."),
        _("Put right what it names, then try again, or give the number there by hand."),
    ),
    "carrier": Words(
        _("Carrier “%(value)s” is unknown at the cart"),
        _("The parcel has left, and the cart does not know this carrier's name."),
        _("Choose the carrier that it is at the cart: the tracking numbers then go by themselves."),
    ),
    "shipped_at_cart": Words(
        _("Marked as shipped by hand at the cart"),
        _("The warehouse still has it. It could leave twice."),
        _("If it has really left, stop it at the warehouse; else all is well when the parcel goes."),
    ),
    "shipped_already": Words(
        _("The cart counts it as shipped already"),
        _("It does not take another parcel for these units."),
        _("Compare the parcels at the cart, then try again or say that it is settled."),
    ),
    "shipped_date": Words(
        _("The cart does not take the shipping date"),
        _("The parcel's date does not fit the order's."),
        _("Look at the order there, then try again."),
    ),
    "line": Words(
        _("The parcel's items are not the order's"),
        _("It can't be told which line of the order is in the parcel."),
        _("Compare them at the warehouse, then try again."),
    ),
    "parcels": Words(
        _("More parcels than the cart takes"),
        _("It has as many tracking numbers of this order as it keeps."),
        _("Add this number at the cart by hand."),
    ),
    "program": Words(
        _("A shipping programme wants it otherwise"),
        _("Orders of this programme are not reported this way."),
        _("Report it at the cart by hand."),
    ),
    "unknown_order": Words(
        _("The cart does not know the order any more"),
        _("It is not found there."),
        _("Look it up there, then try again or say that it is settled."),
    ),
    "void": Words(
        _("A parcel was taken back"),
        _("The cart was told of it, and can't take that back."),
        _("Tell the buyer, or give the new number at the cart."),
    ),
    "voided_after_telling": Words(
        _("A parcel was taken back after the buyer was told"),
        _("The warehouse withdrew it; the cart still shows its number."),
        _("The next parcel's number is sent too. Tell the buyer if it will be late."),
    ),
    "stock_not_in_sync": Words(
        _("A listing does not take its quantity"),
        _("The cart refuses the change."),
        _("Correct the listing at the cart: it is tried again every hour."),
    ),
    "mass_change": Words(
        _("Many listings would fall to zero at once"),
        _("Nothing of it was sent, because that is seldom meant."),
        _("See on the Stock page whether it is right, then say yes here."),
    ),
    "zero_needs_choice": Words(
        _("A zero would end listings for good"),
        _("Out-of-stock control is off at the cart. Until you choose, sold-out listings show 1."),
        _("Turn on out-of-stock control at the cart, or choose in the settings what a zero does."),
    ),
    "products_shrunk": Words(
        _("The warehouse's products became far fewer"),
        _("Tranter goes on with what it knew."),
        _("See whether they are really gone there."),
    ),
    "listings_shrunk": Words(
        _("The cart's listings became far fewer"),
        _("Tranter goes on with what it knew."),
        _("See whether they are really gone there."),
    ),
    "needs_sign_in": Words(
        _("Sign in again"),
        _("The sign-in was withdrawn, ran out or got lost. Nothing goes in or out until then; nothing is lost."),
        _("Sign in at the other system again: everything goes on where it stopped."),
    ),
    "account_taken": Words(
        _("The sign-in is for another account"),
        _("It is not the account that this connection had, or another connection serves it already."),
        _("Sign in as the right user, or choose other marketplaces for one of the two."),
    ),
    "account": Words(
        _("The account is suspended"),
        _("The other system does not let it do this."),
        _("Settle it there, then try again."),
    ),
    "flow_stopped": Words(
        _("An answer that Tranter does not understand"),
        _("One of the lanes stopped at it. It is tried again by itself, ever more slowly."),
        _("See what the other system answers. An update of Tranter may cure it."),
    ),
    "limit": Words(
        _("The other system's limit is reached"),
        _("It takes no more of this for now."),
        _BY_ITSELF,
    ),
    "future": Words(
        _("The other system's clock is behind"),
        _("It thinks that the parcel leaves in the future."),
        _BY_ITSELF,
    ),
    "webhook_paused": Words(
        _("Nobody takes the webhook at %(value)s"),
        _("It was tried for days, so it is paused. What happens meanwhile waits for it, for a month."),
        _("See to the receiver, or correct the address. Then let the webhook go on: all of it is sent."),
    ),
}

OTHER = Words(_("Something needs you"), _("The other system has a word of its own for it."), _CAN_NOT_LOOK)


def words_of(kind: str) -> Words:
    return KINDS.get(kind, OTHER)


def titled(kind: str, value: str | None) -> str:
    return _filled(words_of(kind).title, value)


def meant(kind: str, value: str | None) -> str:
    return _filled(words_of(kind).means, value)


def _filled(text: str | Promise, value: str | None) -> str:
    said = str(text)
    return said % {"value": value or _now("(none)")} if "%(value)s" in said else said
