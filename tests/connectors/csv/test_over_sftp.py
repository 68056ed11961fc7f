"""The same connector against a real SFTP server, which hangs up at the worst moment."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.csv.rig import wired
from tests.sockets.sftp_server import PASSWORD, USER, SftpHost
from tranter.engine.clock import RealClock
from tranter.sdk.errors import AuthError, TransientError
from tranter.sdk.outbound import Outbound
from tranter.sdk.transports import Everywhere
from tranter.sdk.verbs import Verdict
from tranter.testing.builders import fulfillment, fulfillment_line
from tranter.testing.faultmark import fault

NUMBER = "12-34567-89012"
WANTED = fulfillment(NUMBER, [fulfillment_line("LAMP", "LAMP", quantity=2)])


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SftpHost]:
    made = SftpHost(tmp_path)
    (tmp_path / "acme" / "in").mkdir(parents=True)
    yield made
    made.close()


@pytest.fixture
def transport() -> Iterator[Everywhere]:
    made = Everywhere(Outbound(allow_hosts=frozenset({"127.0.0.1"})))
    yield made
    made.close()


def depot(host: SftpHost, transport: Everywhere, **settings: object) -> Any:
    place = {"place": f"sftp://127.0.0.1:{host.port}/acme", "user": USER, "host_key": host.fingerprint}
    changed = {"plays": "warehouse", "settle_seconds": 0, **place, **settings}
    return wired(transport, RealClock(), changed, {"password": PASSWORD})


def test_a_delivery_goes_out_and_its_parcel_comes_back(host: SftpHost, transport: Everywhere) -> None:
    connector = depot(host, transport)
    assert abs(float(connector.verify().facts["clock_ahead_seconds"])) <= 2
    receipt = connector.push_fulfillment(WANTED)
    assert [path.name for path in (host.root / "acme" / "out").glob("*.csv")] == [f"deliveries-{NUMBER}.csv"]
    (host.root / "acme" / "in" / "shipments.csv").write_text(
        f"order_number,tracking_number,sku,quantity\n{NUMBER},1Z7,LAMP,2\n"
    )
    (raw,) = connector.pull_shipments("", WANTED.ordered_at).records
    parcel = connector.read_shipment(raw.payload)
    assert (parcel.remote_order_id, parcel.tracking_number) == (receipt.remote_id, "1Z7")


@fault("NET-03", "API-02")
@pytest.mark.parametrize(("moment", "found"), [("before", Verdict.ABSENT), ("after", Verdict.FOUND)])
def test_a_server_that_hangs_up_at_the_last_step_is_found_out(
    host: SftpHost, transport: Everywhere, moment: str, found: Verdict
) -> None:
    connector = depot(host, transport)
    connector.push_fulfillment(fulfillment("first", [fulfillment_line("LAMP", "LAMP")]))
    setattr(host, f"hangs_up_{moment}", "rename")
    host.only_about = f"deliveries-{NUMBER}.csv"
    with pytest.raises(TransientError) as caught:
        connector.push_fulfillment(WANTED)
    assert not caught.value.not_done
    setattr(host, f"hangs_up_{moment}", "")
    (sighting,) = connector.look_up_fulfillments([WANTED])
    assert sighting.verdict is found


def test_another_server_in_its_place_is_told_nothing(host: SftpHost, transport: Everywhere) -> None:
    with pytest.raises(AuthError, match="not the one that is known"):
        depot(host, transport, host_key="SHA256:" + "A" * 43).verify()
    assert host.sign_ins == 0
