from collections.abc import Callable, Iterator

import pytest

from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound

Connect = Callable[..., ReqwestTransport]

HERE = frozenset({"127.0.0.1", "[::1]", "shop.test"})


def at_home(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes transports that may call this machine, also as `shop.test`, and closes them."""
    made: list[ReqwestTransport] = []

    def make(seconds_scale: float = 1.0, **outbound: object) -> ReqwestTransport:
        settings = {"allow_hosts": HERE, "lookup": at_home} | outbound
        made.append(ReqwestTransport(Outbound(**settings), seconds_scale))
        return made[-1]

    yield make
    for transport in made:
        transport.close()
