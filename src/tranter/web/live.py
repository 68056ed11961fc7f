"""Whether anything happened since a page was drawn."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from tranter.web.desk import Desk


def live(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`mark` differs from the last one: the page's live parts are to be fetched again."""
    return JsonResponse({"mark": desk.mark})
