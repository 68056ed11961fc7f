"""Files over a real SSH connection: the pinned key or nothing, whole files or none, and what a lost reply means."""

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.sockets.sftp_server import PASSWORD, SILENCE_SECONDS, USER, SftpHost
from tranter.sdk.files import DESTINATION, NEW_ONLY, Login
from tranter.sdk.http import NeverSent, NoAnswer, Reply, Request
from tranter.sdk.outbound import Outbound
from tranter.sdk.transports import Everywhere
from tranter.testing.faultmark import fault

SECONDS = 10.0
Call = Callable[..., Reply]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SftpHost]:
    made = SftpHost(tmp_path)
    yield made
    made.close()


@pytest.fixture
def transport() -> Iterator[Everywhere]:
    made = Everywhere(Outbound(allow_hosts=frozenset({"127.0.0.1"})))
    yield made
    made.close()


@pytest.fixture
def call(host: SftpHost, transport: Everywhere) -> Call:
    def made(
        method: str,
        path: str,
        body: bytes = b"",
        *headers: tuple[str, str],
        seconds: float = SECONDS,
        **login: str,
    ) -> Reply:
        known = Login(**({"user": USER, "password": PASSWORD, "host_key": host.fingerprint} | login))
        url = f"sftp://127.0.0.1:{host.port}{path}"
        return transport.send(Request(method, url, (*known.headers(), *headers), body), seconds)

    return made


def said(reply: Reply) -> str:
    return str(msgspec.json.decode(reply.body)["error"])


def left_open(work: Callable[[], Reply]) -> None:
    """Nobody knows whether it was done."""
    with contextlib.suppress(NoAnswer):
        assert work().status == 500


def test_files_are_put_listed_read_moved_and_deleted(host: SftpHost, call: Call) -> None:
    body = bytes(range(256)) * 1000
    assert call("PUT", "/acme/out/a b.csv", body).status == 201
    (entry,) = msgspec.json.decode(call("LIST", "/acme/out").body)
    assert (entry["name"], entry["size"]) == ("a b.csv", len(body))
    assert call("GET", "/acme/out/a b.csv").body == body
    assert call("MOVE", "/acme/out/a b.csv", b"", (DESTINATION, "/acme/out/done/a b.csv")).status == 201
    assert call("DELETE", "/acme/out/done/a b.csv").status == 200
    assert [path.name for path in host.root.rglob("*") if path.is_file()] == []
    assert host.sign_ins == 1


@pytest.mark.parametrize("knows_it", [True, False])
def test_a_file_is_replaced_in_one_step_where_the_server_can(host: SftpHost, call: Call, knows_it: bool) -> None:
    host.knows_posix_rename = knows_it
    for body in (b"old", b"new"):
        assert call("PUT", "/a.csv", body).status == 201
    assert call("GET", "/a.csv").body == b"new"


def test_nothing_is_written_or_moved_over_a_file_that_is_there(call: Call) -> None:
    call("PUT", "/a.csv", b"a")
    call("PUT", "/b.csv", b"b")
    assert call("PUT", "/a.csv", b"x", NEW_ONLY).status == 412
    assert call("MOVE", "/b.csv", b"", (DESTINATION, "/a.csv")).status == 412
    assert call("GET", "/a.csv").body == b"a"


def test_what_is_not_there_is_not_found(call: Call) -> None:
    assert {call(method, "/none").status for method in ("GET", "LIST", "DELETE")} == {404}
    assert call("MOVE", "/none", b"", (DESTINATION, "/a.csv")).status == 404


def test_links_and_folders_are_no_files(host: SftpHost, call: Call) -> None:
    (host.root / "in").mkdir()
    (host.root / "in" / "folder").mkdir()
    (host.root / "in" / "link.csv").symlink_to("/etc/hostname")
    assert call("LIST", "/in").body == b"[]"


@pytest.mark.parametrize(
    "login", [{"password": "wrong"}, {"user": "somebody"}, {"password": "", "private_key": "no key"}]
)
def test_who_is_refused_has_to_sign_in_again(call: Call, login: dict[str, str]) -> None:
    assert call("LIST", "/in", **login).status == 401


@fault("AUTH-01")
def test_a_private_key_signs_in(host: SftpHost, call: Call) -> None:
    text = io.StringIO()
    host.client_key.write_private_key(text)
    assert call("PUT", "/a.csv", b"a", private_key=text.getvalue(), password="").status == 201


def test_another_host_key_is_refused_before_the_password_is_told(host: SftpHost, call: Call) -> None:
    reply = call("LIST", "/in", host_key="SHA256:" + "A" * 43)
    assert (reply.status, host.sign_ins) == (401, 0)
    assert "not the one that is known" in said(reply)


def test_without_a_pinned_key_the_answer_tells_the_key(host: SftpHost, call: Call) -> None:
    reply = call("LIST", "/in", host_key="")
    assert (reply.status, host.sign_ins) == (401, 0)
    assert host.fingerprint in said(reply)


def test_a_private_address_is_refused_unless_the_operator_names_it(host: SftpHost) -> None:
    closed = Everywhere(Outbound())
    with pytest.raises(NeverSent, match="TRANTER_ALLOW_HOSTS"):
        closed.send(Request("LIST", f"sftp://127.0.0.1:{host.port}/"), SECONDS)
    closed.close()


def test_a_server_that_is_not_there_was_never_told(transport: Everywhere) -> None:
    with pytest.raises(NeverSent):
        transport.send(Request("LIST", "sftp://127.0.0.1:1/"), SECONDS)


@fault("NET-03")
@pytest.mark.parametrize("moment", ["hangs_up_before", "hangs_up_after"])
def test_a_reply_that_is_lost_leaves_it_open_and_the_next_call_connects_anew(
    host: SftpHost, call: Call, moment: str
) -> None:
    call("PUT", "/a.csv", b"a")
    call("PUT", "/c.csv", b"c")
    setattr(host, moment, "rename")
    left_open(lambda: call("MOVE", "/a.csv", b"", (DESTINATION, "/b.csv")))
    setattr(host, moment, "")
    assert call("GET", "/c.csv").status == 200
    assert host.sign_ins == 2


@fault("NET-04")
def test_a_server_that_falls_silent_is_left_at_the_deadline(host: SftpHost, call: Call) -> None:
    call("PUT", "/a.csv", b"a")
    host.falls_silent_at = "list"
    began = time.monotonic()
    left_open(lambda: call("LIST", "/in", seconds=0.5))
    assert time.monotonic() - began < SILENCE_SECONDS


def test_a_connection_that_was_closed_meanwhile_is_opened_again(host: SftpHost, call: Call) -> None:
    call("PUT", "/a.csv", b"a")
    host.hang_up()
    statuses = []
    for _ in range(3):
        with contextlib.suppress(NoAnswer):
            statuses.append(call("GET", "/a.csv").status)
    assert statuses[-1:] == [200]
    assert host.sign_ins == 2


def test_half_a_file_is_never_seen(host: SftpHost, call: Call) -> None:
    host.hangs_up_before = "posix_rename"
    left_open(lambda: call("PUT", "/in/a.csv", b"a" * 1000))
    host.hangs_up_before = ""
    names = [entry["name"] for entry in msgspec.json.decode(call("LIST", "/in").body)]
    assert [name for name in names if not name.startswith(".")] == []
