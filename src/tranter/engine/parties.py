"""For whom a pull is made: the merchant of the connection; of a lent warehouse, everybody who has a share of it."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from tranter.ledger import connections
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.schedule import Lease
from tranter.model import Product, Shares, Shipment, StockLevel
from tranter.routing.lending import own_levels, own_product, own_shipment


class Party(Struct, frozen=True, kw_only=True):
    """`shares` None: everything that the connection tells is this merchant's."""

    book: Book
    info: ConnectionRecord
    shares: Shares | None = None

    def products(self, products: Iterable[Product]) -> list[Product]:
        if self.shares is None or self.info.terms is None:
            return list(products)
        found = (own_product(product, self.info.terms, self.shares) for product in products)
        return [product for product in found if product is not None]

    def levels(self, levels: Iterable[StockLevel]) -> list[StockLevel]:
        if self.shares is None or self.info.terms is None:
            return list(levels)
        return list(own_levels(levels, self.info.terms, self.shares))

    def shipment(self, shipment: Shipment) -> Shipment:
        return shipment if self.info.terms is None else own_shipment(shipment, self.info.terms)

    def held(self, lease: Lease) -> Lease:
        """The run's lease, to write rows of this party's connection under."""
        return replace(lease, connection_id=self.info.id)

    def others(self) -> list[ConnectionRecord]:
        """The merchant's connections that run."""
        return [info for info in connections.all_of(self.book) if info.runs]
