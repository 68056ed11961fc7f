"""For whoever watches the process."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tranter.ledger import book
from tranter.ledger.setup import StorageTrouble
from tranter.web.house import house_of


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The ledger can be read and the scheduler runs."""
    house = house_of(request)
    try:
        book.merchants()
        ledger = True
    except StorageTrouble:
        ledger = False
    scheduler = house.alive()
    ready = ledger and scheduler
    found = {"ready": ready, "ledger": ledger, "scheduler": scheduler, "waits": bool(house.trouble())}
    return JsonResponse(found, status=200 if ready else 503)
