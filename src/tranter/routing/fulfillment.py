"""A decision to send, put into the words of the warehouse's order."""

from collections.abc import Sequence

from msgspec.structs import replace

from tranter.model import Address, Fulfillment, FulfillmentLine, Money, Order, OrderLine, is_added, total
from tranter.routing.countries import country_code
from tranter.routing.decision import PlannedLine, Send


def fulfillment(order: Order, decision: Send, key: str, number: str = "") -> Fulfillment:
    """`number` is its cust_ref; without one it goes by the cart's number.

    Sent whole, the order keeps the cart's amounts. What stays behind takes its price and tax away.

    So the total differs from the sum of the parts by exactly as much as the order's does. `order.discount` is
    taken to hold the lines' discounts. Of several shares the first bears what belongs to no line (shipping, a voucher).
    """
    if order.ship_to is None:
        raise ValueError(f"order {order.remote_id} has no address to ship to")
    ship_to = decision.ship_to or order.ship_to
    bought = {line.line_id: line for line in order.lines}
    lines = tuple(_line(bought.get(planned.ordered_line), planned, order.currency) for planned in decision.lines)
    later = decision.lines[0].share if decision.lines else 0
    if later:
        order = _lines_only(order, lines, later)
    amount = order.subtotal - total((line.amount for line in lines), order.currency)
    discount = _discounts(order.lines, order.currency) - _discounts(lines, order.currency)
    tax = _taxes(order.lines, order.currency) - _taxes(lines, order.currency)
    return Fulfillment(
        key=key,
        reference=order.remote_id,
        number=number or order.number or order.remote_id,
        full_number=order.number or order.remote_id,
        ordered_at=order.ordered_at,
        currency=order.currency,
        buyer=order.buyer,
        ship_to=_addressed(ship_to),
        bill_to=None if order.bill_to is None else _addressed(order.bill_to),
        lines=lines,
        shipping=order.shipping,
        discount=order.discount - discount,
        tax=order.tax - tax,
        collected_tax=order.collected_tax,
        total=order.total - amount + discount - tax,
        ship_method=decision.ship_method,
        ship_by=order.ship_by,
        note=order.note,
        marketplace=order.marketplace,
        tax_references=order.tax_references,
    )


def shares(decision: Send) -> tuple[tuple[str, Send], ...]:
    """(warehouse, what it is asked to send), one for each fulfillment."""
    found: dict[int, list[PlannedLine]] = {}
    for line in decision.lines:
        found.setdefault(line.share, []).append(line)
    return tuple((lines[0].warehouse, replace(decision, lines=tuple(lines))) for _, lines in sorted(found.items()))


def _lines_only(order: Order, lines: Sequence[FulfillmentLine], later: int) -> Order:
    """A later share of it, as if it were an order of its own, told apart by its number and reference."""
    nothing = Money.zero(order.currency)
    discount, tax = _discounts(lines, order.currency), _taxes(lines, order.currency)
    amount = total((line.amount for line in lines), order.currency)
    own = [
        OrderLine(
            line_id=line.line_id,
            sku=line.sku,
            quantity=line.quantity,
            amount=line.amount,
            discount=line.discount,
            tax=line.tax,
        )
        for line in lines
    ]
    return replace(
        order,
        remote_id=f"{order.remote_id}/{later + 1}",
        number=f"{order.number or order.remote_id}-{later + 1}",
        lines=tuple(own),
        shipping=nothing,
        discount=discount,
        tax=tax,
        collected_tax=nothing,
        total=amount - discount + tax,
    )


def share(amount: Money, units: int, of: int) -> Money:
    """What `units` of all `of` units cost; the first ones are a minor unit dearer, as in `Money.split`."""
    if units == of:
        return amount
    each, rest = divmod(amount.minor, of)
    return Money(each * units + min(units, rest), amount.currency)


def _line(bought: OrderLine | None, planned: PlannedLine, currency: str) -> FulfillmentLine:
    if bought is None or is_added(planned.line_id):
        return FulfillmentLine(
            line_id=planned.line_id,
            sku=planned.sku,
            quantity=planned.quantity,
            amount=Money.zero(currency),
            product_id=planned.product_id,
        )

    def part(amount: Money) -> Money:
        whole, units = amount, bought.quantity
        if planned.part is not None:
            whole, units = amount.apportion(planned.part.weights)[planned.part.index], planned.part.units
        upto = share(whole, planned.before + planned.quantity, units)
        return upto - share(whole, planned.before, units) if planned.before else upto

    return FulfillmentLine(
        line_id=planned.line_id,
        sku=planned.sku,
        quantity=planned.quantity,
        amount=part(bought.amount),
        discount=None if bought.discount is None else part(bought.discount),
        tax=None if bought.tax is None else part(bought.tax),
        title=bought.title,
        product_id=planned.product_id,
        of_line=planned.part.of_line if planned.part is not None else "",
        per_unit=planned.part.per_unit if planned.part is not None else 1,
    )


def _discounts(lines: Sequence[OrderLine] | Sequence[FulfillmentLine], currency: str) -> Money:
    return total((line.discount for line in lines if line.discount is not None), currency)


def _taxes(lines: Sequence[OrderLine] | Sequence[FulfillmentLine], currency: str) -> Money:
    return total((line.tax for line in lines if line.tax is not None), currency)


def _addressed(address: Address) -> Address:
    code = country_code(address.country)
    return address if code == address.country else replace(address, country=code)
