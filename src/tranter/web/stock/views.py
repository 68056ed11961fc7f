"""Stock: every SKU of the warehouse, and one of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tranter.engine.shelves import sku_page, sku_story
from tranter.ledger import mappings
from tranter.ledger.shelf_list import Wanted
from tranter.web.desk import Desk, NotHere
from tranter.web.shown import show
from tranter.web.stock import page as drawn
from tranter.web.stock.parts import ROWS, address, pages, see_other, start_of, tabs, word_of


@require_safe
def stock(request: HttpRequest, desk: Desk) -> HttpResponse:
    search, problem, start = word_of(request, "q"), word_of(request, "problem"), start_of(request)
    problem = problem if problem in drawn.PROBLEMS else ""
    found = sku_page(desk.house.hub, desk.book, Wanted(search=search, problem=problem, start=start, limit=ROWS))
    values: dict[str, Any] = {"tabs": tabs(desk, "stock"), "search": search, "problem": problem}
    if found is None:
        return show(request, desk, "stock/no_warehouse.html", **values)
    return show(
        request,
        desk,
        "stock/list.html",
        **values,
        warehouse=found.warehouse,
        rows=drawn.rows(desk, found),
        chips=drawn.chips(problem),
        pages=pages(address(desk, "stock"), {"q": search, "problem": problem}, start, found.total),
    )


@require_safe
def sku(request: HttpRequest, desk: Desk, sku: str) -> HttpResponse:
    story = sku_story(desk.house.hub, desk.book, sku)
    if story is None and sku in mappings.kits(desk.book):
        return see_other(f"{address(desk, 'mappings')}?{urlencode({'kind': mappings.KIT, 'q': sku})}")
    if story is None:
        raise NotHere(sku)
    return show(request, desk, "stock/sku.html", tabs=tabs(desk, "stock"), shown=drawn.sku_shown(desk, story))
