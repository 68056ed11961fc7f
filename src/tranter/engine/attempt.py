"""Carrying out intents: claim, call, settle. What came back decides what happens next, in one place."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from msgspec import Struct

from tranter.engine.calls import as_row
from tranter.engine.fairness import gives_way, share_of_calls
from tranter.engine.retry import again_at
from tranter.engine.run import LeaseTooShort, Run
from tranter.ledger import intents, lists
from tranter.ledger.intents import Claim, Claimed, Outcome, Result
from tranter.sdk.call import CallNote
from tranter.sdk.errors import (
    AuthError,
    BudgetUsedUp,
    ConnectorError,
    RejectedError,
    TransientError,
    UnexpectedResponseError,
)
from tranter.sdk.verbs import Receipt, Sighting, Verdict

FIRST, LEAST, MOST = 32, 8, 1024
SENDING_SECONDS = 2.0
"""Of one batch, about: a crash leaves no more than that unknown."""

Send = Callable[[Claimed], Receipt]
LookUp = Callable[[Sequence[Claimed]], Sequence[Sighting]]
Settle = Callable[[Sequence[Result]], None]


class Steps(Struct, frozen=True, kw_only=True):
    """How one verb is carried out. `prepare` sees each batch before anything of it is looked up or sent."""

    send: Send
    look_up: LookUp
    settle: Settle
    prepare: Callable[[Sequence[Claimed]], None] = lambda _: None


def carry_out(run: Run, verb: str, steps: Steps) -> None:
    """Everything that is due of this verb: looked up or sent, batch after batch, until nothing is due."""
    limits = run.plug.manifest.limits
    intents.recover(run.book, run.lease, verb, limits.visibility_seconds, run.now())
    clock, size = run.hub.ports.clock, FIRST
    while batch := _claim(run, verb, size):
        run.failpoint(f"claimed.{verb}")
        steps.prepare(batch)
        began = clock.monotonic()
        results = _look_up_all(run, [item for item in batch if item.look], steps.look_up)
        results += run.hub.ports.pool.map(
            lambda item: _send_one(run, item, steps.send), [item for item in batch if not item.look]
        )
        size = _next_size(len(batch), clock.monotonic() - began)
        run.failpoint(f"answered.{verb}")
        steps.settle([result for result, _ in results])
        run.failpoint(f"settled.{verb}")
        _log_troubles(run, batch, [result for result, _ in results])
        refused = next((error for _, error in results if isinstance(error, AuthError)), None)
        if refused is not None:
            raise refused
        run.renew()
        if gives_way(run, verb):
            break
    run.come_back(intents.next_due_at(run.book, run.info.id, verb))


def _log_troubles(run: Run, batch: Sequence[Claimed], results: Sequence[Result]) -> None:
    """By the order's number; what a vendor said may name a buyer, so that is at the order alone."""
    bad = [result for result in results if result.outcome in (Outcome.UNKNOWN, Outcome.REJECTED)]
    if not bad:
        return
    orders = {item.id: item.order_id or 0 for item in batch}
    numbers = lists.numbers(run.book, [orders[result.intent_id] for result in bad])
    log = structlog.get_logger().bind(connection=run.info.name, verb=batch[0].verb)
    for result in bad:
        number = numbers.get(orders[result.intent_id], "")
        log.warning(f"push {result.outcome.value}", order=number, kind=result.kind)


def _next_size(sent: int, seconds: float) -> int:
    return max(LEAST, min(MOST, 4 * sent, int(sent * SENDING_SECONDS / max(seconds, 0.001))))


def _claim(run: Run, verb: str, size: int) -> list[Claimed]:
    run.renew()
    limits = run.plug.manifest.limits
    ask = Claim(
        verb=verb,
        limit=min(size, max(run.plug.budget.left(), 1), share_of_calls(run, verb)),
        repeat_safe_seconds=limits.repeat_safe_seconds,
    )
    batch = intents.claim(run.book, run.lease, ask, run.now())
    run.plug.budget.reserve(len(batch))
    return batch


Settled = tuple[Result, ConnectorError | None]


def _send_one(run: Run, item: Claimed, send: Send) -> Settled:
    with run.plug.calls.collect() as calls:
        try:
            run.failpoint(f"before_call.{item.verb}")
            run.check_time()
            receipt = send(item)
            run.failpoint(f"after_call.{item.verb}")
        except ConnectorError as error:
            return _failed(run, item, error, calls), error
        except LeaseTooShort:
            return Result(intent_id=item.id, outcome=Outcome.NOT_SENT, at=run.now()), None
        except NotNow as error:
            return _not_now(run, item, error), None
        return done(item, receipt, run, calls), None


class NotNow(Exception):
    """Something has to be settled before this one can be sent: it is given back for `seconds`.

    One that may have been carried out before is looked up meanwhile, for perhaps nobody wants it any more.
    """

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


