import gzip
import socket
import threading
from pathlib import Path

import pytest

from tests.sockets.conftest import Connect, at_home
from tests.sockets.remote import OK, Remote, answering, keeping_alive, remote
from tranter.sdk.http import NoAnswer, Reply, Request, ReqwestTransport
from tranter.sdk.outbound import Outbound
from tranter.testing.faultmark import fault


def test_a_request_arrives_as_it_was_given(connect: Connect) -> None:
    headers = (("Authorization", "Bearer t"), ("X-Two", "1"), ("X-Two", "2"))
    with remote(answering(OK)) as server:
        connect().send(Request("PUT", server.url, headers=headers, body=b"\x00\xff"), 5)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert lines[0] == b"put /orders?token=canary http/1.1"
    assert {b"authorization: bearer t", b"x-two: 1", b"x-two: 2", b"content-length: 2"} <= set(lines)
    assert body == b"\x00\xff"


def test_an_empty_post_says_so(connect: Connect) -> None:
    with remote(answering(OK)) as server:
        connect().send(Request("POST", server.url), 5)
    assert b"content-length: 0\r\n" in server.requests[0].lower()


@pytest.mark.parametrize("status", [201, 204, 400, 404, 429, 500, 503])
def test_any_status_is_a_reply(connect: Connect, status: int) -> None:
    with remote(answering(b"HTTP/1.1 %d Word\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n" % status)) as server:
        reply = connect().send(Request("GET", server.url), 5)
    assert (reply.status, reply.body, reply.header("RETRY-AFTER"), reply.header("etag")) == (
        status,
        b"",
        "7",
        None,
    )


def test_headers_are_found_in_any_case_and_the_first_wins() -> None:
    reply = Reply(200, (("Link", "a"), ("link", "b")), b"")
    assert reply.header("LINK") == "a"


def test_a_header_that_is_no_text_does_not_spoil_the_reply(connect: Connect) -> None:
    with remote(
        answering(b"HTTP/1.1 200 OK\r\nX-Odd: caf\xe9\r\nX-Plain: yes\r\nContent-Length: 2\r\n\r\nok")
    ) as server:
        reply = connect().send(Request("GET", server.url), 5)
    assert (reply.body, reply.header("x-plain"), reply.header("x-odd")) == (b"ok", "yes", None)


def test_a_compressed_reply_is_handed_over_plain(connect: Connect) -> None:
    packed = gzip.compress(b"{}" * 1000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with remote(answering(head + packed)) as server:
        assert connect().send(Request("GET", server.url), 5).body == b"{}" * 1000


@fault("NET-05")
def test_a_late_reply_within_the_deadline_is_a_reply(connect: Connect) -> None:
    def late(server: Remote, connection: socket.socket) -> None:
        server.read(connection)
        server.hang(0.5)
        connection.sendall(OK)

    with remote(late) as server:
        assert connect().send(Request("POST", server.url, body=b"1"), 10).body == b"ok"


def test_a_redirect_is_not_followed_and_takes_no_credentials_along(connect: Connect) -> None:
    with remote(keeping_alive) as other:
        moved = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % other.port
        with remote(answering(moved)) as server:
            reply = connect().send(Request("GET", server.url, headers=(("Authorization", "Bearer t"),)), 5)
        assert reply.status == 307
        assert (other.connections, other.requests) == (0, [])


def test_a_proxy_of_the_environment_is_not_used(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote(keeping_alive) as proxy, remote(answering(OK)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert connect().send(Request("GET", server.url), 5).status == 200
        assert proxy.connections == 0


def test_a_machine_without_certificates_of_its_own_can_call(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "missing"))
    with remote(answering(OK)) as server:
        assert connect().send(Request("GET", server.url), 5).status == 200


def test_a_reply_that_unpacks_without_end_is_cut_off(connect: Connect) -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with (
        remote(answering(head + packed)) as server,
        pytest.raises(NoAnswer, match="larger than 33554432 bytes"),
    ):
        connect().send(Request("GET", server.url), 20)


@pytest.mark.parametrize("head", [b"Content-Length: 2000", b"Connection: close"])
def test_a_reply_over_the_cap_is_cut_off_whether_it_says_its_size_or_not(head: bytes) -> None:
    transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})), max_body_bytes=1000)
    reply = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + b"x" * 2000
    with remote(answering(reply)) as server, pytest.raises(NoAnswer, match="larger than 1000 bytes"):
        transport.send(Request("GET", server.url), 5)
    transport.close()


def test_a_connection_is_kept_for_the_next_call(connect: Connect) -> None:
    transport = connect()
    with remote(keeping_alive) as server:
        for _ in range(5):
            transport.send(Request("POST", server.url, body=b"1"), 5)
    assert (server.connections, len(server.requests)) == (1, 5)


@fault("NET-03")
def test_a_kept_connection_that_was_closed_meanwhile_is_replaced_before_anything_is_sent(
    connect: Connect,
) -> None:
    closed = threading.Event()

    def once(server: Remote, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(OK)
        connection.close()
        closed.set()

    transport = connect()
    with remote(once) as server:
        transport.send(Request("POST", server.url, body=b"1"), 5)
        assert closed.wait(5)
        server.hang(0.1)  # the news of the close travels
        assert transport.send(Request("POST", server.url, body=b"2"), 5).status == 200
        assert [request[-1:] for request in server.requests] == [b"1", b"2"]


def test_many_threads_share_one_transport(connect: Connect) -> None:
    transport, replies = connect(), []

    def call(number: int, url: str) -> None:
        replies.append((number, transport.send(Request("POST", url, body=b"%d" % number), 10).status))

    with remote(keeping_alive) as server:
        threads = [threading.Thread(target=call, args=(number, server.url)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(replies) == [(number, 200) for number in range(16)]


def test_the_name_is_looked_up_once_while_calls_succeed() -> None:
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return at_home(host, port)

    transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"shop.test"}), lookup=look_up))
    with remote(keeping_alive) as server:
        for _ in range(3):
            transport.send(Request("GET", f"http://shop.test:{server.port}/"), 5)
    transport.close()
    assert asked == ["shop.test"]


def test_an_ipv6_address_is_reached(connect: Connect) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with remote(answering(OK), host="::1") as server:
            assert connect().send(Request("GET", f"http://[::1]:{server.port}/"), 5).status == 200
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
