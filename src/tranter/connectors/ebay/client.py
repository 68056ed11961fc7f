"""eBay's REST addresses, headers and replies."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from tranter.connectors.ebay.marketplaces import locale_of
from tranter.connectors.ebay.refusals import http_date, is_expired, refusal
from tranter.connectors.ebay.settings import EbaySettings, Hosts
from tranter.connectors.ebay.wire import mended
from tranter.sdk.call import Signer, bearer
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.sdk.http import Reply, Request
from tranter.sdk.manifest import Context

Shape = TypeVar("Shape")
WRITE_SECONDS = 60.0
DATE_RESOLUTION = timedelta(seconds=1)


class Client:
    """One connection's calls. `skew` is how far eBay's clock is ahead of ours, as far as its replies tell."""

    def __init__(self, context: Context) -> None:
        if not isinstance(context.settings, EbaySettings):
            raise TypeError(f"these are not eBay's settings: {type(context.settings).__name__}")
        self.settings: EbaySettings = context.settings
        self.hosts: Hosts = context.settings.hosts
        self.context = context
        self.skew = timedelta(0)
        self.remote_date: datetime | None = None

    def remote_now(self) -> datetime:
        """eBay's time: its windows and dates are judged by it, and ours may be wrong."""
        return self.context.clock.now() + self.skew

    def get(self, path: str, query: Mapping[str, str] | None = None, host: str = "") -> Reply:
        url = f"{host or self.hosts.api}{path}"
        if query:
            url = f"{url}?{urlencode(query)}"
        try:
            return self.sent(Request("GET", url, self._headers()))
        except TransientError as error:  # a read does nothing, whatever became of it
            raise TransientError(error.reason, error.retry_after, not_done=True) from error

    def post(self, path: str, body: object, sign: Signer = bearer) -> Reply:
        """A write. A `TransientError` of it with `not_done` false means that it may have been done."""
        headers = (*self._headers(), ("Content-Type", "application/json"))
        request = Request("POST", f"{self.hosts.api}{path}", headers, msgspec.json.encode(body))
        return self.sent(request, sign)

    def sent(self, request: Request, sign: Signer = bearer) -> Reply:
        """A 2xx; anything else becomes one of the four errors."""
        before = self.context.clock.now()
        reply = self.context.caller.call(
            request,
            timeout_seconds=30.0 if request.method == "GET" else WRITE_SECONDS,
            sign=sign,
            is_expired=is_expired,
        )
        self.watch_clock(reply, before)
        error = refusal(reply, self.context.clock.now())
        if error is None:
            return reply
        if isinstance(error, TransientError) and reply.status == 429:
            self.context.caller.budget.close(error.retry_after or 1.0)
        raise error

    def watch_clock(self, reply: Reply, before: datetime) -> None:
        """`Date` has whole seconds, and the reply took its time: only what neither explains is a skew."""
        date = http_date(reply.header("Date"))
        if date is None:
            return
        after = self.context.clock.now()
        self.remote_date = date
        if date > after:
            self.skew = date - after
        elif date + DATE_RESOLUTION < before:
            self.skew = date - before
        else:
            self.skew = timedelta(0)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        marketplace = self.settings.marketplaces[0]
        locale = locale_of(marketplace)
        return (
            ("Accept", "application/json"),
            ("Accept-Language", locale),  # without it the Inventory API refuses with 25709 (2024)
            ("Content-Language", locale),
            ("X-EBAY-C-MARKETPLACE-ID", marketplace),
        )


def read(reply: Reply, shape: type[Shape]) -> Shape:
    """What a read brought. A body cut off or not JSON is waited out, a strange one stops: never empty."""
    try:
        return _decoded(reply.body, shape)
    except msgspec.ValidationError as error:
        raise UnexpectedResponseError(
            f"eBay's reply has another shape than expected: {error}",
            reply.body[:500].decode(errors="replace"),
        ) from error
    except msgspec.DecodeError as error:
        raise TransientError("eBay's reply is cut off or not JSON") from error


def _decoded(body: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError:
        raise
    except ValueError:
        return msgspec.json.decode(mended(body), type=shape)
