"""Words for ways of shipping: what the cart calls it, and what the warehouse shall be told; and the way back."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tranter.engine.mapping import save as save_mapping
from tranter.ledger import mappings, seen_words
from tranter.ledger.connections import ConnectionRecord
from tranter.web.connections.guard import back, looking_at_any, not_yours
from tranter.web.connections.page import head
from tranter.web.desk import Desk
from tranter.web.shown import show, toast
from tranter.web.stock.mapping_skus import released

EMPTY_ROWS = 3


@looking_at_any
def mapping(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    page = head(desk, info, "connection_mapping")
    if request.method == "POST":
        return _save(request, desk, info) if page.writable else not_yours(request, desk)
    if page.is_cart:
        known = dict.fromkeys(seen_words.ship_methods(desk.book, info.id), "")
        known |= {code: method for name, code, method in mappings.ship_methods(desk.book) if name == info.name}
    else:
        known = dict.fromkeys(seen_words.carriers(desk.book, info.id), "")
        known |= {word: carrier for name, word, carrier in mappings.carriers(desk.book) if name == info.name}
    rows = [(word, known[word]) for word in sorted(known)] + [("", "")] * (EMPTY_ROWS if page.writable else 0)
    rejects = bool(getattr(desk.house.hub.plug(info).settings, "reject_unmapped_ship_methods", False))
    return show(request, desk, "connections/mapping.html", head=page, rows=rows, rejects=rejects)


def _save(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """An empty meaning takes the word's mapping away."""
    words, meanings = request.POST.getlist("word"), request.POST.getlist("becomes")
    pairs = [(word.strip()[:200], becomes.strip()[:200]) for word, becomes in zip(words, meanings, strict=False)]
    edits = {(info.name, word): becomes or None for word, becomes in pairs if word}
    kind = mappings.SHIP_METHOD if head(desk, info, "connection_mapping").is_cart else mappings.CARRIER
    saved = save_mapping(desk.house.hub, desk.book, {kind: edits}, desk.actor)
    desk.house.wake()
    toast(request, _("The mapping is saved.") + released(saved))
    return back(desk, "connection_mapping", info)
