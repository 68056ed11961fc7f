"""What the palette lists while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tranter.web.desk import Desk
from tranter.web.palette.page import found
from tranter.web.shown import show


@require_safe
def palette(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk, "palette/options.html", groups=found(desk, request.GET.get("q", "").strip()[:200]))
