"""Files are brought, looked at and fetched on the page of a connection that deals in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from msgspec.structs import replace

from tests.connectors.csv.test_way import ORDERS
from tests.flow.stage import Scene
from tests.web.house import Web, served
from tranter.engine.connecting import Wish, connect
from tranter.engine.hub import Hub
from tranter.engine.uploads import Uploads
from tranter.ledger.models import OrderRow
from tranter.sdk.files import UPLOAD
from tranter.sdk.transports import WithFiles

HERE = "/m/default/connections/files-shop/files"


@pytest.fixture
def web(scene: Scene, tmp_path: Path) -> Iterator[Web]:
    drives = {UPLOAD: Uploads(tmp_path, scene.vault)}
    ports = scene.hub.ports
    scene.hub = Hub(scene.vault, replace(ports, transport=WithFiles(ports.transport, drives)))
    settings = {"plays": "cart", "place": "upload", "settle_seconds": 0}
    connect(scene.hub, scene.book, Wish(connector="csv", name="files-shop", settings=settings, verify=True, live=True))
    with served(scene) as made:
        yield made


def file(text: str = ORDERS, name: str = "orders-1.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_a_file_is_looked_at_first_and_nothing_is_kept(web: Web) -> None:
    looked = web.as_operator().post(f"{HERE}/bring", {"file": file(), "look": "1"})

    assert (looked.status_code, "orders-1.csv would be read so" in looked.content.decode()) == (200, True)
    assert "No file lies there" in web.as_operator().get(HERE).content.decode()


def test_a_file_that_is_brought_becomes_orders(web: Web) -> None:
    brought = web.as_operator().post(f"{HERE}/bring", {"file": file()})
    assert (brought.status_code, brought.headers["Location"]) == (303, HERE)
    assert "Waits to be taken" in web.as_operator().get(HERE).content.decode()
    web.scene.pass_time(minutes=20)

    assert OrderRow.objects.filter(number="W-1001").count() == 1


def test_what_is_no_such_file_is_said_beside_the_field(web: Web) -> None:
    unnamed = web.as_operator().post(f"{HERE}/bring", {"file": file(name="holiday.csv")})
    assert unnamed.status_code == 422
    assert web.as_operator().post(f"{HERE}/bring", {}).status_code == 422
    assert web.as_operator().get(f"{HERE}/fetch?name=../keys.json").status_code == 404
    assert web.as_viewer().post(f"{HERE}/bring", {"file": file()}).status_code == 403
    assert "Bring it in" not in web.as_viewer().get(HERE).content.decode()


def test_a_connection_without_files_has_no_such_page(web: Web) -> None:
    assert web.as_operator().get("/m/default/connections/shop/files").status_code == 404
    assert "/shop/files" not in web.as_operator().get("/m/default/connections/shop").content.decode()
