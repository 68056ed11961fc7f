"""Files as a cart, and files as a warehouse: each verb is a file that comes or a file that goes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from tranter.connectors.csv import mapping, writing
from tranter.connectors.csv.client import Client
from tranter.connectors.csv.inbox import Inbox
from tranter.connectors.csv.outbox import OURS, Outbox
from tranter.connectors.csv.preview import Sample, preview
from tranter.connectors.csv.settings import CsvSettings, Plays
from tranter.connectors.csv.words import Kind
from tranter.model import Fulfillment, Listing, Order, Product, Shipment, StockLevel, StockTarget
from tranter.sdk.errors import RejectedError, TransientError
from tranter.sdk.files import Entry, FilePreview
from tranter.sdk.manifest import Context
from tranter.sdk.verbs import (
    Connector,
    Page,
    Raw,
    Receipt,
    Seen,
    Sighting,
    StockAnswer,
    StockOutcome,
    Verdict,
)

AHEAD = "clock_ahead_seconds"


class CsvFiles:
    """What both roles share."""

    kinds: tuple[Kind, ...] = ()

    def __init__(self, context: Context, settings: CsvSettings) -> None:
        self._settings, self._reading, self._clock = settings, settings.reading, context.clock
        self._client = Client(context, settings)
        ahead = timedelta(seconds=float(context.facts.get(AHEAD, "0")))
        self._inbox = Inbox(self._client, settings, context.clock, ahead)

    def verify(self) -> Seen:
        """Reads what is there and writes a file of its own, which also tells what time it is there."""
        role = self._settings.plays.value
        if self._settings.is_inside:
            self._client.put(f"{self._settings.in_folder}/.here", b"")
        ahead = self._clock_ahead()
        counts = [f"{count} {kind.value}" for kind in self.kinds if (count := self._inbox.count(kind))]
        return Seen(
            account_id=f"{self._settings.base} {role}",
            account_name=f"{self._settings.place} as a {role}",
            facts={"files_in": ", ".join(counts) or "none yet", AHEAD: f"{ahead:.0f}"},
        )

    def files_in(self) -> tuple[Entry, ...]:
        return self._inbox.waiting()

    def files_out(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self._client.files_if_there(self._settings.out_folder) if entry.name[0] != ".")

    def preview_file(self, name: str, body: bytes) -> FilePreview:
        kind = next((kind for kind in self.kinds if self._inbox.is_meant(kind, name)), None)
        if kind is None:
            patterns = ", ".join(self._settings.pattern(kind) for kind in self.kinds)
            raise RejectedError(f"the name {name!r} says not what the file is", f"Call it like {patterns}.")
        return preview(kind, Sample(name=name, body=body, at=self._clock.now()), self._reading)

    def bring_file(self, name: str, body: bytes) -> None:
        self._client.put(f"{self._settings.in_folder}/{_plain(name)}", body)
        if self._settings.marker:
            self._client.put(f"{self._settings.in_folder}/{_plain(name)}{self._settings.marker}", b"")

    def fetch_file(self, name: str) -> bytes:
        return self._client.get(f"{self._settings.out_folder}/{_plain(name)}")

    def _clock_ahead(self) -> float:
        ours, now = f"{self._settings.out_folder}/{OURS}", self._clock.now()
        self._client.put(f"{ours}/clock", b"the hub writes this to learn what time it is here\n")
        written = next(entry.modified_at for entry in self._client.files(ours) if entry.name == "clock")
        return (written - now).total_seconds()

    def _outbox(self, kind: Kind) -> Outbox:
        return Outbox(self._client, self._settings.out_folder, kind.value)


class CsvCart(CsvFiles):
    """Orders and listings come in; parcels and stock levels go out."""

    kinds = (Kind.ORDERS, Kind.LISTINGS)

    def pull_orders(self, cursor: str, since: datetime, sweep: bool) -> Page:
        return self._inbox.sweep(Kind.ORDERS, cursor, since) if sweep else self._inbox.take(Kind.ORDERS, cursor)

    def fetch_orders(self, remote_ids: Sequence[str]) -> tuple[Raw, ...]:
        return self._inbox.find(Kind.ORDERS, remote_ids)

    def read_order(self, payload: bytes) -> Order:
        return mapping.order(payload, self._reading)

    def push_shipment(self, shipment: Shipment) -> Receipt:
        body = _written(lambda: writing.parcel(shipment, self._reading))
        return Receipt(
            remote_id=self._outbox(Kind.TRACKING).send(shipment.key, _parcel_number(shipment), lambda _: body)
        )

    def look_up_shipments(self, shipments: Sequence[Shipment]) -> tuple[Sighting, ...]:
        outbox = self._outbox(Kind.TRACKING)
        return tuple(_sighting(one.key, outbox.sent_as(one.key, _parcel_number(one))) for one in shipments)

    def pull_listings(self, cursor: str) -> Page:
        return Page(records=self._inbox.newest(Kind.LISTINGS) or (), cursor="")

    def read_listing(self, payload: bytes) -> tuple[Listing, ...]:
        return mapping.listings(payload, self._reading)

    def push_stock(self, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
        """The newest file counts, for what it names: levels are absolute, so one more does no harm."""
        body = _written(lambda: writing.levels(targets, self._reading))
        name = f"{Kind.LEVELS.value}-{self._clock.now():%Y%m%dT%H%M%S%f}-{sha256(body).hexdigest()[:8]}.csv"
        self._client.put(f"{self._settings.out_folder}/{name}", body)
        return tuple(StockAnswer(key=target.key, outcome=StockOutcome.DONE) for target in targets)


class CsvWarehouse(CsvFiles):
    """Deliveries go out; parcels, products and stock levels come in."""

    kinds = (Kind.SHIPMENTS, Kind.STOCK, Kind.PRODUCTS)

    def push_fulfillment(self, fulfillment: Fulfillment) -> Receipt:
        number = self._outbox(Kind.DELIVERIES).send(
            fulfillment.key,
            fulfillment.number,
            lambda number: _written(lambda: writing.delivery(fulfillment, number, self._reading)),
        )
        return _receipt(fulfillment, number)

    def look_up_fulfillments(self, fulfillments: Sequence[Fulfillment]) -> tuple[Sighting, ...]:
        outbox = self._outbox(Kind.DELIVERIES)
        found = ((one, outbox.sent_as(one.key, one.number)) for one in fulfillments)
        return tuple(_sighting(one.key, number, _receipt(one, number or "")) for one, number in found)

    def pull_shipments(self, cursor: str, since: datetime) -> Page:
        return self._inbox.take(Kind.SHIPMENTS, cursor)

    def read_shipment(self, payload: bytes) -> Shipment:
        return mapping.shipment(payload, self._reading)

    def pull_stock(self, cursor: str) -> Page:
        return Page(records=self._list(Kind.STOCK), cursor="")

    def read_stock(self, payload: bytes, read_at: datetime) -> tuple[StockLevel, ...]:
        return mapping.stock_levels(payload, self._reading, read_at)

    def pull_products(self, cursor: str) -> Page:
        """Without a list of its own, what has stock is what there is."""
        return Page(records=self._inbox.newest(Kind.PRODUCTS) or self._list(Kind.STOCK), cursor="")

    def read_product(self, payload: bytes) -> Product:
        return mapping.product(payload, self._reading)

    def _list(self, kind: Kind) -> tuple[Raw, ...]:
        found = self._inbox.newest(kind)
        if found is None:
            raise TransientError(f"no file {self._settings.pattern(kind)} lies in {self._settings.in_folder} yet")
        return found


def build(context: Context) -> Connector:
    settings = context.settings
    if not isinstance(settings, CsvSettings):
        raise TypeError("these are not the settings of csv")
    match settings.plays:
        case Plays.CART:
            return CsvCart(context, settings)
        case Plays.WAREHOUSE:
            return CsvWarehouse(context, settings)


def _plain(name: str) -> str:
    if "/" in name or name.startswith("."):
        raise RejectedError(f"{name!r} is no plain name of a file", "Give it one without slashes.")
    return name


def _parcel_number(shipment: Shipment) -> str:
    return f"{shipment.remote_order_id}-{shipment.tracking_number or 'untracked'}"


def _receipt(fulfillment: Fulfillment, number: str) -> Receipt:
    lines = tuple((line.line_id, str(position)) for position, line in enumerate(fulfillment.lines, 1))
    return Receipt(remote_id=number, number=number, lines=lines)


def _sighting(key: str, number: str | None, receipt: Receipt | None = None) -> Sighting:
    if number is None:
        return Sighting(key=key, verdict=Verdict.ABSENT)
    return Sighting(key=key, verdict=Verdict.FOUND, receipt=receipt or Receipt(remote_id=number))


def _written(write: Callable[[], bytes]) -> bytes:
    try:
        return write()
    except UnicodeEncodeError as error:
        cause = f"the encoding {error.encoding} of the files has no sign for {error.object[error.start : error.end]!r}"
        raise RejectedError(cause, "set encoding to utf-8, or correct the text") from error
