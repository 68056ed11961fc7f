"""The vendors' webhooks: handed to the connector as they came, byte by byte."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tranter.engine import inbox
from tranter.ledger.book import UnknownMerchant, open_book
from tranter.ledger.connections import ConnectionRecord, UnknownConnection, by_name
from tranter.ledger.setup import StorageTrouble
from tranter.sdk.verbs import HookRequest
from tranter.web.house import House, house_of


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, merchant: str, connection: str) -> HttpResponse:
    """503 while it can't be written down: the vendor sends it again, and the poll would find it anyway."""
    house = house_of(request)
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    try:
        return _receive(house, _connection(house, merchant, connection), _as_told(house, request, body))
    except (UnknownMerchant, UnknownConnection):
        return HttpResponse(status=404)
    except StorageTrouble:
        return HttpResponse(status=503, headers={"Retry-After": "60"})


def _connection(house: House, merchant: str, connection: str) -> ConnectionRecord:
    return by_name(open_book(house.hub.vault, merchant), connection)


def _receive(house: House, info: ConnectionRecord, told: HookRequest) -> HttpResponse:
    answer = inbox.receive(house.hub, info, told)
    if answer.ring:
        house.wake()
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _as_told(house: House, request: HttpRequest, body: bytes) -> HookRequest:
    """`url` is the address that the vendor knows: some sign it."""
    address = f"{house.base_url}{request.path}" if house.base_url else request.build_absolute_uri(request.path)
    return HookRequest(
        method=request.method or "",
        url=address,
        query=tuple((name, str(value)) for name, values in request.GET.lists() for value in values),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
