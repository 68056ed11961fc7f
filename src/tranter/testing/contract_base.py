"""What the author of a connector tells the contract tests: the connector, a stand-in, and what people do at it."""

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn, TypeVar

import pytest

from tranter.engine.clock import VirtualClock
from tranter.sdk.manifest import Manifest, Role
from tranter.sdk.verbs import HookRequest, PullsOrders
from tranter.testing.builders import NOON
from tranter.testing.contract_line import Habits, StandIn
from tranter.testing.contract_world import Account, ContractWorld
from tranter.testing.simulator.core import SimReply, SimRequest, json_reply

Test = TypeVar("Test", bound=Callable[..., object])


def needs(*verbs: type) -> Callable[[Test], Test]:
    """The test makes sense only for a connector that has these verbs; others don't have the test at all."""

    def mark(test: Test) -> Test:
        setattr(test, "needs", verbs)  # noqa: B010 - a function has no such attribute to mypy
        return test

    return mark


class ContractHooks:
    """`vendor` is whatever `make_vendor` returns. Write the hooks that your connector's verbs ask for."""

    manifest: ClassVar[Manifest]
    connector: ClassVar[type]
    skus: ClassVar[tuple[str, ...]] = ("LAMP", "MUG", "TENT")
    """At least three that the stand-in sells, or keeps on its shelves."""
    many: ClassVar[int] = 30
    """More records than one page holds."""
    unknown_id: ClassVar[str] = "no-such-order"

    def __init_subclass__(cls) -> None:
        """Takes away the tests of verbs that this connector does not have."""
        super().__init_subclass__()
        connector = getattr(cls, "connector", None)
        if connector is None:
            return
        for name in dir(cls):
            verbs = getattr(getattr(cls, name), "needs", ())
            if not all(issubclass(connector, verb) for verb in verbs):
                setattr(cls, name, None)

    def make_vendor(self, clock: VirtualClock) -> StandIn:
        self._missing("make_vendor(clock): a fresh stand-in that keeps `skus`")

    def settings(self, vendor: Any) -> dict[str, object]:
        """The connection's settings without its secrets."""
        return {}

    def secrets(self, vendor: Any) -> dict[str, str]:
        self._missing("secrets(vendor): the credentials of a connection that is signed in")

    def is_token_request(self, request: SimRequest) -> bool:
        return request.path.rstrip("/").endswith("/token")

    def is_write(self, request: SimRequest) -> bool:
        return request.method != "GET" and not self.is_token_request(request)

    def refusal(self, vendor: Any, status: int) -> SimReply:
        """The vendor's own words for a 401, a 429 or a 503."""
        return json_reply(status, {"error": "refused"})

    def buy(self, vendor: Any, sku: str, quantity: int) -> str:
        """Somebody buys and pays. The cart's id of the order."""
        self._missing("buy(vendor, sku, quantity): the remote id of a new, paid order")

    def spoil_order(self, vendor: Any, order_id: str) -> None:
        """The order gets a status word that nobody has heard of."""
        self._missing("spoil_order(vendor, order_id)")

    def told(self, vendor: Any, order_id: str) -> list[str]:
        """Tracking numbers that the cart has been told for this order, each as often as it was told."""
        self._missing("told(vendor, order_id): its tracking numbers")

    def shown(self, vendor: Any, sku: str) -> int:
        """How many the listing shows to buyers."""
        self._missing("shown(vendor, sku): the quantity on the listing")

    def placed(self, vendor: Any, reference: str) -> list[str]:
        """Ids of the warehouse's living orders that carry this reference of the cart."""
        self._missing("placed(vendor, reference): the warehouse's ids of the orders with it")

    def ship(self, vendor: Any, remote_id: str, tracking: str) -> None:
        """Everything of this order leaves in one parcel."""
        self._missing("ship(vendor, remote_id, tracking)")

    def send_back(self, vendor: Any, remote_id: str) -> None:
        """The buyer of this order announces that all of it comes back."""
        self._missing("send_back(vendor, remote_id)")

    def spoiled_shipment(self, payload: bytes) -> bytes:
        """The record of a parcel with a status word that nobody has heard of."""
        self._missing("spoiled_shipment(payload): the same record with an unknown status word")

    def available(self, vendor: Any, sku: str) -> int:
        self._missing("available(vendor, sku): how many can be sold")

    def hook(self, vendor: Any) -> HookRequest:
        self._missing("hook(vendor): a genuine webhook, as it comes in")

    def _missing(self, what: str) -> NoReturn:
        pytest.fail(f"{type(self).__name__} has still to say {what}", pytrace=False)

    @pytest.fixture
    def world(self) -> ContractWorld:
        return self.new_world()

    def new_world(self) -> ContractWorld:
        clock = VirtualClock(NOON)
        vendor = self.make_vendor(clock)
        account = Account(manifest=self.manifest, settings=self.settings(vendor), secrets=self.secrets(vendor))
        return ContractWorld(account, vendor, self._habits(vendor), clock)

    def _habits(self, vendor: Any) -> Habits:
        return _Told(self, vendor)

    def is_cart(self) -> bool:
        return Role.CART in self.manifest.roles and issubclass(self.connector, PullsOrders)


class _Told:
    """The author's answers, as the line asks for them."""

    def __init__(self, hooks: ContractHooks, vendor: Any) -> None:
        self._hooks, self._vendor = hooks, vendor

    def is_token_request(self, request: SimRequest) -> bool:
        return self._hooks.is_token_request(request)

    def is_write(self, request: SimRequest) -> bool:
        return self._hooks.is_write(request)

    def refusal(self, status: int) -> SimReply:
        return self._hooks.refusal(self._vendor, status)
