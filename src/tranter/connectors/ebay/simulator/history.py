"""What really happened at the vendor, in order: the proof that no ledger of ours can bend."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tranter.connectors.ebay.simulator.times import stamp

Scalar = str | int | bool | None


@dataclass(frozen=True)
class Event:
    at: datetime
    kind: str
    ids: dict[str, Scalar]

    def as_json(self) -> dict[str, Scalar]:
        return {"at": stamp(self.at), "kind": self.kind, **self.ids}


@dataclass(frozen=True)
class StockChange:
    """A quantity revision that the vendor accepted."""

    at: datetime
    listing_id: str
    sku: str
    before: int
    after: int
    by: str


@dataclass(frozen=True)
class SentError:
    operation: str
    status: int
    error_id: int


@dataclass
class History:
    events: list[Event] = field(default_factory=list)
    stock_changes: list[StockChange] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    sent_errors: Counter[SentError] = field(default_factory=Counter)

    def add(self, at: datetime, kind: str, **ids: Scalar) -> None:
        self.events.append(Event(at, kind, ids))

    def of_kind(self, kind: str) -> Iterator[Event]:
        return (event for event in self.events if event.kind == kind)