def _not_now(run: Run, item: Claimed, error: NotNow) -> Result:
    due_at = run.now() + timedelta(seconds=error.seconds)
    return Result(
        intent_id=item.id,
        outcome=Outcome.NOT_SENT,
        at=run.now(),
        due_at=due_at,
        reason=str(error),
        look_first=item.doubtful,
    )


def _look_up_all(run: Run, items: Sequence[Claimed], look_up: LookUp) -> list[Settled]:
    size = max(run.plug.manifest.limits.look_up_batch, 1)
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    answers = run.hub.ports.pool.map(lambda batch: _look_up_batch(run, batch, look_up), batches)
    return [answer for batch in answers for answer in batch]


def _look_up_batch(run: Run, batch: Sequence[Claimed], look_up: LookUp) -> list[Settled]:
    with run.plug.calls.collect() as calls:
        try:
            run.check_time()
            found = {sighting.key: sighting for sighting in look_up(batch)}
        except ConnectorError as error:
            return [(_look_up_failed(run, item, error, calls), error) for item in batch]
        except LeaseTooShort:
            return [(Result(intent_id=item.id, outcome=Outcome.NOT_SENT, at=run.now()), None) for item in batch]
        return [(_sighted(run, item, found.get(item.key), calls), None) for item in batch]


def _sighted(run: Run, item: Claimed, sighting: Sighting | None, calls: Sequence[CallNote]) -> Result:
    now, rows = run.now(), tuple(as_row(call) for call in calls)
    wait = now + timedelta(seconds=run.plug.manifest.limits.visibility_seconds)
    if sighting is None or sighting.verdict is Verdict.ABSENT:
        return Result(intent_id=item.id, outcome=Outcome.ABSENT, at=now, due_at=wait, calls=rows)
    if sighting.verdict is Verdict.FOUND and sighting.receipt is not None:
        return done(item, sighting.receipt, run, calls)
    return Result(
        intent_id=item.id,
        outcome=Outcome.REJECTED,
        at=now,
        reason=sighting.reason or "the other system holds something like it, and it can't be told whether it is ours",
        remedy="look at both systems, then retry (it is looked up again) or cancel",
        kind=DOUBT_KINDS[item.verb],
        calls=rows,
    )


DOUBT_KINDS = {
    "push_fulfillment": "doubtful_at_warehouse",
    "push_shipment": "shipped_at_cart",
    "push_cancellation": "cancel_in_doubt",
}


def done(item: Claimed, receipt: Receipt, run: Run, calls: Sequence[CallNote]) -> Result:
    return Result(
        intent_id=item.id,
        outcome=Outcome.DONE,
        at=run.now(),
        remote_id=receipt.remote_id,
        remote_number=receipt.number,
        url=receipt.url,
        committed=receipt.committed,
        lines=receipt.lines,
        links=tuple((link.kind, link.key, link.remote_id) for link in receipt.links),
        notes=receipt.notes,
        calls=tuple(as_row(call) for call in calls),
    )


def _failed(run: Run, item: Claimed, error: ConnectorError, calls: Sequence[CallNote]) -> Result:
    now, rows = run.now(), tuple(as_row(call) for call in calls)
    visible = now + timedelta(seconds=run.plug.manifest.limits.visibility_seconds)
    match error:
        case BudgetUsedUp():
            at = again_at(now, 1, error.retry_after, run.hub.ports.random)
            return Result(intent_id=item.id, outcome=Outcome.NOT_SENT, at=now, due_at=at)
        case TransientError(not_done=True):
            at = again_at(now, item.attempts + 1, error.retry_after, run.hub.ports.random)
            outcome = Outcome.AGAIN
        case AuthError():
            at, outcome = now, Outcome.NOT_SENT
        case RejectedError():
            return Result(
                intent_id=item.id,
                outcome=Outcome.REJECTED,
                at=now,
                due_at=visible,
                reason=error.reason,
                remedy=error.remedy,
                kind=error.kind,
                value=error.value,
                calls=rows,
            )
        case TransientError() | UnexpectedResponseError():
            at, outcome = visible, Outcome.UNKNOWN
        case _:
            at, outcome = visible, Outcome.UNKNOWN
    return Result(intent_id=item.id, outcome=outcome, at=now, due_at=at, reason=error.reason, calls=rows)


def _look_up_failed(run: Run, item: Claimed, error: ConnectorError, calls: Sequence[CallNote]) -> Result:
    """Reading changes nothing: the look-up is simply made again later."""
    retry_after = error.retry_after if isinstance(error, TransientError) else None
    at = again_at(run.now(), item.absences + 1, retry_after, run.hub.ports.random)
    rows = tuple(as_row(call) for call in calls)
    return Result(intent_id=item.id, outcome=Outcome.AGAIN, at=run.now(), due_at=at, reason=error.reason, calls=rows)
