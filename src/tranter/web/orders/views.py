"""The list of orders, and what is done with many of them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tranter.engine import combining
from tranter.engine.operator import NotPossible
from tranter.ledger import errands, lists, order_list, saved_views
from tranter.ledger.errands import Wanted
from tranter.web.desk import Desk, NotHere
from tranter.web.orders.export import lines
from tranter.web.orders.listing import COLUMNS, orders_page
from tranter.web.orders.query import address, kept, read_query
from tranter.web.shown import show, toast

MANY = ("retry", "hold", "release", "stop", "cancel", "send_anyway")
MOST = 10_000


@require_safe
def orders(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk, "orders/list.html", page=orders_page(desk, request.GET, request.path))


@require_safe
def export(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the list shows, all pages of it."""
    answer = StreamingHttpResponse(lines(desk.books, read_query(request.GET, desk.zone)), content_type="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="orders-{desk.local(desk.now):%Y-%m-%d}.csv"'
    return answer  # type: ignore[return-value]


@require_POST
def many(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One errand for each merchant whose orders are selected."""
    what, base = request.POST.get("what", ""), list_url(desk)
    here = address(base, kept(QueryDict(request.POST.get("query", ""))))
    if what == "combine" and desk.merchant is not None:
        _combine(request, desk, _chosen(request, desk).get(desk.book.merchant_id, []))
        return see_other(here)
    if what not in MANY:
        raise NotHere(what)
    chosen = _chosen(request, desk)
    started = []
    for book in desk.books:
        mine = chosen.get(book.merchant_id, [])
        if mine:
            detail = {"reason": request.POST.get("reason", "").strip()[:300]}
            wanted = Wanted(what=what, order_ids=mine, detail=detail, user_id=desk.user.id)
            started.append((book.merchant_id, errands.start(book, wanted, desk.now)))
    if not started:
        toast(request, _("No order was selected."), bad=True)
        return see_other(here)
    desk.house.wake()
    count = sum(len(some) for some in chosen.values())
    toast(
        request, ngettext("%(count)s order is worked on.", "%(count)s orders are worked on.", count) % {"count": count}
    )
    return see_other(_progress(desk, started) or here)


def _combine(request: HttpRequest, desk: Desk, order_ids: list[int]) -> None:
    """Into the oldest one's delivery."""
    if len(order_ids) < 2:
        toast(request, _("Select two orders or more of one buyer."), bad=True)
        return
    try:
        orders = sorted((lists.order(desk.book, pk) for pk in order_ids[:20]), key=lambda one: one.ordered_at)
        outcome = combining.combine(desk.house.hub, desk.book, orders, desk.actor)
    except NotPossible as refused:
        toast(request, refused.cause, bad=True)
        return
    desk.house.wake()
    text = _("%(number)s and the others go in one delivery.")
    toast(request, text % {"number": outcome.order.number})


def _chosen(request: HttpRequest, desk: Desk) -> dict[int, list[int]]:
    if request.POST.get("everything") == "1":
        wanted = read_query(QueryDict(request.POST.get("query", "")), desk.zone)
        return order_list.by_merchant(desk.books, order_list.ids(desk.books, wanted, MOST))
    asked = [int(text) for text in request.POST.getlist("order") if text.isdigit() and len(text) < 18]
    return order_list.by_merchant(desk.books, asked[:MOST])


def _progress(desk: Desk, started: list[tuple[int, int]]) -> str:
    if len(started) != 1:
        return ""
    merchant_id, errand = started[0]
    slug = next(one.slug for one in desk.merchants if one.id == merchant_id)
    try:
        return reverse("errand", kwargs={"merchant": slug, "pk": errand})
    except NoReverseMatch:
        return ""


@require_POST
def save_view(request: HttpRequest, desk: Desk) -> HttpResponse:
    parts = kept(QueryDict(request.POST.get("query", "")))
    name = " ".join(request.POST.get("name", "").split())[:60]
    here = address(list_url(desk), parts)
    if not name:
        toast(request, _("Give the view a name."), bad=True)
        return see_other(here)
    saved_views.save(desk.user.id, _merchant(desk), saved_views.NewView("orders", name, address("", parts).lstrip("?")))
    toast(request, _("The view %(name)s is saved.") % {"name": name})
    return see_other(here)


@require_POST
def columns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is not ticked is left out of this user's list."""
    shown = set(request.POST.getlist("column"))
    saved_views.hide_columns(desk.user.id, "orders", [name for name in COLUMNS if name not in shown])
    return see_other(address(list_url(desk), kept(QueryDict(request.POST.get("query", "")))))


@require_POST
def remove_view(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    if saved_views.remove(desk.user.id, pk):
        toast(request, _("The view is removed."))
    return see_other(list_url(desk))


def _merchant(desk: Desk) -> int | None:
    return desk.merchants[0].id if desk.merchant is not None else None


def list_url(desk: Desk) -> str:
    return reverse("orders", kwargs={"merchant": desk.merchant} if desk.merchant is not None else {})


def see_other(target: str) -> HttpResponse:
    answer = HttpResponseRedirect(target)
    answer.status_code = 303
    return answer
