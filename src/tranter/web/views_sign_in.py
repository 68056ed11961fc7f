"""Where a consent page returns to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tranter.engine import consent
from tranter.engine.consent import ConsentProblem
from tranter.ledger.setup import StorageTrouble
from tranter.web.house import house_of


@require_http_methods(["GET"])  # not HEAD: a link checker must not use the answer up
def callback(request: HttpRequest) -> HttpResponse:
    house = house_of(request)
    try:
        done = consent.finish(house.hub, request.get_full_path())
    except ConsentProblem as problem:
        return _say(request, "Nobody was signed in", str(problem), 400)
    except StorageTrouble:
        return _say(request, "Nobody was signed in", "The ledger can't be written at present. Begin again later.", 503)
    house.wake()
    account = done.seen.account_name or done.seen.account_id
    text = f"{done.connection.name} is connected to the account {account} and runs. You can close this window."
    return _say(request, "Signed in", text, 200)


def _say(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    found = {"title": title, "text": text[:1].upper() + text[1:]}
    response = render(request, "message.html", found, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds a code
    return response
