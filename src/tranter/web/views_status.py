"""The plain status page: is everything running, and does anything wait for a person? No buyer is named."""

from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tranter.ledger.setup import StorageTrouble
from tranter.web.house import house_of
from tranter.web.today import today

REFRESH_SECONDS = 30


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    house = house_of(request)
    request.get_host()  # refuses names that are not ours: a page elsewhere must not read this one
    if not house.may_see_status(request.headers.get("Authorization", "")):
        return _refused(request)
    try:
        page = today(house)
    except StorageTrouble as error:
        found = {"title": "The ledger can't be read", "text": f"{error}. Work waits and goes on by itself."}
        return render(request, "message.html", found, status=503)
    return render(request, "status.html", {"page": page, "refresh": REFRESH_SECONDS})


@require_safe
def stylesheet(request: HttpRequest) -> HttpResponse:
    sheet = files("tranter.web").joinpath("static", "tranter.css").read_bytes()
    return HttpResponse(sheet, content_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _refused(request: HttpRequest) -> HttpResponse:
    if house_of(request).status_token:
        response = HttpResponse("The status page asks for its token.", status=401, content_type="text/plain")
        response.headers["WWW-Authenticate"] = 'Basic realm="Tranter", charset="UTF-8"'
        return response
    text = "The status page is shown on this machine only. Set TRANTER_STATUS_TOKEN to open it for who has the token."
    return HttpResponse(text, status=403, content_type="text/plain")
