"""Warehouses of the house: what is lent, to whom, and on what terms. For its owners."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tranter.engine import lending as engine_lending
from tranter.engine.lending import LoanWish
from tranter.ledger import lending as loans
from tranter.ledger.book import HOUSE, Book, UnknownMerchant, house_book, open_book
from tranter.ledger.connections import UnknownConnection, by_name
from tranter.ledger.lending import CanNotLend
from tranter.model import Terms
from tranter.web.desk import Desk, NotHere
from tranter.web.settings.forms import LendForm
from tranter.web.settings.tabs import sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


@require_safe
def lending(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk, _form(desk))


@require_POST
def open_house(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A warehouse of the house is connected like any other, in the house's own book."""
    house_book(desk.house.hub.vault, desk.now)
    return HttpResponseRedirect(shell_of(desk).to("connection_new", merchant=HOUSE), status=303)


@require_POST
def lend(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = _form(desk, request)
    if not form.is_valid():
        return _page(request, desk, form, 400)
    given = form.cleaned_data
    house = _house(desk)
    terms = Terms(location=given["location"], prefix=given["order_prefix"], sku_prefix=given["sku_prefix"])
    wish = LoanWish(terms=terms, name=given["name"], alone=given["alone"])
    try:
        info = engine_lending.lend(
            desk.house.hub, house, by_name(house, given["warehouse"]), _book(desk, given["merchant"]), wish
        )
    except (CanNotLend, UnknownConnection) as problem:
        form.add_error(None, sentence(problem))
        return _page(request, desk, form, 400)
    desk.house.wake()
    toast(request, _("%(name)s is lent to %(merchant)s.") % {"name": info.name, "merchant": given["merchant"]})
    return HttpResponseRedirect(shell_of(desk).to("lending"), status=303)


@require_POST
def end(request: HttpRequest, desk: Desk) -> HttpResponse:
    house = _house(desk)
    try:
        lender = by_name(house, request.POST.get("warehouse", ""))
        left = loans.end(house, lender, _book(desk, request.POST.get("merchant", "")), desk.now)
    except (CanNotLend, UnknownConnection) as problem:
        toast(request, sentence(problem), bad=True)
    else:
        said = _("It is lent no more.")
        more = ngettext("%(n)s order is still there.", "%(n)s orders are still there.", left) % {"n": left}
        toast(request, f"{said} {more}" if left else said)
    return HttpResponseRedirect(shell_of(desk).to("lending"), status=303)


def _house(desk: Desk) -> Book:
    """The journal names who did it."""
    book = house_book(desk.house.hub.vault, desk.now)
    return Book(book.merchant_id, book.vault, desk.actor)


def _book(desk: Desk, slug: str) -> Book:
    try:
        book = open_book(desk.house.hub.vault, slug)
    except UnknownMerchant as error:
        raise NotHere(str(error)) from error
    return Book(book.merchant_id, book.vault, desk.actor)


def _form(desk: Desk, request: HttpRequest | None = None) -> LendForm:
    slugs = [(one.slug, one.name) for one in desk.reach if one.slug != HOUSE]
    names = [info.name for info in loans.of_house()]
    return LendForm(request.POST if request is not None else None, warehouses=names, slugs=slugs)


def _page(request: HttpRequest, desk: Desk, form: LendForm, status: int = 200) -> HttpResponse:
    warehouses = loans.of_house()
    lent = loans.loans_of_house()
    return show(
        request,
        desk,
        "settings/lending.html",
        status=status,
        tabs=tabs(desk, "lending"),
        warehouses=[(info, lent.get(info.name, [])) for info in warehouses],
        form=form,
    )
