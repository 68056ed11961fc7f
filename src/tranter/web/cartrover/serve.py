"""The one view of the CartRover API: the way of a call, from its key to its envelope."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from msgspec.structs import replace

from tranter.ledger import call_budget
from tranter.ledger.call_budget import Bucket
from tranter.ledger.setup import StorageTrouble
from tranter.web.cartrover import endpoints
from tranter.web.cartrover.bodies import parse
from tranter.web.cartrover.caller import Caller, who_calls
from tranter.web.cartrover.endpoints import Endpoint
from tranter.web.cartrover.envelope import LEFT, Code, Refusal, answered, refused
from tranter.web.face import MAX_API_BYTES

BUCKET = Bucket(calls=100, seconds=0.6)
OVER = "Over API Limit. Please slow down requests."


@csrf_exempt
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """No session and no cookie counts here: whoever calls names a key."""
    try:
        return _served(request, path)
    except Refusal as refusal:
        return refused(refusal)
    except StorageTrouble as trouble:
        response = refused(Refusal(f"The ledger can't be used: {trouble}. Try again later.", Code.FAILURE), 503)
        response.headers["Retry-After"] = "60"
        return response
    except Exception as error:  # noqa: BLE001 - a mistake of ours is told in this API's words, too
        structlog.get_logger().error("mistake", api="cartrover", error=type(error).__name__)
        return refused(Refusal("The hub made a mistake; it is in its log.", Code.FAILURE), 500)


def _served(request: HttpRequest, path: str) -> HttpResponse:
    found = endpoints.find(request.method or "", path)
    if found is None:
        known = endpoints.methods(path)
        if request.method in (endpoints.GET, endpoints.POST) or not known:
            raise Refusal(f"There is nothing to {request.method} at /v1/{path[:200]}")
        response = refused(Refusal(f"{request.method} is not known here, but {', '.join(known)}"), 405)
        response.headers["Allow"] = ", ".join(known)
        return response
    endpoint, named = found
    if any("\x00" in said for said in (path, *request.GET.keys(), *map(str, request.GET.values()))):
        raise Refusal("An address holds no zero bytes")
    caller = who_calls(request)
    left = _left(endpoint, caller)
    over = refused(Refusal(OVER, Code.RATE_LIMIT)) if left is None else None
    response = over or _acted(request, endpoint, caller, named)
    response.headers[LEFT] = str(left or 0)
    return response


def _left(endpoint: Endpoint, caller: Caller) -> int | None:
    now = caller.hub.ports.clock.now()
    if not endpoint.counted:
        return call_budget.left(caller.key.id, BUCKET, now)
    return call_budget.take(caller.key.id, BUCKET, now)


def _acted(request: HttpRequest, endpoint: Endpoint, caller: Caller, named: dict[str, str]) -> HttpResponse:
    try:
        caller.check(endpoint.level, endpoint.scope)
        told = replace(caller, body=_body(request)) if endpoint.method == endpoints.POST else caller
        return answered(endpoint.act(told, **named))
    except Refusal as refusal:
        return refused(refusal)


def _body(request: HttpRequest) -> object:
    """Raises `Refusal`."""
    body = request.read(MAX_API_BYTES + 1)
    if len(body) > MAX_API_BYTES:
        raise Refusal(f"The body has more than {MAX_API_BYTES:,} bytes: send it in parts")
    return parse(body, request.headers.get("Content-Type", ""))
