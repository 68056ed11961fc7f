"""What a person may do to all orders of a cause, in words: the button, the question before it, what came of it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from tranter.ledger.errands import ErrandState
from tranter.web.pills import Pill
from tranter.web.problems.words import titled


class Question(Struct, frozen=True, kw_only=True):
    """`is_severe`: it can't be taken back."""

    button: str
    title: str
    text: str
    is_severe: bool = False


def question(what: str, count: int, merchant: str) -> Question:
    """Whose orders they are stands in every one: a warehouse's staff work for many merchants."""
    given = {"count": count, "merchant": merchant}
    match what:
        case "release":
            button = ngettext("Release %(count)s order", "Release %(count)s orders", count)
            text = _("Orders of %(merchant)s are sent in spite of this. What else holds one of them still does.")
        case "resend":
            button = ngettext("Send %(count)s order again", "Send %(count)s orders again", count)
            text = _("Orders of %(merchant)s, each looked up at the warehouse first: what is there is not sent twice.")
        case "send_changed":
            button = ngettext("Stop and send %(count)s changed", "Stop and send %(count)s changed", count)
            text = _("The warehouse is asked to stop orders of %(merchant)s; what it stopped is sent as it is now.")
        case "accept_change":
            button = ngettext("The warehouse was told of %(count)s", "The warehouse was told of %(count)s", count)
            text = _("What the warehouse has of orders of %(merchant)s counts as what the cart wants now.")
        case "ignore_change":
            button = ngettext("Ignore %(count)s change", "Ignore %(count)s changes", count)
            text = _("Orders of %(merchant)s leave as they were sent. Another change is told again.")
        case "stop":
            button = ngettext("Stop %(count)s order", "Stop %(count)s orders", count)
            text = _("Orders of %(merchant)s that have not left are never sent. The cart and the buyers are not told.")
        case "cancel":
            button = ngettext("Cancel %(count)s order at the warehouse", "Cancel %(count)s at the warehouse", count)
            text = _("The warehouse is asked to stop orders of %(merchant)s. The cart and the buyers are not told.")
        case _:
            button = ngettext("Try %(count)s order again", "Try %(count)s orders again", count)
            text = _("Orders of %(merchant)s go again at once. What is still wrong waits here again.")
    said = button % given
    return Question(
        button=said, title=f"{said}?", text=text % given, is_severe=what in ("stop", "cancel", "send_changed")
    )


def doing(one: ErrandState) -> str:
    """The headline while it goes on, and when it is over."""
    given = {"total": one.total}
    names: Mapping[str, tuple[str, str]] = {
        "retry": (
            ngettext("Trying %(total)s order again", "Trying %(total)s orders again", one.total),
            _("Tried again"),
        ),
        "hold": (ngettext("Holding %(total)s order", "Holding %(total)s orders", one.total), _("Held")),
        "release": (ngettext("Releasing %(total)s order", "Releasing %(total)s orders", one.total), _("Released")),
        "resend": (ngettext("Sending %(total)s order again", "Sending %(total)s again", one.total), _("Sent again")),
        "stop": (ngettext("Stopping %(total)s order", "Stopping %(total)s orders", one.total), _("Stopped")),
        "cancel": (
            ngettext("Canceling %(total)s order at the warehouse", "Canceling %(total)s at the warehouse", one.total),
            _("Canceled at the warehouse"),
        ),
        "send_changed": (
            ngettext("Stopping %(total)s changed order", "Stopping %(total)s changed orders", one.total),
            _("Asked to be stopped and sent again"),
        ),
        "accept_change": (
            ngettext("Taking over %(total)s change", "Taking over %(total)s changes", one.total),
            _("Taken over"),
        ),
        "ignore_change": (
            ngettext("Ignoring %(total)s change", "Ignoring %(total)s changes", one.total),
            _("Ignored"),
        ),
        "send_anyway": (
            ngettext("Sending %(total)s skipped order", "Sending %(total)s skipped orders", one.total),
            _("Sent all the same"),
        ),
    }
    going, over = names.get(one.what, (one.what, one.what))
    return going % given if one.open else over


def pill_of(one: ErrandState) -> Pill:
    match one.state:
        case "done":
            return Pill("warn", _("Done, not for all")) if one.failed else Pill("good", _("Done"))
        case "stopped":
            return Pill("plain", _("Stopped by hand"))
        case _:
            return Pill("info", _("Under way"))


def answered(answer: str, count: int) -> str:
    """One line of what came of it."""
    word, _slash, what = answer.partition("/")
    given = {"count": count}
    match word:
        case "done":
            return ngettext("%(count)s order: done", "%(count)s orders: done", count) % given
        case "held":
            still = ngettext("%(count)s order still waits: %(why)s", "%(count)s orders still wait: %(why)s", count)
            return still % {**given, "why": titled(what, None)}
        case "no_answer":
            text = ngettext("%(count)s order: %(why)s", "%(count)s orders: %(why)s", count)
            return text % {**given, "why": what}
        case "not_possible":
            text = ngettext("%(count)s order can't: %(why)s", "%(count)s orders can't: %(why)s", count)
            return text % {**given, "why": _stands(what)}
        case _:
            text = ngettext(
                "%(count)s order met a mistake in Tranter itself", "%(count)s orders met a mistake in Tranter", count
            )
            return text % given


def _stands(status: str) -> str:
    return {
        "new": _("nothing of it has been sent yet"),
        "at_wms": _("the warehouse has it already"),
        "shipped": _("it has left"),
        "confirmed": _("it has left"),
        "canceled": _("it is canceled"),
        "skipped": _("it is skipped"),
    }.get(status, _("it stands otherwise"))
