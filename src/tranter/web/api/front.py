"""The API as it is served: every operation behind one front that knows keys, sizes and kinds of bodies."""

import functools
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from tranter.engine.mistakes import where
from tranter.ledger import call_budget
from tranter.ledger.call_budget import Bucket
from tranter.ledger.setup import StorageTrouble
from tranter.web.api.desk import ApiDesk, signed_in
from tranter.web.api.document import document, errors_page, operations_page
from tranter.web.api.operation import JSON, Operation
from tranter.web.api.problem import Fault, Problem, answer
from tranter.web.api.resources import OPERATIONS
from tranter.web.api.running import runner

BASE = "api/v1"
BUCKET = Bucket(calls=300, seconds=0.1)
BODIES = ("POST", "PUT", "PATCH")
Front = Callable[..., HttpResponseBase]


def api_of(operations: tuple[Operation, ...]) -> NinjaAPI:
    api = NinjaAPI(title="Tranter", version="1", docs_url=None, openapi_url=None, urls_namespace="api")
    for one in operations:
        api.default_router.add_api_operation(
            one.path, [one.method], runner(one), operation_id=one.name, summary=one.says.partition("\n")[0]
        )
    api.add_exception_handler(Problem, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, lambda request, error: answer(Problem("unreadable-body", str(error))))
    return api


def _refused(request: HttpRequest, error: Problem | type[Problem]) -> HttpResponse:
    return answer(error if isinstance(error, Problem) else error("mistake"))


def _invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    problem = Problem("invalid")
    found = error.errors if isinstance(error, ValidationError) else []
    problem.errors = [Fault(where=_where(one.get("loc", ())), says=str(one.get("msg", ""))) for one in found]
    return answer(problem)


def _where(place: tuple[Any, ...]) -> str:
    """Without the name of our own parameter, which nobody sent."""
    words = [str(word) for word in place]
    kept = [words[0], *words[2:]] if len(words) > 2 and words[0] in ("body", "query") else words
    return ".".join(kept)


def urlpatterns() -> list[URLPattern]:
    api = api_of(OPERATIONS)
    served = [
        path(f"{BASE}/{found.pattern}", _fronted(found.callback))
        for found in api.urls[0]
        if isinstance(found, URLPattern) and found.name != "api-root"
    ]
    return [
        path(f"{BASE}/openapi.json", _page(lambda: HttpResponse(document_text(), content_type=JSON))),
        path(f"{BASE}/docs", _page(lambda: operations_page(OPERATIONS))),
        path(f"{BASE}/errors", _page(errors_page)),
        *served,
        re_path(rf"^{BASE}(?:/.*)?$", csrf_exempt(_nothing)),
    ]


@functools.cache
def document_text() -> str:
    """What `docs/openapi.json` holds."""
    return document(api_of(OPERATIONS), OPERATIONS)


def _fronted(view: Front) -> Front:
    def served(request: HttpRequest, **given: Any) -> HttpResponseBase:
        try:
            _check_body(request)
            request.api_desk = desk = signed_in(request)  # type: ignore[attr-defined]
            _check_pace(desk)
            response = view(request, **given)
        except Problem as problem:
            return answer(problem)
        except StorageTrouble:
            return answer(Problem("no-storage", headers={"Retry-After": "60"}))
        except Exception as error:  # noqa: BLE001 - a mistake of ours is told as all problems are
            structlog.get_logger().error(
                "mistake", address=request.path, error=type(error).__name__, where=where(error)
            )
            return answer(Problem("mistake"))
        return _told(response)

    return csrf_exempt(served)


def _check_body(request: HttpRequest) -> None:
    """Raises `Problem`."""
    try:
        has_body = bool(request.body)
    except RequestDataTooBig as error:
        raise Problem("too-large") from error
    if has_body and request.method in BODIES and request.content_type != JSON:
        raise Problem("media-type", f"this is {request.content_type or 'of no kind'}")


def _check_pace(desk: ApiDesk) -> None:
    """Raises `Problem`."""
    if call_budget.take(desk.key.id, BUCKET, desk.now) is None:
        raise Problem("too-many", headers={"Retry-After": "1"})


def _told(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, HttpResponseNotAllowed):
        allowed = ", ".join(sorted(one.strip() for one in response.headers["Allow"].split(",")))
        return answer(Problem("method", headers={"Allow": allowed}))
    return response


def _nothing(request: HttpRequest, **given: Any) -> HttpResponse:
    return answer(Problem("not-found", "no operation has this address"))


def _page(shown: Callable[[], HttpResponse]) -> Front:
    def served(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return answer(Problem("method", headers={"Allow": "GET, HEAD"}))
        return shown()

    return csrf_exempt(served)
