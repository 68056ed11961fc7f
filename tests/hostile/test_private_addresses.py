"""A merchant types an address of the hub's own network: it is not called, and nothing of it is shown."""

from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import replace

from tests.flow.stage import Scene
from tests.hostile.private_addresses import LITERAL, NAMED, SPOILED, lookup
from tests.sockets.remote import Remote, answering, remote
from tests.web.house import served
from tranter.engine.connecting import Wish, connect
from tranter.engine.hub import Hub
from tranter.engine.pool import SerialPool
from tranter.engine.ports import Ports, no_failpoint
from tranter.ledger import connections
from tranter.sdk.errors import ConnectorError
from tranter.sdk.forms import SettingsError
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound
from tranter.testing.faultmark import fault

SECRET_PAGE = (
    b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: 40\r\n\r\n<h1>root:x:0:0 internal-canary-page</h1>."
)
EVERY_URL = [*LITERAL, *NAMED, *SPOILED]
REFUSED = (
    "(settings)",
    "is refused, only https",
    "private address",
    "not an address",
    "needs a host",
    "has no address",
)
SECRETS = {
    "tradegecko": {"access_token": "canary-token"},
    "ebay": {"client_id": "a", "client_secret": "b", "refresh_token": "canary-token"},
}


@pytest.fixture(scope="module")
def inside() -> Iterator[Remote]:
    """Something that listens on this machine and is nobody's business."""
    with remote(answering(SECRET_PAGE % b"200 OK")) as server:
        yield server


def real(scene: Scene, outbound: Outbound) -> Hub:
    ports = Ports(
        clock=scene.clock,
        transport=ReqwestTransport(outbound),
        pool=SerialPool(Random(1)),
        random=Random(1),
        owner="here",
        failpoint=no_failpoint,
    )
    return Hub(scene.vault, ports)


def wish(connector: str, url: str) -> Wish:
    more = {"environment": "custom"} if connector == "ebay" else {}
    return Wish(connector=connector, name="inside", settings={"base_url": url, **more}, secrets=SECRETS[connector])


def test_there_are_enough_of_them() -> None:
    assert len(set(EVERY_URL)) >= 60


@fault("SEC-04")
@pytest.mark.parametrize("connector", ["tradegecko", "ebay"])
def test_no_address_of_the_inner_network_is_called_however_it_is_written(
    scene: Scene, inside: Remote, connector: str
) -> None:
    hub, said = real(scene, Outbound(lookup=lookup)), {}
    for url in EVERY_URL:
        with pytest.raises((SettingsError, ConnectorError)) as told:
            connect(hub, scene.book, wish(connector, url.format(port=inside.port)))
        said[url] = "(settings)" if isinstance(told.value, SettingsError) else str(told.value)

    assert {url: text for url, text in said.items() if not any(word in text for word in REFUSED)} == {}
    assert (inside.connections, inside.requests) == (0, [])
    assert [one.name for one in connections.all_of(scene.book)] == ["warehouse", "shop"]


@fault("SEC-04")
def test_an_address_that_was_fine_when_it_was_saved_is_judged_again_at_each_call(scene: Scene, inside: Remote) -> None:
    """A name that turns towards the inner network between two calls (DNS rebinding)."""
    transport = ReqwestTransport(Outbound(lookup=lookup))
    info = connections.by_name(scene.book, "warehouse")
    settings = {**info.settings, "base_url": f"https://turns.test:{inside.port}"}
    connections.Connection.objects.filter(pk=info.id).update(settings=settings, version=99)
    hub = real(scene, Outbound(lookup=lookup))

    with pytest.raises(ConnectorError, match="private address"):
        hub.plug(scene.warehouse).connector.verify()

    transport.close()
    assert inside.connections == 0


@fault("SEC-04")
@pytest.mark.parametrize("status", [b"200 OK", b"400 No", b"401 No", b"404 No", b"500 No", b"302 Found"])
def test_what_stands_on_an_inner_page_is_not_repeated(scene: Scene, status: bytes) -> None:
    """Where the operator allowed the host: a merchant still can't use the hub to read it."""
    with remote(answering(SECRET_PAGE % status)) as server:
        hub = real(scene, Outbound(allow_hosts=frozenset({f"127.0.0.1:{server.port}"})))
        for connector in SECRETS:
            url = f"http://127.0.0.1:{server.port}"
            with pytest.raises((SettingsError, ConnectorError)) as told:
                connect(hub, scene.book, wish(connector, url))
            assert "internal-canary" not in str(told.value)
        assert server.connections > 0


@fault("SEC-04")
def test_no_address_typed_into_a_page_is_called(scene: Scene, inside: Remote) -> None:
    """As the house's owner gives a warehouse's address, and a token to sign in with."""
    hub, wrong, judged = real(scene, Outbound(lookup=lookup)), {}, 0
    with served(scene) as web:
        owner = web.as_owner()
        owner.house = replace(owner.house, hub=hub)
        for number, url in enumerate(EVERY_URL):
            name, here = f"inside-{number}", "/m/default/connections"
            given = {"name": name, "base_url": url.format(port=inside.port)}
            owner.post(f"{here}/new/tradegecko", given)
            owner.post(f"{here}/{name}/keys", given)
            answer = owner.post(f"{here}/{name}/token", {"access_token": "canary-token"})
            page = answer.content.decode()
            if answer.status_code not in (404, 422) or "internal-canary" in page or "canary-token" in page:
                wrong[url] = answer.status_code
            judged += "TRANTER_ALLOW_HOSTS" in page
    assert wrong == {}
    assert judged > 40
    assert (inside.connections, inside.requests) == (0, [])
