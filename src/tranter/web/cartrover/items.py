"""The items of an order as this API tells them."""

from collections.abc import Mapping
from decimal import Decimal

from tranter.ledger.api_cards import OrderCard
from tranter.model import Money, Order, OrderLine, total
from tranter.web.cartrover.plain import amount, plain, yes

Fields = dict[str, object]


def item_objects(card: OrderCard, with_filtered: bool, with_extras: bool, with_aliases: bool) -> list[Fields]:
    """Lines of which nothing is to be sent are told to those who ask for them."""
    found = []
    for place, line in enumerate(card.order.lines, 1):
        if line.quantity > 0 or with_filtered:
            item = _item(card, line, place)
            given = given_item(card, line)
            extras = given.get("extra_fields")
            if with_extras:
                item["extra_fields"] = extras if isinstance(extras, dict) else {}
            if with_aliases:
                item["aliases"] = [{"code_type": "SKU", "code": line.sku}] if line.sku != item["item"] else []
            found.append(item)
    return found


def given_item(card: OrderCard, line: OrderLine) -> Mapping[str, object]:
    """Lines that were handed in are numbered as they came."""
    listed = card.given.get("items")
    items = [listed] if isinstance(listed, dict) else listed
    place = int(line.line_id) - 1 if card.is_handed_in and line.line_id.isdecimal() else -1
    if not isinstance(items, list) or not 0 <= place < len(items) or not isinstance(items[place], dict):
        return {}
    return dict(items[place])


def item_code(card: OrderCard, line_id: str) -> str:
    """As the client called it."""
    line = next((one for one in card.order.lines if one.line_id == line_id), None)
    if line is None:
        return ""
    return plain(given_item(card, line), "item") or line.sku


def off_lines(order: Order) -> Money:
    return total((line.discount for line in order.lines if line.discount is not None), order.currency)


def _item(card: OrderCard, line: OrderLine, place: int) -> Fields:
    given = given_item(card, line)
    code = plain(given, "item") or line.sku
    units = max(line.quantity, 1)
    off = line.discount.decimal() if line.discount is not None else Decimal(0)
    tax = line.tax.decimal() if line.tax is not None else Decimal(0)
    surcharge = amount(given, "shipping_surcharge") or amount(given, "shipping_subcharge")
    return {
        "line_no": plain(given, "line_no") or str(place),
        "item": code,
        "lot_number": plain(given, "lot_number"),
        "quantity": str(line.quantity),
        "price": amount(given, "price", 4) or f"{line.amount.decimal() / units:.4f}",
        "discount": amount(given, "discount", 4) or f"{off / units:.4f}",
        "addl_discount": amount(given, "addl_discount", 4) or "0.0000",
        "extended_amount": amount(given, "extended_amount") or f"{line.amount.decimal() - off:.2f}",
        "tax": f"{tax:.2f}",
        "shipping_surcharge": surcharge or "0.00",
        "line_item_id": plain(given, "line_item_id") or (None if card.is_handed_in else line.line_id),
        "line_comment": plain(given, "line_comment"),
        "Description": plain(given, "description") or (line.title or None),
        "alt_sku": line.sku if line.sku != code else None,
        "filtered_sku": yes(line.quantity <= 0),
        "line_location": "",
    }
