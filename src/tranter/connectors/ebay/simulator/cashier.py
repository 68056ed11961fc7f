"""The till: turns a purchase into an order with eBay's ids, prices, postage and collected tax."""

from datetime import datetime
from random import Random

from tranter.connectors.ebay.simulator.catalogue import Catalogue, Listing, Variation
from tranter.connectors.ebay.simulator.money import ZERO, rounded
from tranter.connectors.ebay.simulator.orders import Buyer, Line, Order, Payment, Program
from tranter.connectors.ebay.simulator.people import PLACES, draw_buyer
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.connectors.ebay.simulator.shelves import ODD_SKUS
from tranter.connectors.ebay.simulator.sites import SITES, usual_tax


class Cashier:
    def __init__(self, catalogue: Catalogue, random: Random) -> None:
        self.catalogue, self.random = catalogue, random
        self._order_ids: set[str] = set()
        self._sales_record = 10_000
        self._buyers = 0
        self._line_items = 0

    def ring_up(self, purchase: Purchase, now: datetime) -> Order:
        found = [self._find(want, purchase.substitute) for want in purchase.wants]
        first = found[0][0]
        marketplace = purchase.marketplace or first.marketplace
        currency = purchase.currency or first.currency
        buyer = purchase.buyer or self._stranger(marketplace)
        ship_to = purchase.ship_to or buyer.address
        tax = None if purchase.untaxed else purchase.tax
        if tax is None and not purchase.untaxed:
            tax = usual_tax(SITES[first.marketplace].country, ship_to.country)
        created_at = now.replace(microsecond=0)
        lines = [self._line(want, found[number]) for number, want in enumerate(purchase.wants)]
        for line in lines:
            line.purchase_marketplace = marketplace
            line.collected_tax = rounded(line.total * tax.rate, currency) if tax else ZERO
        self._sales_record += 1
        return Order(
            order_id=self.new_order_id(),
            sales_record=str(self._sales_record),
            created_at=created_at,
            modified_at=created_at,
            currency=currency,
            buyer=buyer,
            ship_to=ship_to,
            lines=lines,
            tax=tax,
            note=purchase.note,
            carrier=purchase.carrier,
            service=purchase.service,
            program=purchase.program,
            reference_id=self._reference(purchase.program),
            payment=Payment.PAID if purchase.paid else Payment.PENDING,
            paid_at=now if purchase.paid else None,
            planted=purchase.planted,
        )

    def line(self, want: Want) -> Line:
        return self._line(want, self._find(want, substitute=False))

    def new_order_id(self) -> str:
        """`NN-NNNNN-NNNNN`, never twice."""
        while True:
            head, middle, tail = (self.random.randrange(1, n) for n in (30, 100_000, 100_000))
            order_id = f"{head:02d}-{middle:05d}-{tail:05d}"
            if order_id not in self._order_ids:
                self._order_ids.add(order_id)
                return order_id

    def _find(self, want: Want, substitute: bool) -> tuple[Listing, Variation]:
        offered = self.catalogue.with_sku(want.sku)
        if want.listing_id:
            offered = [pair for pair in offered if pair[0].listing_id == want.listing_id]
        if not offered:
            raise LookupError(f"no listing sells {want.sku!r} {want.listing_id}")
        best = max(offered, key=lambda pair: self.catalogue.shown(*pair))
        if substitute and self.catalogue.shown(*best) < want.quantity:
            return self._something_else(best, want)
        return offered[0] if self.catalogue.shown(*offered[0]) >= want.quantity else best

    def _something_else(self, sold_out: tuple[Listing, Variation], want: Want) -> tuple[Listing, Variation]:
        """A buyer who finds a listing empty takes another article of the same site, if there is one."""
        for listing in self.catalogue.listings.values():
            for variation in listing.variations:
                same_site = listing.marketplace == sold_out[0].marketplace
                enough = self.catalogue.shown(listing, variation) >= want.quantity
                if same_site and enough and variation.sku not in ODD_SKUS:
                    return listing, variation
        return sold_out

    def _line(self, want: Want, found: tuple[Listing, Variation]) -> Line:
        listing, variation = found
        self._line_items += self.random.randrange(1, 1000)
        return Line(
            line_item_id=str(10_000_000_000_000 + self._line_items),
            transaction_id=f"{self.random.randrange(10**12, 10**13)}",
            listing_id=listing.listing_id,
            sku=variation.sku if want.as_sku is None else want.as_sku,
            title=want.title or listing.title,
            quantity=want.quantity,
            unit_price=variation.price if want.unit_price is None else want.unit_price,
            listing_marketplace=listing.marketplace,
            purchase_marketplace=listing.marketplace,
            variation_id=variation.variation_id,
            aspects=dict(variation.aspects),
            discount=want.discount,
            shipping=want.shipping,
            shipping_discount=want.shipping_discount,
        )

    def _stranger(self, marketplace: str) -> Buyer:
        self._buyers += 1
        country = SITES[marketplace].country
        return draw_buyer(self.random, country if country in PLACES else "US", 90_000 + self._buyers)

    def _reference(self, program: Program) -> str:
        if program in (Program.INTERNATIONAL_SHIPPING, Program.AUTHENTICITY):
            return f"{self.random.randrange(10**15, 10**16)}"
        return ""
