"""The remedy "map this SKU", wherever it is offered, and the SKUs that it offers while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tranter.engine import catalogue
from tranter.engine.catalogue import Code, Meaning, NoSuchSku
from tranter.engine.mapping import Saved
from tranter.ledger import both_sides, connections
from tranter.ledger.book import Book
from tranter.web.desk import Desk, NotHere
from tranter.web.shown import show, toast
from tranter.web.stock.parts import address, back

LONGEST = 200


@require_POST
def map_sku(request: HttpRequest, desk: Desk) -> HttpResponse:
    given = request.POST
    code, sku = given.get("code", ""), (given.get("pick") or given.get("sku", "")).strip()
    connection = given.get("connection", "") if given.get("only") else ""
    if wrong := _wrong(desk.book, code, sku, connection):
        toast(request, wrong, bad=True)
        return back(request, desk)
    try:
        saved = catalogue.accept(desk.house.hub, desk.book, [Meaning(code, sku, connection)], desk.actor)
    except NoSuchSku:
        toast(request, _("The warehouse has no SKU %(sku)s.") % {"sku": sku}, bad=True)
        return back(request, desk)
    desk.house.wake()
    toast(request, _("%(code)s is %(sku)s from now on.") % {"code": code, "sku": sku} + released(saved))
    return back(request, desk)


def _wrong(book: Book, code: str, sku: str, connection: str) -> str:
    if not code.strip() or len(code) > LONGEST or len(sku) > LONGEST:
        return _("This can't be mapped.")
    if not sku:
        return _("Choose the SKU that %(code)s is at the warehouse.") % {"code": code}
    if connection and connection not in {info.name for info in connections.all_of(book)}:
        return _("There is no connection %(name)s.") % {"name": connection}
    return ""


def released(saved: Saved) -> str:
    """ " 3 orders go on." """
    count = saved.orders_decided_again
    if not count:
        return ""
    return " " + ngettext("%(count)s order is looked at again.", "%(count)s orders are looked at again.", count) % {
        "count": count
    }


def sku_options(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = (request.GET.get("sku") or request.GET.get("q", ""))[:LONGEST]
    found = catalogue.find_skus(desk.house.hub, desk.book, text)
    return render(request, "stock/parts/sku_options.html", {"found": found})


@require_safe
def match(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The remedy on a page of its own, for one listing."""
    found = both_sides.listing_views(desk.book, [pk], desk.now.date())
    if not found or not found[0].code:
        raise NotHere(str(pk))
    [listing] = found
    code = Code(listing.code, listing.title)
    return show(
        request,
        desk,
        "stock/match.html",
        code=listing.code,
        connection=listing.connection,
        title=listing.title,
        suggestions=catalogue.suggestions(desk.house.hub, desk.book, [code]).get(listing.code, ()),
        back=address(desk, "catalogue"),
    )
