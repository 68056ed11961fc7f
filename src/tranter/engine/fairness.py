"""Turns at a lent warehouse: whoever has much to send leaves room for the others."""

import sys

from tranter.engine.run import Run
from tranter.ledger import lending


def share_of_calls(run: Run, verb: str) -> int:
    """How many may go in one turn: what is left, divided by those who wait. The house, which pulls for all, is one."""
    waiting = _contenders(run, verb)
    return max(run.plug.budget.left() // (waiting + 1), 1) if waiting > 1 else sys.maxsize


def gives_way(run: Run, verb: str) -> bool:
    """Others wait: this one comes again when they had their turn."""
    return _contenders(run, verb) > 1


def _contenders(run: Run, verb: str) -> int:
    return lending.contenders(run.info.lender, verb, run.now()) if run.info.lender is not None else 0
