"""What became of the last quantity for a listing, in a seller's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from tranter.web.pills import Pill


class Word(Struct, frozen=True):
    """`why` says what it means and what to do about it."""

    pill: Pill
    why: str | Promise


# The most pressing first: a SKU shows the first that one of its listings has.
RESULTS: dict[str, Word] = {
    "failed": Word(
        Pill("bad", _("Failed")), _("The cart refused it. It is tried again every hour, and at each change.")
    ),
    "mass_change": Word(
        Pill("bad", _("Asks first")), _("Many listings would fall to zero. Confirm it on the connection's page.")
    ),
    "zero_needs_choice": Word(
        Pill("bad", _("Asks first")),
        _("A zero would end the listing: switch on Out-of-Stock control, or choose on the connection's page."),
    ),
    "duplicate": Word(
        Pill("bad", _("There twice")), _("Two products at the warehouse have this SKU, so nothing is sent.")
    ),
    "unread": Word(Pill("warn", _("Not known")), _("No level has been read from the warehouse yet.")),
    "filtered": Word(Pill("plain", _("Filtered")), _("A filter says that its listings get no stock from here.")),
    "paused": Word(Pill("warn", _("Paused")), _("The connection is paused or needs a sign-in.")),
    "off": Word(Pill("warn", _("Stock is off")), _("Nobody has confirmed yet that stock may go to this cart.")),
    "waiting": Word(Pill("info", _("Waiting")), _("It goes out with the next batch.")),
    "sending": Word(Pill("info", _("Sending")), _("The cart was asked; its answer is awaited.")),
    "superseded": Word(Pill("plain", _("Superseded")), _("A newer quantity took its place before it left.")),
    "sent": Word(Pill("good", _("Sent")), _("The cart shows it.")),
    "unchanged": Word(Pill("good", _("Unchanged")), _("The cart shows the right quantity already.")),
    "untracked": Word(Pill("plain", _("Not counted")), _("The warehouse does not count this product.")),
}
NOT_LISTED = Word(Pill("plain", _("Not listed")), _("No cart lists it."))


def word_of(results: tuple[str, ...]) -> Word:
    return next((word for result, word in RESULTS.items() if result in results), NOT_LISTED)
