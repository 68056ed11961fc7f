"""The Trading API: XML in, XML out, status 200 whatever happens."""

from collections.abc import Callable, Mapping
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tranter.connectors.ebay.simulator.oauth import OAuth
from tranter.connectors.ebay.simulator.shop import Shop
from tranter.connectors.ebay.simulator.times import stamp
from tranter.testing.simulator import SimReply, SimRequest

NAMESPACE = "urn:ebay:apis:eBLBaseComponents"
VERSION = "1487"

MESSAGES: Mapping[int, str] = {
    2: "Unsupported API call.",
    5: "XML Parse error.",
    17: "Item cannot be accessed.",
    37: "Input data is invalid.",
    55: "Order not found.",
    291: "Auction ended.",
    518: "Call usage limit has been reached.",
    930: "No XML authentication token is present.",
    931: "Auth token is invalid.",
    932: "Auth token is hard expired.",
    21916635: "Invalid multi-SKU item: specify the item and the SKU of a variation.",
    21916964: "The tracking number is already in use for another order.",
    21916984: "Invalid IAF token.",
    21917053: "Expired IAF token.",
    21917091: "The requested revision changes nothing.",
    21919144: "Maximum call limit exceeded.",
    21919188: "The listing was revised too often today.",
    21919474: "Inventory-based listing management is not currently supported by this tool.",
}


class TradingError(Exception):
    def __init__(self, code: int, *, warning: bool = False, about: str = "") -> None:
        super().__init__(f"Trading error {code}")
        self.code, self.warning, self.about = code, warning, about


class Call:
    """One request and the answer that is being written for it."""

    def __init__(self, shop: Shop, name: str, asked: Element) -> None:
        self.shop, self.name, self.asked = shop, name, asked
        self.answer = Element(f"{name}Response", {"xmlns": NAMESPACE})
        self.problems: list[TradingError] = []

    def text(self, path: str, default: str = "") -> str:
        found = self.asked.find(path)
        return (found.text or default).strip() if found is not None else default

    def number(self, path: str, default: int) -> int:
        text = self.text(path)
        if not text:
            return default
        if not text.isdecimal():
            raise TradingError(37, about=path)
        return int(text)


def add(parent: Element, tag: str, value: object = None, **attributes: str) -> Element:
    child = SubElement(parent, tag, attributes)
    if isinstance(value, datetime):
        child.text = stamp(value)
    elif isinstance(value, bool):
        child.text = "true" if value else "false"
    elif value is not None:
        child.text = str(value)
    return child


Handler = Callable[[Call], None]


def trading_endpoint(shop: Shop, oauth: OAuth, request: SimRequest, handlers: Mapping[str, Handler]) -> SimReply:
    name = request.headers.get("x-ebay-api-call-name", "")
    try:
        asked = parsed(request.body)
        name = name or asked.tag.removesuffix("Request")
        call = Call(shop, name, asked)
        _check_token(oauth, request, asked, shop.now)
        if name not in handlers:
            raise TradingError(2, about=name)
        handlers[name](call)
        problems = call.problems
    except TradingError as error:
        call = Call(shop, name or "Unknown", Element("none"))
        problems = [error]
    body = document(finished(call, problems))
    return SimReply(200, body, (("Content-Type", "text/xml;charset=UTF-8"),))


def _check_token(oauth: OAuth, request: SimRequest, asked: Element, now: datetime) -> None:
    iaf = request.headers.get("x-ebay-api-iaf-token", "").removeprefix("Bearer ").strip()
    classic = (asked.findtext("RequesterCredentials/eBayAuthToken") or "").strip()
    if not iaf and not classic:
        raise TradingError(930)
    token = oauth.find(iaf or classic)
    if token is None or not token.is_user:
        raise TradingError(21916984 if iaf else 931)
    if token.expires_at <= now:
        raise TradingError(21917053 if iaf else 932)


def finished(call: Call, problems: list[TradingError]) -> Element:
    """The whole answer: how it went first, then what the call found."""
    head = Element(call.answer.tag, call.answer.attrib)
    add(head, "Timestamp", call.shop.now)
    if correlation := call.text("MessageID"):
        add(head, "CorrelationID", correlation)
    add(head, "Ack", _ack(call, problems))
    for problem in problems:
        _error(head, problem)
    add(head, "Version", VERSION)
    add(head, "Build", f"E{VERSION}_SIM")
    head.extend(list(call.answer))
    return head


def document(root: Element) -> bytes:
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + content


def parsed(body: bytes) -> Element:
    """Elements without their namespace. Raises error 5."""
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError):
        raise TradingError(5) from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _ack(call: Call, problems: list[TradingError]) -> str:
    if any(not problem.warning for problem in problems):
        return "PartialFailure" if len(call.answer) else "Failure"
    return "Warning" if problems else "Success"


def _error(head: Element, problem: TradingError) -> None:
    message = MESSAGES[problem.code]
    error = add(head, "Errors")
    add(error, "ShortMessage", message)
    add(error, "LongMessage", f"{message} {problem.about}".strip())
    add(error, "ErrorCode", problem.code)
    add(error, "SeverityCode", "Warning" if problem.warning else "Error")
    if problem.about:
        add(add(error, "ErrorParameters", ParamID="0"), "Value", problem.about)
    add(error, "ErrorClassification", "RequestError")
