"""The Trading API: XML in, XML out, and its errors inside a 200.

https://developer.ebay.com/devzone/xml/docs/reference/ebay/index.html (version 1487, 2026-11)
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from msgspec import Struct

from tranter.connectors.ebay.client import WRITE_SECONDS, Client
from tranter.connectors.ebay.marketplaces import site_id_of
from tranter.connectors.ebay.refusals import is_expired, refusal
from tranter.connectors.ebay.words import (
    TRADING_LIMIT_ERRORS,
    TRADING_SYSTEM_ERRORS,
    TRADING_TOKEN_ERRORS,
)
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply, Request

NAMESPACE = "urn:ebay:apis:eBLBaseComponents"
VERSION = "1487"
LIMIT_WAIT_SECONDS = 3600.0
"""The Trading API counts by the day (5,000 calls), so nothing is gained by asking soon."""


class Problem(Struct, frozen=True):
    code: int
    text: str
    is_warning: bool = False


class RejectedByTrading(RejectedError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(f"eBay refuses ({problem.code}): {problem.text}")
        self.code = problem.code


class Answer(Struct, frozen=True):
    """`partial` means that some of the rows of the call are done; `problems` are errors only, no warnings."""

    root: Element
    problems: tuple[Problem, ...]
    partial: bool


def element(tag: str, *content: Element | str) -> Element:
    made = Element(tag)
    for piece in content:
        if isinstance(piece, str):
            made.text = piece
        else:
            made.append(piece)
    return made


def text_of(node: Element, path: str) -> str:
    return (node.findtext(path) or "").strip()


class Trading:
    """Calls of the Trading API for one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(self, name: str, *content: Element) -> Element:
        """An answer without errors, or one of the four errors."""
        answer = self.ask(name, content)
        if answer.problems:
            raise RejectedByTrading(answer.problems[0])
        return answer.root

    def ask(self, name: str, content: Iterable[Element]) -> Answer:
        """An answer whose errors concern rows of the call, and are the caller's to read."""
        context = self._client.context
        before = context.clock.now()
        reply = context.caller.call(
            self._request(name, content),
            timeout_seconds=WRITE_SECONDS,
            sign=_sign,
            is_expired=_has_bad_token,
        )
        self._client.watch_clock(reply, before)
        error = refusal(reply, context.clock.now())
        if error is not None:
            if isinstance(error, TransientError) and reply.status == 429:
                context.caller.budget.close(error.retry_after or 1.0)
            raise error
        return _judged(reply)

    def _request(self, name: str, content: Iterable[Element]) -> Request:
        root = Element(f"{name}Request", {"xmlns": NAMESPACE})
        root.extend(list(content))
        headers = (
            ("Content-Type", "text/xml;charset=UTF-8"),
            ("X-EBAY-API-CALL-NAME", name),
            ("X-EBAY-API-SITEID", str(site_id_of(self._client.settings.marketplaces[0]))),
            ("X-EBAY-API-COMPATIBILITY-LEVEL", VERSION),
        )
        body = tostring(root, encoding="utf-8", xml_declaration=True)
        return Request("POST", f"{self._client.hosts.api}/ws/api.dll", headers, body)


def _sign(token: str) -> tuple[tuple[str, str], ...]:
    return (("X-EBAY-API-IAF-TOKEN", token),)


def _has_bad_token(reply: Reply) -> bool:
    if is_expired(reply):
        return True
    root = _parse(reply.body)
    return root is not None and any(one.code in TRADING_TOKEN_ERRORS for one in _problems(root))


def _judged(reply: Reply) -> Answer:
    root = _parse(reply.body)
    if root is None:
        raise TransientError("the Trading API's reply is cut off or not XML")
    ack = text_of(root, "Ack")
    if not ack:
        excerpt = reply.body[:500].decode(errors="replace")
        if root.tag.lower() == "html":
            raise TransientError("a gateway answered in eBay's place")
        raise UnexpectedResponseError("the Trading API's reply says neither success nor failure", excerpt)
    errors = tuple(one for one in _problems(root) if not one.is_warning)
    for problem in errors:
        if problem.code in TRADING_TOKEN_ERRORS:
            raise AuthError(f"eBay refuses the access token even after a refresh ({problem.code})")
        if problem.code in TRADING_LIMIT_ERRORS:
            raise TransientError(
                f"the day's Trading API calls are used up ({problem.code})",
                retry_after=LIMIT_WAIT_SECONDS,
                not_done=True,
            )
        if problem.code in TRADING_SYSTEM_ERRORS and ack == "Failure":
            raise TransientError(f"eBay has a fault of its own ({problem.code}): {problem.text}")
    if ack == "Failure" and not errors:
        raise UnexpectedResponseError("the Trading API failed without a reason")
    return Answer(root, errors, ack == "PartialFailure")


def _parse(body: bytes) -> Element | None:
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


def _problems(root: Element) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for node in root.findall("Errors"):
        code = text_of(node, "ErrorCode")
        text = text_of(node, "LongMessage") or text_of(node, "ShortMessage") or "no reason given"
        warning = text_of(node, "SeverityCode") == "Warning"
        found.append(Problem(int(code) if code.isdigit() else 0, text[:300], warning))
    return tuple(found)
