"""Windows that lead to a vendor and back: the headers that let two windows know of each other, and who began."""

from django.http import HttpRequest, HttpResponse

from tranter.web.desk import Desk
from tranter.web.headers import OWN_WINDOW
from tranter.web.shown import show


def opens_windows(response: HttpResponse) -> HttpResponse:
    """Else the page would lose sight of the window that it opens."""
    response.headers[OWN_WINDOW] = "same-origin-allow-popups"
    return response


def is_opened(response: HttpResponse) -> HttpResponse:
    """A page within such a window; its address may hold a code, so it is told to nobody."""
    response.headers[OWN_WINDOW] = "unsafe-none"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def forward(request: HttpRequest, desk: Desk, url: str, vendor: str) -> HttpResponse:
    """The policy allows no form to end elsewhere, a page may go on by itself."""
    return is_opened(show(request, desk, "connections/forward.html", url=url, vendor=vendor))


def holder_of(request: HttpRequest) -> str:
    """This browser's session, which is begun if there is none."""
    if request.session.session_key is None:
        request.session.save()
    return f"session:{request.session.session_key}"


def holders_of(request: HttpRequest) -> tuple[str, ...]:
    """Without beginning one."""
    key = request.session.session_key
    return (f"session:{key}",) if key else ()
