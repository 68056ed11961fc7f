"""What the seller gets for an order, to the minor unit. Pure.

eBay's own total holds the tax that eBay collects and pays itself, or leaves it out, depending on how it was
asked (`fieldGroups=TAX_BREAKDOWN`), so the seller's total is always added up from its parts.
https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:PricingSummary (2026-11)
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tranter.connectors.ebay import wire
from tranter.model import Money, MoneyError, Unreadable, total


class Totals(Struct, frozen=True, kw_only=True):
    """`shipping` is after its discount, `discount` covers the goods; both are positive.

    total = goods - discount + shipping + tax, and none of it is tax that eBay collects.
    """

    shipping: Money
    discount: Money
    tax: Money
    collected_tax: Money
    total: Money
    notes: tuple[str, ...] = ()


def money(amount: wire.Amount, currency: str) -> Money:
    """The amount in the order's currency: as it is, or as it was before eBay converted it."""
    try:
        if amount.currency in (currency, ""):
            return Money.parse(str(amount.value), currency)
        if amount.converted_from_currency == currency:
            return Money.parse(str(amount.converted_from_value), currency)
    except MoneyError as error:
        raise Unreadable(f"eBay's record holds an amount that can't be read: {error}", REMEDY) from error
    raise Unreadable(f"eBay's record mixes the currencies {currency} and {amount.currency}", REMEDY)


REMEDY = "compare the order's amounts in Seller Hub, and enter it by hand if they are right there"


def positive(amount: Money) -> Money:
    return Money(abs(amount.minor), amount.currency)


def line_discount(line: wire.Line, currency: str) -> Money:
    if line.discounted_line_item_cost is None:
        return Money.zero(currency)
    return money(line.line_item_cost, currency) - money(line.discounted_line_item_cost, currency)


def line_collected_tax(line: wire.Line, currency: str) -> Money:
    return total((money(tax.amount, currency) for tax in line.ebay_collect_and_remit_taxes), currency)


def line_tax(line: wire.Line, currency: str) -> Money:
    """The seller's own tax: what stands in `taxes` and is not eBay's.

    With TAX_BREAKDOWN eBay repeats there what it collects, under the same type; without, as one sum.
    """
    types = {tax.tax_type for tax in line.ebay_collect_and_remit_taxes}
    own = Money.zero(currency)
    for tax in line.taxes:
        if not (tax.tax_type in types or (types and not tax.tax_type)):
            own = own + money(tax.amount, currency)
    return own


def line_refunded(line: wire.Line, currency: str) -> Money:
    return total((money(refund.amount, currency) for refund in line.refunds), currency)


def order_refunded(remote: wire.Order, currency: str) -> Money | None:
    """What is under way counts too; eBay takes back what failed.

    https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:RefundStatusEnum (2026-11)
    """
    issued = [one for one in remote.payment_summary.refunds if one.refund_status != "FAILED"]
    return total((money(one.amount, currency) for one in issued), currency) if issued else None


def line_shipping(line: wire.Line, currency: str) -> Money:
    cost = line.delivery_cost
    paid = money(cost.shipping_cost, currency) + money(cost.handling_cost, currency)
    return paid - positive(money(cost.discount_amount, currency))


def whole_order(order: wire.Order, currency: str) -> Totals:
    lines, pricing = order.line_items, order.pricing_summary
    goods = _goods(lines, currency)
    discount = total((line_discount(line, currency) for line in lines), currency)
    if pricing.price_discount is not None:
        discount = positive(money(pricing.price_discount, currency))
    shipping = money(pricing.delivery_cost, currency) - positive(money(pricing.delivery_discount, currency))
    notes: list[str] = []
    adjustment = money(pricing.adjustment, currency)
    if adjustment.minor < 0:
        discount = discount - adjustment
        notes.append("a price adjustment counts as a discount")
    elif adjustment.minor > 0:
        shipping = shipping + adjustment
        notes.append("a price adjustment counts as shipping")
    return _check(order, _added(lines, currency, discount, shipping), goods, notes)


def part_of_order(lines: Sequence[wire.Line], currency: str) -> Totals:
    """The same for some of the lines, from what eBay says of each."""
    discount = total((line_discount(line, currency) for line in lines), currency)
    shipping = total((line_shipping(line, currency) for line in lines), currency)
    return _added(lines, currency, discount, shipping)


def _goods(lines: Iterable[wire.Line], currency: str) -> Money:
    return total((money(line.line_item_cost, currency) for line in lines), currency)


def _added(lines: Sequence[wire.Line], currency: str, discount: Money, shipping: Money) -> Totals:
    tax = total((line_tax(line, currency) for line in lines), currency)
    collected = total((line_collected_tax(line, currency) for line in lines), currency)
    return Totals(
        shipping=shipping,
        discount=discount,
        tax=tax,
        collected_tax=collected,
        total=_goods(lines, currency) - discount + shipping + tax,
    )


def _check(order: wire.Order, totals: Totals, goods: Money, notes: list[str]) -> Totals:
    said = money(order.pricing_summary.total, goods.currency)
    if said not in (totals.total, totals.total + totals.collected_tax):
        notes.append(f"eBay's total is {said.text()}, its parts add up to {totals.total.text()}: the parts count")
    return Totals(
        shipping=totals.shipping,
        discount=totals.discount,
        tax=totals.tax,
        collected_tax=totals.collected_tax,
        total=totals.total,
        notes=tuple(notes),
    )
