"""Folders of this machine: those that the operator named, and nothing beside them."""

import os
from pathlib import Path

import msgspec
import pytest

from tranter.sdk.files import DESTINATION, MAX_FILE_BYTES, NEW_ONLY, file_url
from tranter.sdk.folder import Folder
from tranter.sdk.http import NeverSent, Reply, Request, Transport
from tranter.sdk.outbound import Outbound
from tranter.sdk.transports import Everywhere, WithFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "exchange").mkdir()
    return tmp_path / "exchange"


def call(root: Path, method: str, path: Path, body: bytes = b"", *headers: tuple[str, str]) -> Reply:
    class NoWeb:
        def send(self, request: Request, timeout_seconds: float) -> Reply:
            raise NeverSent("there is no web")

    transport: Transport = WithFiles(NoWeb(), {"folder": Folder([root])})
    return transport.send(Request(method, file_url("folder://", str(path)), headers, body), 1)


def test_files_are_put_listed_read_moved_and_deleted(root: Path) -> None:
    assert call(root, "PUT", root / "out" / "ä b.csv", b"abc").status == 201
    (entry,) = msgspec.json.decode(call(root, "LIST", root / "out").body)
    assert (entry["name"], entry["size"]) == ("ä b.csv", 3)
    assert call(root, "GET", root / "out" / "ä b.csv").body == b"abc"
    call(root, "PUT", root / "out" / "ä b.csv", b"new")
    moved = call(root, "MOVE", root / "out" / "ä b.csv", b"", (DESTINATION, str(root / "done" / "c.csv")))
    assert (moved.status, (root / "done" / "c.csv").read_bytes()) == (201, b"new")
    assert call(root, "DELETE", root / "done" / "c.csv").status == 200
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_nothing_is_written_or_moved_over_a_file_that_is_there(root: Path) -> None:
    (root / "a.csv").write_bytes(b"a")
    (root / "b.csv").write_bytes(b"b")
    assert call(root, "PUT", root / "a.csv", b"x", NEW_ONLY).status == 412
    assert call(root, "MOVE", root / "b.csv", b"", (DESTINATION, str(root / "a.csv"))).status == 412
    assert sorted(path.name for path in root.iterdir()) == ["a.csv", "b.csv"]


def test_a_folder_that_was_not_named_is_closed(root: Path) -> None:
    with pytest.raises(NeverSent, match="TRANTER_FOLDERS"):
        call(root, "LIST", root.parent)
    with pytest.raises(NeverSent, match="TRANTER_FOLDERS"):
        call(root, "PUT", root.parent / "exchange-not" / "a.csv", b"x")
    with pytest.raises(NeverSent, match="TRANTER_FOLDERS"):
        call(root, "MOVE", root / "a.csv", b"", (DESTINATION, str(root.parent / "a.csv")))


def test_no_link_leads_out(root: Path) -> None:
    secret = root.parent / "secret.csv"
    secret.write_text("s3cret")
    (root / "link.csv").symlink_to(secret)
    (root / "way").symlink_to(root.parent)
    assert call(root, "LIST", root).body == b"[]"
    with pytest.raises(NeverSent):
        call(root, "GET", root / "way" / "secret.csv")
    assert call(root, "GET", root / "link.csv").status == 403
    assert call(root, "PUT", root / "link.csv", b"x").status == 403
    assert secret.read_text() == "s3cret"


@pytest.mark.parametrize("path", ["/../etc/passwd", "/./a", "//a", "/a%00b", "/a%0ab", "/a%5cb", "/a/%2e%2e/b"])
def test_a_path_that_could_lead_elsewhere_is_refused(root: Path, path: str) -> None:
    transport = WithFiles(Everywhere(Outbound()), {"folder": Folder([root])})
    assert transport.send(Request("GET", f"folder://{root}{path}"), 1).status == 403


def test_what_is_no_file_is_refused(root: Path) -> None:
    os.mkfifo(root / "pipe.csv")
    (root / "folder").mkdir()
    assert call(root, "LIST", root).body == b"[]"
    assert call(root, "GET", root / "folder").status == 403
    assert call(root, "GET", root / "none.csv").status == 404
    assert call(root, "BREW", root / "none.csv").status == 405


def test_a_file_that_is_too_long_is_not_read(root: Path) -> None:
    with (root / "long.csv").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert call(root, "GET", root / "long.csv").status == 413


def test_a_full_disk_is_told(root: Path) -> None:
    class Full(Folder):
        def write(self, path: str, body: bytes, new_only: bool) -> None:
            raise OSError(28, "No space left on device")

    transport = WithFiles(Everywhere(Outbound()), {"folder": Full([root])})
    reply = transport.send(Request("PUT", f"folder://{root}/a.csv", (), b"x"), 1)
    assert (reply.status, reply.body) == (507, b'{"error":"the disk is full"}')
