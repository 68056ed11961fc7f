"""A plan of purchases from a seed, with the traps in it marked, so that a run can be counted afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from random import Random

from tranter.connectors.ebay.simulator.orders import Buyer, Program
from tranter.connectors.ebay.simulator.people import LONG_NAME, draw_buyer
from tranter.connectors.ebay.simulator.purchases import Action, Later, PlannedPurchase, Purchase, Want
from tranter.connectors.ebay.simulator.shelves import UNKNOWN_SKU, default_skus

CENT = Decimal("0.01")
MANY_LINES = 500


class Mix(Enum):
    """DEMO: what every hub must sort out alone, plus SKU traps. EVERYTHING: the rest of eBay's life too."""

    DEMO = "demo"
    EVERYTHING = "everything"


DEMO_SHARES = {
    "plain": 42,
    "several_units": 12,
    "multi_line": 16,
    "international": 5,
    "abroad": 4,
    "discount": 6,
    "note": 5,
    "emoji": 2,
    "no_phone": 2,
    "part_refund": 1,
    "unknown_sku": 2,
    "empty_sku": 1,
    "canceled": 2,
}
EVERYTHING_SHARES = {
    **DEMO_SHARES,
    "long_name": 1,
    "unpaid_then_paid": 2,
    "never_paid": 1,
    "cancel_withdrawn": 1,
    "fully_refunded": 1,
    "refunded_line": 1,
    "by_ebay": 1,
    "three_decimals": 1,
    "many_lines": 0,
}


def plan_orders(
    seed: int,
    count: int,
    skus: tuple[str, ...] = (),
    mix: Mix = Mix.DEMO,
) -> list[PlannedPurchase]:
    """The same plan for the same arguments, in every process. Each kind of the mix comes at least once."""
    planner = _Planner(Random(seed), skus or default_skus())
    shares = DEMO_SHARES if mix is Mix.DEMO else EVERYTHING_SHARES
    kinds = list(shares)[:count] + planner.random.choices(
        list(shares), weights=list(shares.values()), k=max(0, count - len(shares))
    )
    planner.random.shuffle(kinds)
    return [planner.plan(number, kind) for number, kind in enumerate(kinds, start=1)]


@dataclass
class _Planner:
    random: Random
    skus: tuple[str, ...]

    def __post_init__(self) -> None:
        self.buyers: dict[str, list[Buyer]] = {}
        self.number = 0

    def plan(self, number: int, kind: str) -> PlannedPurchase:
        make: Callable[[], Purchase] = getattr(self, f"_{kind}")
        purchase = replace(make(), substitute=kind not in ("unknown_sku", "empty_sku"))
        planted = kind if kind in ("unknown_sku", "empty_sku", "refunded_line") else None
        canceled = kind in ("canceled", "fully_refunded")
        deliverable = not (planted or canceled or kind in ("never_paid", "by_ebay"))
        return PlannedPurchase(number, kind, replace(purchase, planted=planted or ""), deliverable, planted, canceled)

    def _buyer(self, country: str = "US") -> Buyer:
        """Four of ten purchases come from somebody who has bought before."""
        known = self.buyers.get(country, [])
        if known and self.random.random() < 0.4:
            return self.random.choice(known)
        return self._new_buyer(country)

    def _new_buyer(self, country: str = "US") -> Buyer:
        self.number += 1
        buyer = draw_buyer(self.random, country, self.number)
        self.buyers.setdefault(country, []).append(buyer)
        return buyer

    def _want(self, quantity: int = 1) -> Want:
        shipping = Decimal(self.random.choice((0, 499, 799))) * CENT
        return Want(self.random.choice(self.skus), quantity, shipping=shipping)

    def _plain(self) -> Purchase:
        return Purchase((self._want(),), self._buyer())

    def _several_units(self) -> Purchase:
        return Purchase((self._want(self.random.randrange(2, 5)),), self._buyer())

    def _multi_line(self) -> Purchase:
        skus = self.random.sample(self.skus, k=min(len(self.skus), self.random.randrange(2, 5)))
        wants = tuple(replace(self._want(self.random.randrange(1, 3)), sku=sku) for sku in skus)
        return Purchase(wants, self._buyer())

    def _international(self) -> Purchase:
        country = self.random.choice(("DE", "FR", "JP", "AU"))
        return Purchase((self._want(),), self._buyer(country), program=Program.INTERNATIONAL_SHIPPING)

    def _abroad(self) -> Purchase:
        country = self.random.choice(("DE", "FR", "GB"))
        service = "USPSFirstClassMailInternational"
        return Purchase((self._want(),), self._buyer(country), service=service)

    def _discount(self) -> Purchase:
        want = replace(self._want(2), discount=Decimal("1.50"), shipping=Decimal("5.00"))
        return Purchase((replace(want, shipping_discount=Decimal("2.50")),), self._buyer())

    def _note(self) -> Purchase:
        text = self.random.choice(("Leave it behind the shed, please", 'Gift: write "for Ada" <3', "Ring twice"))
        return replace(self._plain(), note=text)

    def _emoji(self) -> Purchase:
        buyer = replace(self._new_buyer(), name="Zoë 🧵👩‍🚀 Okafor")
        return Purchase((self._want(),), buyer, note="🎁🎁")

    def _no_phone(self) -> Purchase:
        return Purchase((self._want(),), replace(self._new_buyer(), phone=""))

    def _long_name(self) -> Purchase:
        return Purchase((self._want(),), replace(self._new_buyer(), name=LONG_NAME.strip()[:300]))

    def _part_refund(self) -> Purchase:
        return replace(self._plain(), later=(Later(self._soon(), Action.REFUND_PART),))

    def _unknown_sku(self) -> Purchase:
        return Purchase((Want(UNKNOWN_SKU),), self._buyer())

    def _empty_sku(self) -> Purchase:
        return Purchase((Want(""),), self._buyer())

    def _canceled(self) -> Purchase:
        return replace(self._plain(), later=(Later(self.random.uniform(20, 3600), Action.CANCEL),))

    def _cancel_withdrawn(self) -> Purchase:
        later = (Later(30, Action.REQUEST_CANCEL), Later(1800, Action.REJECT_CANCEL))
        return replace(self._plain(), later=later)

    def _unpaid_then_paid(self) -> Purchase:
        return replace(self._plain(), paid=False, later=(Later(900, Action.PAY),))

    def _never_paid(self) -> Purchase:
        return replace(self._plain(), paid=False)

    def _fully_refunded(self) -> Purchase:
        return replace(self._plain(), later=(Later(self._soon(), Action.REFUND_ALL),))

    def _refunded_line(self) -> Purchase:
        return replace(self._multi_line(), later=(Later(1, Action.REFUND_LINE),))

    def _by_ebay(self) -> Purchase:
        return replace(self._plain(), program=Program.FULFILLED_BY_EBAY)

    def _three_decimals(self) -> Purchase:
        want = replace(self._want(), unit_price=Decimal("12.345"), shipping=Decimal("1.250"))
        return Purchase((want,), self._buyer(), currency="KWD", untaxed=True)

    def _many_lines(self) -> Purchase:
        wants = tuple(Want(self.skus[n % len(self.skus)], 1, unit_price=CENT * (n + 1)) for n in range(MANY_LINES))
        return Purchase(wants, self._buyer())

    def _soon(self) -> float:
        return self.random.uniform(1, 60)
