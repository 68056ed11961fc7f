"""Where is my order? Found here, or asked at the carts, live."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from tranter.engine import asking, operator
from tranter.engine.asking import Asked, Step, StepWord
from tranter.engine.operator import UnknownOrder
from tranter.ledger import order_list, order_search, people
from tranter.ledger.order_list import OrderInList
from tranter.sdk.errors import ConnectorError
from tranter.web.desk import Desk
from tranter.web.orders.listing import Row, rows_of
from tranter.web.orders.query import address
from tranter.web.orders.views import list_url, see_other
from tranter.web.orders.words import site_label
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast

LONGEST = 120
MOST_CARTS = 12


class Question(Struct, frozen=True, kw_only=True):
    """A cart that is asked as soon as the page is there, where there are few of them."""

    merchant: str
    merchant_name: str
    connection: str
    label: str


class Shown(Struct, frozen=True, kw_only=True):
    good: bool
    title: str
    text: str
    at: datetime | None = None


class Answer(Struct, frozen=True, kw_only=True):
    found: bool
    may_pull: bool
    label: str
    connection: str
    steps: tuple[Shown, ...]


@require_safe
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = _text(request)
    found = order_list.shown(desk.books, order_search.search(desk.books, text))
    if len(found) == 1:
        return see_other(_url(found[0]))
    if not found and text and order_search.sells(desk.books, text):
        return see_other(address(list_url(desk), {"tab": "all", "sku": text}))
    rows: list[Row] = [*rows_of(desk, found)]
    asked = _questions(desk) if text and not rows and _may_be_a_number(text) else []
    return show(
        request,
        desk,
        "orders/search.html",
        text=text,
        rows=rows,
        hidden=(),
        asked=asked,
        at_once=len(asked) <= MOST_CARTS,
        shows_merchant=desk.merchant is None,
    )


def _text(request: HttpRequest) -> str:
    return (request.GET.get("q") or request.POST.get("q") or "").strip()[:LONGEST]


def _url(one: OrderInList) -> str:
    return reverse("order", kwargs={"merchant": one.merchant, "pk": one.id})


def _may_be_a_number(text: str) -> bool:
    return any(letter.isdigit() for letter in text) and " " not in text


def _questions(desk: Desk) -> list[Question]:
    hub = desk.house.hub
    return [
        Question(
            merchant=merchant.slug,
            merchant_name=merchant.name or merchant.slug,
            connection=info.name,
            label=hub.plug(info).manifest.label,
        )
        for merchant in desk.merchants[:100]
        for info in asking.carts(hub, people.book_of(hub.vault, merchant))
    ]


@require_safe
def ask(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The part of the page that one cart's answer fills. It costs a call, and changes nothing."""
    connection = request.GET.get("connection", "")
    hub = desk.house.hub
    labels = {info.name: hub.plug(info).manifest.label for info in asking.carts(hub, desk.book)}
    asked = asking.ask(hub, desk.book, _text(request), connection) if connection in labels and _text(request) else []
    answers = [_answer(one, labels[one.connection]) for one in asked]
    given = {"answers": answers, "text": _text(request), "desk": desk, "shell": shell_of(desk)}
    return render(request, "orders/parts/answers.html", given)


def _answer(asked: Asked, label: str) -> Answer:
    steps = tuple(
        Shown(good=step.good, title=_title(step), text=_sentence(step, label), at=_at(step)) for step in asked.steps
    )
    readable = not any(step.word is StepWord.READ for step in asked.steps)
    return Answer(
        found=asked.found, may_pull=asked.found and readable, label=label, connection=asked.connection, steps=steps
    )


def _title(step: Step) -> str:
    titles = {
        StepWord.ASKED: _("Asked"),
        StepWord.HAS: _("The order"),
        StepWord.READ: _("Its record"),
        StepWord.SITE: _("Site"),
        StepWord.DATE: _("Earliest order date"),
        StepWord.SKUS: _("SKUs"),
        StepWord.DECISION: _("What becomes of it"),
        StepWord.POLL: _("Next look"),
    }
    return titles[step.word]


