"""What the figures have to reach: DESIGN, "Speed", and no less."""

from msgspec import Struct


class Bar(Struct, frozen=True, kw_only=True):
    """One of both is given."""

    least: float | None = None
    most: float | None = None

    def holds(self, figure: float) -> bool:
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)

    def told(self, shape: str) -> str:
        return f"≥ {self.least:{shape}}" if self.least is not None else f"≤ {self.most:{shape}}"


ORDERS_A_SECOND = Bar(least=1_500)
SHARE_OF_BARE = Bar(least=0.30)
CPU_MS_AN_ORDER = Bar(most=1.0)
CALLS_FOR_KNOWN = Bar(most=1.05)
CALLS_FOR_NEW = Bar(most=2.0)
NONE = Bar(most=0)
MEGABYTES = Bar(most=250)
TRIGGER_MS = Bar(most=200)
GROWN = Bar(most=1.20)
PAGE_MS = Bar(most=150)
SCRIPT_BYTES = Bar(most=100_000)
