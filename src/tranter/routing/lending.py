"""Whose is it: what a lent warehouse tells, sorted to the merchants who have a share of it."""

from collections.abc import Iterable

from msgspec.structs import replace

from tranter.model import Fulfillment, Product, Shares, Shipment, StockLevel, Terms


def own_product(product: Product, terms: Terms, shares: Shares) -> Product | None:
    """As the merchant calls it; None when it is not theirs."""
    sku = shares.own_sku(terms, product.sku)
    return None if sku is None else replace(product, sku=sku)


def own_levels(levels: Iterable[StockLevel], terms: Terms, shares: Shares) -> tuple[StockLevel, ...]:
    """Of the merchant's goods, at the merchant's location. A level without a location is of the only one there is."""
    found = ((level, shares.own_sku(terms, level.sku)) for level in levels if level.location in ("", terms.location))
    return tuple(replace(level, sku=sku) for level, sku in found if sku is not None)


def own_shipment(shipment: Shipment, terms: Terms) -> Shipment:
    """The parcel of an order that is known to be the merchant's, its lines in the merchant's words."""
    lines = (replace(line, sku=line.sku.removeprefix(terms.sku_prefix)) for line in shipment.lines)
    return replace(shipment, lines=tuple(lines))


def marked(fulfillment: Fulfillment, terms: Terms) -> Fulfillment:
    """As it is known at the warehouse: orders of two merchants may bear the same number."""
    return replace(
        fulfillment,
        number=terms.prefix + fulfillment.number,
        reference=terms.prefix + fulfillment.reference,
    )
