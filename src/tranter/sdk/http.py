"""One HTTP exchange, and the one question that matters when it fails: can the remote have seen it?"""

import contextlib
import threading
from collections import OrderedDict
from datetime import timedelta
from typing import Protocol

import certifi
from msgspec import Struct
from pyreqwest.client import SyncClient, SyncClientBuilder
from pyreqwest.exceptions import BuilderError, DetailedPyreqwestError, PyreqwestError
from pyreqwest.http import HeaderMap, Url
from pyreqwest.response import SyncResponse

from tranter.sdk.outbound import Blocked, LookupFailed, Outbound

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
LOOKUP_SHARE = 0.25  # of the total, when the name has to be looked up first
IDLE_SECONDS = 15.0  # below the idle time of common load balancers, so that a kept connection is rarely a dead one
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_HOSTS = 64  # each keeps a thread and its idle connections
READ_BYTES = 256 * 1024

NEVER_CONNECTED = "client error (Connect)"  # how hyper names a failure before the first byte of a request


class Request(Struct, frozen=True, gc=False):
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Reply(Struct, frozen=True, gc=False):
    """Any status. A redirect is not followed; the body is whole and decompressed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first of that name, in any case."""
        wanted, length = name.lower(), len(name)
        for key, value in self.headers:
            if len(key) == length and key.lower() == wanted:
                return value
        return None


class HttpError(Exception):
    """No whole reply came. The text names the host, never the path, the query or a header."""


class NeverSent(HttpError):
    """Provably nothing reached the remote: refused, no such name, TLS not agreed on, not allowed."""


class NoAnswer(HttpError):
    """The remote may have done it: reset, closed, time-out, truncated, unreadable or too large a reply."""


class Transport(Protocol):
    def send(self, request: Request, timeout_seconds: float) -> Reply:
        """Raises NeverSent or NoAnswer. `timeout_seconds` covers all, from the look-up to the last byte."""
        ...


class Target(Struct, frozen=True):
    scheme: str
    host: str
    port: int


class ReqwestTransport:
    """Calls over the network, from any thread. `seconds_scale`: real seconds per second of a deadline."""

    def __init__(self, outbound: Outbound, seconds_scale: float = 1.0, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._outbound = outbound
        self._scale = seconds_scale
        self._max_body_bytes = max_body_bytes
        self._lock = threading.Lock()
        self._clients: OrderedDict[Target, SyncClient] = OrderedDict()
        self._failures: dict[Target, int] = {}

    def send(self, request: Request, timeout_seconds: float) -> Reply:
        seconds = timeout_seconds * self._scale
        target = _target(request.url)
        client = self._known(target)
        if client is None:
            client = self._connect(target, seconds * LOOKUP_SHARE)
            seconds *= 1 - LOOKUP_SHARE
        try:
            return self._exchange(client, request, seconds)
        except PyreqwestError as error:
            self._forget(target, client)
            raise _judged(error, target.host) from error
        except HttpError:
            self._forget(target, client)
            raise

    def close(self) -> None:
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()

    def _known(self, target: Target) -> SyncClient | None:
        with self._lock:
            client = self._clients.get(target)
            if client is not None:
                self._clients.move_to_end(target)
            return client

    def _connect(self, target: Target, lookup_seconds: float) -> SyncClient:
        """A client that knows the host under one address only, the one that has been judged."""
        try:
            addresses = self._outbound.addresses(target.scheme, target.host, target.port, lookup_seconds)
        except (Blocked, LookupFailed) as error:
            raise NeverSent(str(error)) from error
        with self._lock:  # building takes a few milliseconds
            address = addresses[self._failures.get(target, 0) % len(addresses)]
            client = self._clients.setdefault(target, self._build(target, address))
            if len(self._clients) > MAX_HOSTS:
                self._clients.popitem(last=False)  # not closed: another thread may still be using it
            return client

    def _build(self, target: Target, address: str) -> SyncClient:
        extra = self._outbound.extra_ca_pem
        try:
            return self._builder(target, address, extra).build()
        except BuilderError:  # a system that has no certificates at all, as in a slim container
            return self._builder(target, address, certifi.contents().encode() + extra).build()

    def _builder(self, target: Target, address: str, extra_ca_pem: bytes) -> SyncClientBuilder:
        builder = (
            SyncClientBuilder()
            .no_proxy()  # a proxy from the environment would undo the pinned address
            .follow_redirects(False)
            .referer(False)
            .user_agent("tranter")
            .min_tls_version("TLSv1.2")
            .connect_timeout(timedelta(seconds=CONNECT_SECONDS * self._scale))
            .read_timeout(timedelta(seconds=READ_SECONDS * self._scale))
            .pool_idle_timeout(timedelta(seconds=IDLE_SECONDS * self._scale))
            .resolve(target.host, address, target.port)
        )
        return builder.add_root_certificate_pem(extra_ca_pem) if extra_ca_pem else builder

    def _forget(self, target: Target, client: SyncClient) -> None:
        """The next call looks the name up again and takes the next of its addresses."""
        with self._lock:
            if self._clients.get(target) is client:
                del self._clients[target]
                self._failures[target] = self._failures.get(target, 0) + 1

    def _exchange(self, client: SyncClient, request: Request, seconds: float) -> Reply:
        try:
            builder = client.request(request.method, request.url).headers(list(request.headers))
        except (ValueError, OverflowError) as error:
            raise NeverSent(f"the request can't be written: {error}") from error
        if request.body:
            builder = builder.body_bytes(request.body)
        elif request.method in {"POST", "PUT", "PATCH"}:
            builder = builder.header("content-length", "0")  # else some servers answer 411
        prepared = builder.timeout(timedelta(seconds=seconds)).build_streamed()
        with prepared as response:
            body = self._body(response)
            return Reply(status=response.status, headers=_headers(response.headers), body=body)

    def _body(self, response: SyncResponse) -> bytes:
        """Piece by piece: what is small on the wire may be endless when decompressed."""
        pieces: list[bytes] = []
        size = 0
        while (piece := response.body_reader.read_chunk()) is not None:
            size += len(piece)
            if size > self._max_body_bytes:
                raise NoAnswer(f"the reply is larger than {self._max_body_bytes} bytes")
            pieces.append(bytes(piece))
        return b"".join(pieces)


def _target(url: str) -> Target:
    """Read by the same parser that will send it: two parsers could see two hosts."""
    try:
        parsed = Url(url)
    except ValueError as error:
        raise NeverSent(f"not an address: {error}") from error
    if not parsed.host_str or parsed.username or parsed.password:
        raise NeverSent("an address needs a host, and no user name or password in it")
    return Target(scheme=parsed.scheme, host=parsed.host_str, port=parsed.port_or_known_default or 0)


def _headers(found: HeaderMap) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(found.items())
    except ValueError:
        return _readable_ones(found)


def _readable_ones(found: HeaderMap) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    for name in dict.fromkeys(found.keys()):
        with contextlib.suppress(ValueError):  # not text, so nothing that we could read
            headers.extend((name, value) for value in found.getall(name))
    return tuple(headers)


def _judged(error: PyreqwestError, host: str) -> HttpError:
    """The class of the error does not tell: a reply lost after the request was read is a ConnectError too."""
    causes: list[str] = []
    if isinstance(error, DetailedPyreqwestError):
        causes = [cause["message"] for cause in error.details["causes"] or ()]
    reason = causes[-1] if len(causes) > 1 else error.message  # the first one quotes the URL
    if NEVER_CONNECTED in causes[1:2] or isinstance(error, BuilderError):
        return NeverSent(f"{host}: {reason}")
    return NoAnswer(f"{host}: {reason}")
