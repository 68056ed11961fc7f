"""Stock out: absolute quantities, in the two ways that eBay has for its two families of listings.

https://developer.ebay.com/api-docs/sell/inventory/resources/inventory_item/methods/bulkUpdatePriceQuantity
https://developer.ebay.com/devzone/xml/docs/reference/ebay/ReviseInventoryStatus.html
"""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from msgspec import Struct

from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.refusals import Problem, RejectedByEbay
from tranter.connectors.ebay.trading import Problem as TradingProblem
from tranter.connectors.ebay.trading import Trading, element, text_of
from tranter.connectors.ebay.words import (
    INVENTORY_SYSTEM_ERRORS,
    INVENTORY_WANTS_TRADING,
    TRADING_SYSTEM_ERRORS,
    TRADING_WANTS_INVENTORY,
    Family,
)
from tranter.model import StockTarget
from tranter.sdk.verbs import StockAnswer, StockOutcome

BULK = "/sell/inventory/v1/bulk_update_price_quantity"


class _Row(Struct, rename="camel"):
    """A row for each offer, and one for each SKU that came without."""

    status_code: int
    sku: str = ""
    offer_id: str = ""
    errors: list[Problem] = []


class _Rows(Struct):
    responses: list[_Row]


def push(client: Client, trading: Trading, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
    if not targets:
        return ()
    match Family(targets[0].family or Family.INVENTORY.value):
        case Family.INVENTORY:
            return _push_inventory(client, targets)
        case Family.TRADING:
            return _push_trading(trading, targets)


def _push_inventory(client: Client, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
    try:
        reply = client.post(BULK, {"requests": _requests(targets)})
    except RejectedByEbay as refused:
        if len({target.sku for target in targets}) == 1:
            problem = Problem(refused.error_id, message=refused.reason)
            return tuple(_refused(target, problem, refused.status) for target in targets)
        # Quantities are absolute, so one at a time finds out which row spoils the call.
        alone = (_push_inventory(client, same) for same in _by_sku(targets).values())
        return _in_order(targets, (answer for answers in alone for answer in answers))
    rows = read(reply, _Rows).responses
    return tuple(_answer(target, rows) for target in targets)


def _by_sku(targets: Iterable[StockTarget]) -> dict[str, list[StockTarget]]:
    found: dict[str, list[StockTarget]] = {}
    for target in targets:
        found.setdefault(target.sku, []).append(target)
    return found


def _requests(targets: Sequence[StockTarget]) -> list[dict[str, object]]:
    """A page shows the lesser of the item's and its offer's quantity, so both are sent (probed 2026-09)."""
    requests: list[dict[str, object]] = []
    for sku, same in _by_sku(targets).items():
        quantity = max(target.quantity for target in same)
        request: dict[str, object] = {"sku": sku, "shipToLocationAvailability": {"quantity": quantity}}
        offers = [
            {"offerId": target.offer_id, "availableQuantity": target.quantity} for target in same if target.offer_id
        ]
        if offers:
            request["offers"] = offers
        requests.append(request)
    return requests


def _answer(target: StockTarget, rows: Sequence[_Row]) -> StockAnswer:
    """eBay says 200 for the whole and 400 in a row (seen in production): every row of the target counts."""
    mine = [
        row
        for row in rows
        if (row.offer_id and row.offer_id == target.offer_id) or (not row.offer_id and row.sku == target.sku)
    ]
    if not mine:
        return StockAnswer(key=target.key, outcome=StockOutcome.RETRY, reason="eBay's reply has no row for it")
    for row in mine:
        if row.errors or not 200 <= row.status_code < 300:
            problem = row.errors[0] if row.errors else Problem(message=f"status {row.status_code}")
            return _refused(target, problem, row.status_code)
    return StockAnswer(key=target.key, outcome=StockOutcome.DONE)


def _refused(target: StockTarget, problem: Problem, status: int) -> StockAnswer:
    reason = f"eBay {problem.error_id or status}: {problem.text}"
    if problem.error_id in INVENTORY_WANTS_TRADING:
        return StockAnswer(key=target.key, outcome=StockOutcome.MOVED, reason=reason, family=Family.TRADING.value)
    passing = problem.error_id in INVENTORY_SYSTEM_ERRORS or problem.category == "APPLICATION"
    if passing or status >= 500 or status == 429:
        return StockAnswer(key=target.key, outcome=StockOutcome.RETRY, reason=reason)
    return StockAnswer(key=target.key, outcome=StockOutcome.REJECTED, reason=reason)


def _push_trading(trading: Trading, targets: Sequence[StockTarget]) -> tuple[StockAnswer, ...]:
    """eBay's errors don't say whose they are: who is echoed is done, and who is left alone owns them."""
    answer = trading.ask("ReviseInventoryStatus", [_status(target) for target in targets])
    echoed = {(text_of(node, "ItemID"), text_of(node, "SKU")) for node in answer.root.findall("InventoryStatus")}
    left = [target for target in targets if not _is_echoed(target, echoed)]
    done = [StockAnswer(key=target.key, outcome=StockOutcome.DONE) for target in targets if target not in left]
    if len(left) == 1:
        done.append(_refused_by_trading(left[0], answer.problems))
    elif left:
        alone = (_push_trading(trading, [target]) for target in left)
        done.extend(each for answers in alone for each in answers)
    return _in_order(targets, done)


def _status(target: StockTarget) -> Element:
    """A variation wants item id and SKU, a listing without variations its item id alone."""
    content = [element("ItemID", target.listing_id)]
    if target.variation:
        content.append(element("SKU", target.sku))
    return element("InventoryStatus", *content, element("Quantity", str(target.quantity)))


def _is_echoed(target: StockTarget, echoed: set[tuple[str, str]]) -> bool:
    if target.variation:
        return (target.listing_id, target.sku) in echoed
    return any(item_id == target.listing_id for item_id, _ in echoed)


def _refused_by_trading(target: StockTarget, problems: Sequence[TradingProblem]) -> StockAnswer:
    if not problems:
        return StockAnswer(key=target.key, outcome=StockOutcome.RETRY, reason="eBay's reply has no row for it")
    problem = problems[0]
    reason = f"eBay {problem.code}: {problem.text}"
    if problem.code in TRADING_WANTS_INVENTORY:
        return StockAnswer(key=target.key, outcome=StockOutcome.MOVED, reason=reason, family=Family.INVENTORY.value)
    outcome = StockOutcome.RETRY if problem.code in TRADING_SYSTEM_ERRORS else StockOutcome.REJECTED
    return StockAnswer(key=target.key, outcome=outcome, reason=reason)


def _in_order(targets: Sequence[StockTarget], answers: Iterable[StockAnswer]) -> tuple[StockAnswer, ...]:
    by_key = {answer.key: answer for answer in answers}
    return tuple(by_key[target.key] for target in targets)
