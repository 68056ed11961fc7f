"""Files that people bring and fetch by hand lie sealed in the hub, and not for ever."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tranter.engine.uploads import Uploads, forget_old
from tranter.ledger.vault import KeyFile, Vault, make_key
from tranter.sdk.files import DESTINATION, UPLOAD
from tranter.sdk.http import Reply, Request
from tranter.sdk.outbound import Outbound
from tranter.sdk.transports import Everywhere

BODY = b"name\nAda Lovelace\n"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def transport(tmp_path: Path) -> Everywhere:
    return Everywhere(Outbound(), more={UPLOAD: Uploads(tmp_path / "uploads", Vault(KeyFile([make_key()])))})


def call(transport: Everywhere, method: str, path: str, body: bytes = b"", *headers: tuple[str, str]) -> Reply:
    return transport.send(Request(method, f"upload://{path}", headers, body), 1)


def test_a_file_is_read_back_and_its_bytes_tell_nobody(transport: Everywhere, tmp_path: Path) -> None:
    assert call(transport, "PUT", "/one/in/a.csv", BODY).status == 201
    (entry,) = msgspec.json.decode(call(transport, "LIST", "/one/in").body)
    assert (entry["name"], entry["size"]) == ("a.csv", len(BODY))
    assert call(transport, "MOVE", "/one/in/a.csv", b"", (DESTINATION, "/one/in/done/a.csv")).status == 201
    assert call(transport, "GET", "/one/in/done/a.csv").body == BODY
    assert b"Ada" not in (tmp_path / "uploads" / "one" / "in" / "done" / "a.csv").read_bytes()
    assert call(transport, "DELETE", "/one/in/done/a.csv").status == 200


def test_a_file_that_was_carried_to_another_place_does_not_open(transport: Everywhere, tmp_path: Path) -> None:
    call(transport, "PUT", "/one/a.csv", BODY)
    (tmp_path / "uploads" / "two").mkdir()
    (tmp_path / "uploads" / "one" / "a.csv").rename(tmp_path / "uploads" / "two" / "a.csv")
    assert call(transport, "GET", "/two/a.csv").status == 403


@pytest.mark.parametrize("path", ["/../keys.json", "/one/../../keys.json", "/one/%2e%2e/%2e%2e/keys.json"])
def test_nothing_beside_the_places_is_reached(transport: Everywhere, tmp_path: Path, path: str) -> None:
    (tmp_path / "keys.json").write_text("secret")
    assert call(transport, "GET", path).status == 403


def test_files_are_forgotten_after_thirty_days_but_not_what_was_sent(transport: Everywhere, tmp_path: Path) -> None:
    for path in ("/one/out/old.csv", "/one/out/new.csv", "/one/out/.tranter/claims/deliveries-1"):
        call(transport, "PUT", path, BODY)
        written = NOON - timedelta(days=1 if "new" in path else 31)
        os.utime(f"{tmp_path}/uploads{path}", (written.timestamp(), written.timestamp()))
    assert forget_old(tmp_path / "uploads", NOON) == 1
    assert call(transport, "GET", "/one/out/old.csv").status == 404
    assert call(transport, "GET", "/one/out/.tranter/claims/deliveries-1").status == 200
