"""Carrying out an operation: may the key, is it as the caller knows it, was it done before; then the answer."""

import functools
import hashlib
import inspect
from collections.abc import Callable
from typing import Any

import msgspec
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from tranter.ledger import kept_answers
from tranter.ledger.api_keys import Level
from tranter.ledger.kept_answers import Answer, Asked, Begun, Trouble
from tranter.model.whole import whole
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import JSON, Download, Operation, in_address
from tranter.web.api.problem import Problem, answer
from tranter.web.api.refusals import judged

IDEMPOTENCY = "Idempotency-Key"
LONGEST_KEY = 255
KEPT_HEADERS = ("ETag", "Location")


def runner(one: Operation) -> Callable[..., HttpResponseBase]:
    """What django-ninja calls with what it has read and judged."""

    @functools.wraps(one.view)
    def run(request: HttpRequest, **given: Any) -> HttpResponseBase:
        desk: ApiDesk = request.api_desk  # type: ignore[attr-defined]
        check_right(desk, one)
        if one.method == "POST" and request.headers.get(IDEMPOTENCY):
            return _once(desk, one, given)
        if one.media != JSON:
            return _downloaded(desk, one, given)
        return _done(desk, one, given)

    parameters = list(inspect.signature(one.view, eval_str=True).parameters.values())
    first = parameters[0].replace(name="request", annotation=HttpRequest)
    run.__signature__ = inspect.Signature([first, *parameters[1:]])  # type: ignore[attr-defined]
    return run


def check_right(desk: ApiDesk, one: Operation) -> None:
    """Raises `Problem`."""
    if one.scope not in desk.key.scopes:
        raise Problem("scope", f"this wants the scope {one.scope.value}")
    if one.house and not desk.everywhere:
        raise Problem("scope", "this is the installation's own: it wants a key of level warehouse")
    if desk.key.level is Level.CART and not one.carts:
        raise Problem("scope", "a key of one connection does not reach this: it wants one of the merchant")


def _done(desk: ApiDesk, one: Operation, given: dict[str, Any]) -> HttpResponse:
    _check_current(desk, one, given)
    with judged():
        found = one.view(desk, **given)
    if one.method != "GET":
        desk.house.wake()
    if one.status == 204:
        return HttpResponse(status=204)
    body = encoded(found)
    response = HttpResponse(body, status=one.status, content_type=JSON)
    if one.is_one:
        response.headers["ETag"] = mark = _mark(body)
        if mark in _marks(desk.request.headers.get("If-None-Match", "")):
            return HttpResponse(status=304, headers={"ETag": mark})
    return response


def _downloaded(desk: ApiDesk, one: Operation, given: dict[str, Any]) -> HttpResponseBase:
    with judged():
        found: Download = one.view(desk, **given)
    if not isinstance(found.content, bytes):
        return FileResponse(found.content, as_attachment=True, filename=found.name, content_type=one.media)
    named = content_disposition_header(True, found.name) or ""
    return HttpResponse(found.content, content_type=one.media, headers={"Content-Disposition": named})


def encoded(found: Any) -> bytes:
    """The same in every process: an ETag is made of it."""
    return msgspec.json.encode(whole(found), order="deterministic")


def _mark(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _marks(header: str) -> set[str]:
    """Compressed on the way, a mark is called weak."""
    return {one.strip().removeprefix("W/") for one in header.split(",") if one.strip()}


def _check_current(desk: ApiDesk, one: Operation, given: dict[str, Any]) -> None:
    wanted = desk.request.headers.get("If-Match", "").strip()
    if one.method == "GET" or not wanted or wanted == "*":
        return
    if one.current is None:
        raise Problem("changed", "this operation takes no If-Match")
    named = {name: given[name] for name in in_address(one.path) if name in given}
    with judged():
        now = _mark(encoded(one.current(desk, **named)))
    if now not in _marks(wanted):
        raise Problem("changed")


def _once(desk: ApiDesk, one: Operation, given: dict[str, Any]) -> HttpResponse:
    vault, key = desk.hub.vault, desk.request.headers[IDEMPOTENCY]
    if len(key) > LONGEST_KEY:
        raise Problem("refused", f"an {IDEMPOTENCY} has at most {LONGEST_KEY} signs")
    asked = Asked(api_key_id=desk.key.id, key=key, request=_request(desk))
    with judged():
        begun = kept_answers.begin(vault, asked, desk.now)
    match begun:
        case Trouble.UNDER_WAY:
            raise Problem("under-way")
        case Trouble.OTHER:
            raise Problem("key-reused")
        case Answer():
            return _again(begun)
        case Begun():
            return _first_time(desk, one, given, begun)


def _first_time(desk: ApiDesk, one: Operation, given: dict[str, Any], begun: Begun) -> HttpResponse:
    try:
        response = _done(desk, one, given)
    except Problem as problem:
        response = answer(problem)
    except BaseException:  # whatever it was: nobody may wait for an answer that never comes
        kept_answers.forget(begun)
        raise
    if response.status_code >= 500 or response.status_code in (424, 429):
        kept_answers.forget(begun)
        return response
    headers = {name: response.headers[name] for name in ("Content-Type", *KEPT_HEADERS) if name in response.headers}
    kept = Answer(status=response.status_code, headers=headers, body=response.content)
    kept_answers.keep(desk.hub.vault, begun, kept)
    return response


def _again(kept: Answer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status)
    for name, value in kept.headers.items():
        response.headers[name] = value
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _request(desk: ApiDesk) -> str:
    request = desk.request
    digest = hashlib.sha256(request.body).hexdigest()
    merchant = request.headers.get("X-Merchant", "")
    return f"{request.method} {request.get_full_path()} {merchant} {digest}"
