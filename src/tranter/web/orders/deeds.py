"""The page of one order, and what a person does to it."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tranter.engine import changing, combining, corrections, operator
from tranter.engine.corrections import BadCorrection, Wanted
from tranter.engine.hub import Hub
from tranter.engine.operator import NotPossible, Outcome
from tranter.ledger import lists, notes, order_page
from tranter.ledger.book import Book
from tranter.ledger.lists import OrderView
from tranter.sdk.errors import ConnectorError
from tranter.web.desk import Desk, NotHere
from tranter.web.orders.forms import AddressForm, SkusForm
from tranter.web.orders.one import order_page_of
from tranter.web.orders.views import see_other
from tranter.web.shown import show, toast

Deed = Callable[[Hub, Book, OrderView, str, str], Outcome]
LONGEST_NOTE = 4000
TYPED = ("resend-anyway",)
"""What may send goods twice is done only by who types which order."""

DEEDS: Mapping[str, Deed] = {
    "retry": lambda hub, book, order, reason, by: operator.retry(hub, book, order, by),
    "hold": operator.hold,
    "release": lambda hub, book, order, reason, by: operator.release(hub, book, order, by),
    "stop": operator.stop,
    "cancel": operator.cancel,
    "cancel-at-cart": operator.cancel_at_cart,
    "send-anyway": lambda hub, book, order, reason, by: operator.send_anyway(hub, book, order, by),
    "resend": lambda hub, book, order, reason, by: operator.resend(hub, book, order, by=by),
    "resend-anyway": lambda hub, book, order, reason, by: operator.resend(hub, book, order, True, by),
    "uncombine": lambda hub, book, order, reason, by: combining.uncombine(hub, book, order, by),
    "send-changed": lambda hub, book, order, reason, by: changing.send_again(hub, book, order, by),
    "accept-change": lambda hub, book, order, reason, by: changing.accept(hub, book, order, by),
    "ignore-change": lambda hub, book, order, reason, by: changing.ignore(hub, book, order, by),
}


@require_safe
def order(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    _check(desk, pk)
    return show(request, desk, "orders/order.html", page=order_page_of(desk, pk))


@require_POST
def do(request: HttpRequest, desk: Desk, pk: int, deed: str) -> HttpResponse:
    _check(desk, pk)
    if deed not in DEEDS:
        raise NotHere(deed)
    reason = request.POST.get("reason", "").strip()[:300]
    order = lists.order(desk.book, pk)
    if deed in TYPED and request.POST.get("typed", "").strip() != order.number:
        toast(request, _("Nothing was sent: type the order's number to send it a second time."), bad=True)
        return see_other(order_url(desk, pk))
    try:
        outcome = DEEDS[deed](desk.house.hub, desk.book, order, reason, desk.actor)
    except NotPossible as refused:
        toast(request, refused.cause, bad=True)
    except ConnectorError as error:
        toast(request, _("The other system can't be asked now: %(reason)s") % {"reason": error.reason}, bad=True)
    else:
        desk.house.wake()
        toast(request, _done(deed, outcome))
    return see_other(order_url(desk, pk))


def _done(deed: str, outcome: Outcome) -> str:
    order = outcome.order
    if outcome.there_as:
        text = _("%(number)s is already there as %(there)s: nothing was sent.")
        return text % {"number": order.number, "there": outcome.there_as}
    said = {
        "retry": _("%(number)s is tried again."),
        "hold": _("%(number)s is held: nothing of it is sent."),
        "release": _("%(number)s is released."),
        "stop": _("%(number)s is not sent."),
        "cancel": _("%(number)s is stopped at the warehouse. The cart is not told."),
        "cancel-at-cart": _("%(number)s is cancelled where it was bought. The buyer may be refunded."),
        "send-anyway": _("%(number)s is sent after all."),
        "resend": _("%(number)s is looked for, and sent again if it is not there."),
        "resend-anyway": _("%(number)s is sent again."),
        "uncombine": _("%(number)s goes alone again."),
        "send-changed": _("The warehouse is asked to stop %(number)s. Then it is sent as it is now."),
        "accept-change": _("What the warehouse has of %(number)s counts as changed."),
        "ignore-change": _("The change of %(number)s is ignored until there is another."),
    }
    text = said[deed] % {"number": order.number}
    if order.held and order.held != "operator":
        text += " " + _("It can't go yet: %(cause)s.") % {"cause": order.reason.rstrip(".")}
    return text


@require_POST
def combine(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    _check(desk, pk)
    asked = [int(text) for text in request.POST.getlist("order") if text.isdigit() and len(text) < 18]
    orders = [lists.order(desk.book, one) for one in (pk, *asked[:20]) if order_page.exists(desk.book, one)]
    try:
        outcome = combining.combine(desk.house.hub, desk.book, orders, desk.actor)
    except NotPossible as refused:
        toast(request, refused.cause, bad=True)
    else:
        desk.house.wake()
        toast(request, _("%(number)s and the others go in one delivery.") % {"number": outcome.order.number})
    return see_other(order_url(desk, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    _check(desk, pk)
    sheet = order_page.sheet(desk.book, pk)
    given = request.POST if request.method == "POST" else None
    address, skus = AddressForm(sheet.order.ship_to, given), SkusForm(sheet, given)
    if given is not None and address.is_valid() and skus.is_valid():
        before = sheet.order.ship_to
        changed = address.address() if before is None or address.has_changed() else None
        wanted = Wanted(ship_to=changed, skus=skus.changed(), by=desk.actor)
        try:
            outcome = corrections.correct(desk.house.hub, desk.book, lists.order(desk.book, pk), wanted)
        except (NotPossible, BadCorrection) as refused:
            address.add_error(None, refused.cause if isinstance(refused, NotPossible) else str(refused))
        else:
            desk.house.wake()
            held = outcome.order.held not in ("", "operator")
            text = _("Corrected. It can't go yet: %(cause)s.") if held else _("Corrected; it goes out so.")
            toast(request, text % {"cause": outcome.order.reason.rstrip(".")})
            return see_other(order_url(desk, pk))
    status = 200 if given is None else 422
    return show(request, desk, "orders/correct.html", status=status, sheet=sheet, address=address, skus=skus)


@require_POST
def note(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    _check(desk, pk)
    text = request.POST.get("text", "").strip()[:LONGEST_NOTE]
    if text:
        notes.add(desk.book, pk, desk.user.name or desk.user.email, text, desk.now)
        toast(request, _("Noted."))
    return see_other(order_url(desk, pk) + "#notes")


@require_POST
def remove_note(request: HttpRequest, desk: Desk, pk: int, note: int) -> HttpResponse:
    _check(desk, pk)
    if notes.remove(desk.book, note):
        toast(request, _("The note is removed."))
    return see_other(order_url(desk, pk) + "#notes")


def order_url(desk: Desk, pk: int) -> str:
    return reverse("order", kwargs={"merchant": desk.merchant, "pk": pk})


def _check(desk: Desk, pk: int) -> None:
    if pk >= 2**63 or not order_page.exists(desk.book, pk):
        raise NotHere(str(pk))