def _at(step: Step) -> datetime | None:
    return step.at if step.word in (StepWord.ASKED, StepWord.HAS, StepWord.POLL) else None


def _sentence(step: Step, label: str) -> str:
    name, first = {"name": label}, step.values[0] if step.values else ""
    match step.word:
        case StepWord.ASKED if step.verdict == "sign_in":
            return _("%(name)s wants somebody to sign in again before it answers.") % name
        case StepWord.ASKED if not step.good:
            return _("%(name)s can't be asked now: %(why)s") % {**name, "why": first}
        case StepWord.ASKED:
            return _("%(name)s was asked.") % name
        case StepWord.HAS if not step.good:
            return _("%(name)s has no order %(number)s.") % {**name, "number": first}
        case StepWord.HAS:
            return _("%(name)s has it (%(state)s). Last changed:") % {**name, "state": step.verdict.replace("_", " ")}
        case StepWord.READ:
            return _("It can't be read: %(why)s") % {"why": first}
        case StepWord.SITE:
            return _site(step)
        case StepWord.DATE:
            return _("It is new enough.") if step.good else _("It is older than the earliest order date.")
        case StepWord.SKUS:
            return _skus(step)
        case StepWord.DECISION:
            return _decision(step, first)
        case StepWord.POLL:
            return _poll(step)


def _site(step: Step) -> str:
    where, taken = (*step.values, "", "")[:2]
    bought = ", ".join(site_label(one) for one in where.split(", "))
    if step.good:
        return _("Bought on %(site)s, which is taken.") % {"site": bought}
    listed = ", ".join(site_label(one) for one in taken.split(", "))
    return _("Bought on %(site)s; only %(taken)s is taken.") % {"site": bought, "taken": listed}


def _skus(step: Step) -> str:
    if step.verdict == "no_products":
        return _("No warehouse's products have been read yet.")
    if step.good:
        count = int(step.values[0])
        text = ngettext("Its SKU is known at the warehouse.", "All %(count)s SKUs are known at the warehouse.", count)
        return text % {"count": count}
    return _("Unknown at the warehouse: %(skus)s") % {"skus": ", ".join(step.values)}


def _decision(step: Step, first: str) -> str:
    sentences = {
        "send": ngettext("It would be sent: %(what)s line.", "It would be sent: %(what)s lines.", int(first or 0))
        if step.verdict == "send"
        else "",
        "hold": _("It would be held: %(what)s."),
        "skip": _("It is not taken: %(what)s."),
        "wait": _("It would wait: %(what)s."),
        "cancel": _("It counts as cancelled: %(what)s."),
    }
    return sentences[step.verdict] % {"what": first}


def _poll(step: Step) -> str:
    match step.verdict:
        case "live" if step.good:
            return _("Orders are read by themselves. The next time:")
        case "live":
            return _("The last reading failed (%(why)s). The next try:") % {"why": step.values[1]}
        case "needs_sign_in":
            return _("Nothing is read until somebody signs in again.")
        case "none":
            return _("No orders are read from it.")
        case _:
            return _("The connection does not run, so nothing is read.")


@require_POST
def pull(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = _text(request)
    back = address(reverse("search", kwargs={"merchant": desk.merchant}), {"q": text})
    if not text:
        return see_other(back)
    try:
        found = operator.pull(desk.house.hub, desk.book, text, request.POST.get("connection", ""))
    except UnknownOrder:
        toast(request, _("No cart has it, or its record can't be read: see Problems."), bad=True)
        return see_other(back)
    except ConnectorError as error:
        toast(request, _("The other system can't be asked now: %(reason)s") % {"reason": error.reason}, bad=True)
        return see_other(back)
    desk.house.wake()
    toast(request, _("%(number)s is here.") % {"number": found[0].number})
    return see_other(reverse("order", kwargs={"merchant": desk.merchant, "pk": found[0].id}))
