"""Failures after which the same request may simply be sent again: the remote can't have seen it."""

import datetime
import socket
import ssl
import threading

import pytest
import trustme

from tests.sockets.conftest import Connect
from tests.sockets.remote import OK, Remote, answering, over_tls, remote
from tranter.sdk.http import NeverSent, Request
from tranter.testing.faultmark import fault

ORDER = b'{"order": 1}'


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(made)
    return made


@fault("NET-01")
def test_a_refused_connection_was_never_sent(connect: Connect) -> None:
    with pytest.raises(NeverSent, match="Connection refused"):
        connect().send(Request("POST", f"http://127.0.0.1:{closed_port()}/", body=ORDER), 5)


@fault("NET-01")
def test_a_host_that_comes_back_is_reached_by_the_same_transport(connect: Connect) -> None:
    transport, port = connect(), closed_port()
    with pytest.raises(NeverSent):
        transport.send(Request("GET", f"http://127.0.0.1:{port}/"), 5)
    with remote(answering(OK)) as server:
        assert transport.send(Request("GET", server.url), 5).body == b"ok"


def test_a_name_without_an_address_was_never_sent(connect: Connect) -> None:
    def unknown(host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, f"no such name {host}")

    with pytest.raises(NeverSent, match=r"shop\.test has no address"):
        connect(lookup=unknown).send(Request("POST", "https://shop.test/", body=ORDER), 5)


@fault("NET-05")
def test_a_hanging_name_look_up_ends_with_the_deadline(connect: Connect) -> None:
    over = threading.Event()

    def hang(_host: str, _port: int) -> list[str]:
        over.wait(30)
        return []

    with pytest.raises(NeverSent, match="no address in time"):
        connect(lookup=hang).send(Request("POST", "https://shop.test/", body=ORDER), 0.4)
    over.set()


@fault("NET-01")
def test_the_next_call_tries_the_next_address_of_a_name(connect: Connect) -> None:
    transport = connect(lookup=lambda _host, _port: ["127.0.0.2", "127.0.0.1"])
    with remote(answering(OK)) as server:
        url = f"http://shop.test:{server.port}/"
        with pytest.raises(NeverSent):
            transport.send(Request("GET", url), 5)
        assert transport.send(Request("GET", url), 5).status == 200


@fault("NET-09")
@pytest.mark.parametrize("flaw", ["expired", "wrong host", "unknown CA"])
def test_a_wrong_certificate_fails_closed(connect: Connect, flaw: str) -> None:
    authority = trustme.CA()
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    match flaw:
        case "expired":
            leaf = authority.issue_cert("shop.test", not_before=long_ago, not_after=long_ago.replace(year=2021))
        case "wrong host":
            leaf = authority.issue_cert("other.test")
        case _:
            leaf = trustme.CA().issue_cert("shop.test")
    transport = connect(extra_ca_pem=authority.cert_pem.bytes())
    with remote(over_tls(context(leaf), answering(OK))) as server:
        with pytest.raises(NeverSent, match="invalid peer certificate"):
            transport.send(Request("POST", f"https://shop.test:{server.port}/", body=ORDER), 5)
        assert server.requests == []


@fault("NET-09")
def test_a_connection_may_trust_one_more_authority_and_no_other_connection_does(connect: Connect) -> None:
    authority = trustme.CA()
    behave = over_tls(context(authority.issue_cert("shop.test")), answering(OK))
    with remote(behave) as server:
        request = Request("GET", f"https://shop.test:{server.port}/")
        assert connect(extra_ca_pem=authority.cert_pem.bytes()).send(request, 5).status == 200
        with pytest.raises(NeverSent):
            connect().send(request, 5)


@fault("NET-09")
def test_a_bundle_without_a_certificate_is_refused_at_once(connect: Connect) -> None:
    with pytest.raises(ValueError, match="PEM"):
        connect(extra_ca_pem=b"not a certificate")


@fault("NET-05")
def test_a_tls_hand_shake_that_hangs_was_never_sent(connect: Connect) -> None:
    def silent(server: Remote, connection: socket.socket) -> None:
        connection.recv(100)
        server.hang()

    with remote(silent) as server, pytest.raises(NeverSent, match="timed out"):
        connect(seconds_scale=0.03).send(Request("POST", f"https://shop.test:{server.port}/", body=ORDER), 100)


def test_tls_that_is_hung_up_on_was_never_sent(connect: Connect) -> None:
    with remote(lambda _server, connection: connection.close()) as server, pytest.raises(NeverSent):
        connect().send(Request("POST", f"https://shop.test:{server.port}/", body=ORDER), 5)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "no address"),
        Request("GET", "http://127.0.0.1:99999/"),
        Request("GET", "https://user:secret@shop.test/"),
        Request("GE T", "http://127.0.0.1/"),
        Request("GET", "http://127.0.0.1/", headers=(("X-Note", "one\r\nX-Two: two"),)),
    ],
)
def test_what_is_no_proper_request_was_never_sent(connect: Connect, request_: Request) -> None:
    with pytest.raises(NeverSent) as raised:
        connect().send(request_, 5)
    assert "secret" not in str(raised.value)
