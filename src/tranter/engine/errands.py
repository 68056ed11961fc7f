"""Carrying out errands: one order after the other, by one process at a time."""

from collections.abc import Callable, Mapping

import structlog

from tranter.engine import changing, operator
from tranter.engine.hub import Hub
from tranter.engine.mistakes import where
from tranter.engine.operator import NotPossible, Outcome
from tranter.ledger import errands, lists
from tranter.ledger.book import Book
from tranter.ledger.lists import OrderView
from tranter.ledger.operator import ACTOR
from tranter.ledger.setup import StorageTrouble
from tranter.sdk.errors import ConnectorError

Deed = Callable[[Hub, Book, OrderView, Mapping[str, str], str], Outcome]

DEEDS: dict[str, Deed] = {
    "retry": lambda hub, book, order, detail, by: operator.retry(hub, book, order, by),
    "hold": lambda hub, book, order, detail, by: operator.hold(hub, book, order, detail.get("reason", ""), by),
    "release": lambda hub, book, order, detail, by: operator.release(hub, book, order, by),
    "stop": lambda hub, book, order, detail, by: operator.stop(hub, book, order, detail.get("reason", ""), by),
    "cancel": lambda hub, book, order, detail, by: operator.cancel(hub, book, order, detail.get("reason", ""), by),
    "resend": lambda hub, book, order, detail, by: operator.resend(hub, book, order, by=by),
    "send_anyway": lambda hub, book, order, detail, by: operator.send_anyway(hub, book, order, by),
    "send_changed": lambda hub, book, order, detail, by: changing.send_again(hub, book, order, by),
    "accept_change": lambda hub, book, order, detail, by: changing.accept(hub, book, order, by),
    "ignore_change": lambda hub, book, order, detail, by: changing.ignore(hub, book, order, by),
}
"""Each may be done twice to the same order: a process may die between the deed and its note."""


def carry_out(hub: Hub, is_dead: Callable[[str], bool], stop: Callable[[], bool]) -> int:
    """All that waits, the oldest errand first, until nothing does. How many orders that were."""
    owner, count = hub.ports.owner, 0
    while not stop():
        turn = errands.take(owner, is_dead)
        if turn is None:
            break
        book = Book(turn.merchant_id, hub.vault)
        answers = {}
        for order_id in turn.order_ids:
            if stop():
                break
            answers[order_id] = _tried(hub, book, turn, order_id)
        errands.note(turn, owner, answers, hub.ports.clock.now())
        count += len(answers)
    return count


def _tried(hub: Hub, book: Book, turn: errands.Turn, order_id: int) -> str:
    try:
        return _answer(hub, book, turn, order_id)
    except StorageTrouble:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake in one order must not keep the others waiting
        name, log = type(error).__name__, structlog.get_logger()
        number = lists.numbers(book, [order_id]).get(order_id, "")
        log.error("mistake", errand=turn.errand_id, order=number, error=name, where=where(error))
        return f"mistake/{name}"


def _answer(hub: Hub, book: Book, turn: errands.Turn, order_id: int) -> str:
    order = lists.order(book, order_id)
    by = f"user:{turn.user_id}" if turn.user_id is not None else ACTOR
    try:
        outcome = DEEDS[turn.what](hub, book, order, turn.detail, by)
    except NotPossible:
        return f"not_possible/{order.status}"
    except ConnectorError as error:
        return f"no_answer/{error.reason}"
    held = outcome.order.held
    return f"held/{held}" if held and not (turn.what == "hold" and held == "operator") else "done"
