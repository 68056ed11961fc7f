"""Failures after which nobody knows: the remote may have done what was asked."""

import gzip
import socket

import pytest

from tests.sockets.conftest import Connect
from tests.sockets.remote import OK, Behaviour, Remote, answering, remote, reset
from tranter.sdk.http import NoAnswer, Request
from tranter.testing.faultmark import fault

ORDER = b'{"order": 1}'


def closed_after_reading(server: Remote, connection: socket.socket) -> None:
    server.read(connection)


def reset_after_reading(server: Remote, connection: socket.socket) -> None:
    server.read(connection)
    reset(connection)


def reset_at_the_first_byte(_server: Remote, connection: socket.socket) -> None:
    connection.recv(1)
    reset(connection)


def dribbling_body(server: Remote, connection: socket.socket) -> None:
    server.read(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not server.hang(0.05):
        connection.sendall(b"x")


def dribbling_head(server: Remote, connection: socket.socket) -> None:
    server.read(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not server.hang(0.05):
        connection.sendall(b"x")


def hanging(server: Remote, connection: socket.socket) -> None:
    server.read(connection)
    server.hang()


def never_reading(server: Remote, _connection: socket.socket) -> None:
    server.hang()


def sent(server: Remote) -> bool:
    return [request.endswith(ORDER) for request in server.requests] == [True]


@fault("NET-02")
@pytest.mark.parametrize("behave", [closed_after_reading, reset_after_reading])
def test_a_connection_lost_after_the_request_was_read_is_no_answer(connect: Connect, behave: Behaviour) -> None:
    with remote(behave) as server:
        with pytest.raises(NoAnswer):
            connect().send(Request("POST", server.url, body=ORDER), 5)
        assert sent(server)
        assert server.connections == 1, "it was sent again behind our back"


@fault("NET-03")
def test_a_request_lost_on_its_way_is_no_answer_because_we_cannot_tell(connect: Connect) -> None:
    with remote(reset_at_the_first_byte) as server, pytest.raises(NoAnswer):
        connect().send(Request("POST", server.url, body=ORDER), 5)


@fault("NET-02")
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="in the head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", id="in the body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", id="between chunks"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(b"{}" * 99)[:20],
            id="in the compression",
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", id="not gzip"),
        pytest.param(b"220 mail.test ESMTP\r\n", id="not HTTP"),
    ],
)
def test_half_a_reply_is_no_answer(connect: Connect, reply: bytes) -> None:
    with remote(answering(reply)) as server:
        with pytest.raises(NoAnswer):
            connect().send(Request("POST", server.url, body=ORDER), 5)
        assert sent(server)


@fault("NET-05")
def test_a_hung_remote_ends_with_the_read_deadline(connect: Connect) -> None:
    with remote(hanging) as server:
        with pytest.raises(NoAnswer, match="timed out"):
            connect(seconds_scale=0.01).send(Request("POST", server.url, body=ORDER), 3_000)
        assert sent(server)


@fault("NET-05")
@pytest.mark.parametrize("behave", [dribbling_body, dribbling_head, hanging])
def test_a_remote_that_dribbles_ends_with_the_total_deadline(connect: Connect, behave: Behaviour) -> None:
    with remote(behave) as server:
        with pytest.raises(NoAnswer, match="timed out"):
            connect().send(Request("POST", server.url, body=ORDER), 0.8)
        assert sent(server)


@fault("NET-05")
def test_a_remote_that_never_reads_a_large_body_ends_with_the_deadline(connect: Connect) -> None:
    with remote(never_reading) as server, pytest.raises(NoAnswer):
        connect().send(Request("POST", server.url, body=b"x" * 20_000_000), 0.8)


@fault("NET-02")
def test_a_kept_connection_that_is_closed_under_the_next_request_is_no_answer(connect: Connect) -> None:
    def once(server: Remote, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(OK)
        server.read(connection)
        reset(connection)

    transport = connect()
    with remote(once) as server:
        assert transport.send(Request("POST", server.url, body=ORDER), 5).status == 200
        with pytest.raises(NoAnswer):
            transport.send(Request("POST", server.url, body=ORDER), 5)
        assert len(server.requests) == 2


def test_the_text_of_a_failure_holds_no_secret(connect: Connect) -> None:
    headers = (("Authorization", "Bearer canary"),)
    with remote(closed_after_reading) as server, pytest.raises(NoAnswer) as raised:
        connect().send(Request("POST", server.url, headers=headers, body=b"canary"), 5)
    assert "canary" not in str(raised.value)
    assert "127.0.0.1" in str(raised.value)
