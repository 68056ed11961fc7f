"""Who may change a connection, and where a page goes afterwards."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _

from tranter.ledger.connections import ConnectionRecord
from tranter.sdk import registry
from tranter.web.connections.page import may_change, the_connection
from tranter.web.desk import Desk
from tranter.web.shell import shell_of
from tranter.web.shown import show

View = Callable[[HttpRequest, Desk, ConnectionRecord], HttpResponse]
Named = Callable[[HttpRequest, Desk, str], HttpResponse]


def looking(view: View) -> Named:
    """A view that is handed the connection instead of its name. Of a share of a lent one there is only the overview."""

    @wraps(view)
    def answer(request: HttpRequest, desk: Desk, connection: str) -> HttpResponse:
        info = the_connection(desk, connection)
        return view(request, desk, info) if info.lender is None else back(desk, "connection", info)

    return answer


def looking_at_any(view: View) -> Named:
    """The same, of a share of a lent warehouse, too."""

    @wraps(view)
    def answer(request: HttpRequest, desk: Desk, connection: str) -> HttpResponse:
        return view(request, desk, the_connection(desk, connection))

    return answer


def changing(view: View) -> Named:
    """One that changes something: posted, and by whoever may."""

    @wraps(view)
    def answer(request: HttpRequest, desk: Desk, connection: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        info = the_connection(desk, connection)
        if info.lender is not None or not may_change(desk, registry.manifest(info.connector)):
            return not_yours(request, desk)
        return view(request, desk, info)

    return answer


def not_yours(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = _("This connection belongs to the house: its staff change it. You see its settings here.")
    return show(request, desk, "message.html", status=403, title=_("Not allowed"), text=text)


def back(desk: Desk, page: str, info: ConnectionRecord) -> HttpResponse:
    return HttpResponseRedirect(shell_of(desk).to(page, connection=info.name), status=303)
