"""Problems: what waits for a person, by cause; a cause is cured for all its orders at once. Errands carry that out."""

from typing import Annotated, Literal

import msgspec
from ninja import Query, Schema
from pydantic import Field

from tranter.engine import remedies
from tranter.engine.remedies import Cure, Fix
from tranter.ledger import errands, order_list, problems
from tranter.ledger.errands import ErrandState, Wanted
from tranter.ledger.order_filter import OrderQuery, Tab
from tranter.ledger.problems import Affected, Cause, Group
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get, post
from tranter.web.api.orders import OrderWords
from tranter.web.api.paging import Page, Paged, by_number, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Count, Given, Nothing, Number, Reason, Text, Word

State = Literal["open", "muted", "resolved"]
Deed = Literal["retry", "release", "resend", "stop", "cancel"]
ManyDeed = Literal["retry", "hold", "release", "stop", "cancel"]
MOST = 10_000


class ProblemsAsked(Given):
    state: State = "open"


class ProblemShown(msgspec.Struct, frozen=True, kw_only=True):
    """`cures` are what helps, the best first."""

    group: Group
    cures: tuple[Cure, ...]


def list_problems(desk: ApiDesk, asked: Query[ProblemsAsked]) -> Page[ProblemShown]:
    """What waits for a person by cause, the most urgent first."""
    found = problems.groups([desk.book], desk.now, asked.state)
    return whole([ProblemShown(group=one, cures=remedies.cures(one.cause.kind)) for one in found])


class CauseWords(Schema):
    kind: Word
    value: Text | None = None
    connection_id: Number | None = None

    def cause(self) -> Cause:
        return Cause(kind=self.kind, value=self.value, connection_id=self.connection_id)


class CauseAsked(CauseWords, Paged):
    """As a problem names it: `value` and `connection_id` narrow it."""

    state: State = "open"


def list_affected(desk: ApiDesk, asked: Query[CauseAsked]) -> Page[Affected]:
    """The orders, and whatever else, that wait for one cause; the longest waiting first."""

    def fetch(after: int | None, limit: int) -> list[Affected]:
        return problems.affected(desk.book, asked.cause(), asked.state, after or 0, limit)

    return by_number(desk, f"affected/{asked.state}/{asked.kind}", asked, fetch, lambda one: one.id)


class CauseGiven(CauseWords, Given):
    """As a problem names it: `value` and `connection_id` narrow it."""


def _cause(desk: ApiDesk, body: CauseGiven, state: str = "open") -> Cause:
    """One that there is."""
    cause = body.cause()
    if problems.group(desk.book, cause, state) is None:
        raise Problem("not-found", f"no {state} problem is of this cause")
    return cause


class FixGiven(CauseGiven):
    """`only_here`: a SKU of this cart's orders alone."""

    becomes: Word
    only_here: bool = False


def fix_problem(desk: ApiDesk, body: FixGiven) -> ErrandState:
    """Let the SKU or carrier of this cause mean another, and try all orders again that wait for it."""
    fix = Fix(cause=_cause(desk, body), becomes=body.becomes, only_here=body.only_here)
    return errands.state(desk.book, remedies.fix_and_release(desk.hub, desk.book, fix))


class DeedGiven(CauseGiven):
    what: Deed
    reason: Text = ""


def cure_problem(desk: ApiDesk, body: DeedGiven) -> ErrandState:
    """Do the same to every order of this cause."""
    wanted = Wanted(what=body.what, order_ids=(), detail={"reason": body.reason})
    return errands.state(desk.book, remedies.start(desk.book, _cause(desk, body), wanted, desk.hub))


def confirm_mass_change(desk: ApiDesk, body: CauseGiven) -> Count:
    """The yes to many listings falling to zero at once."""
    remedies.confirm_stock(desk.hub, desk.book, _cause(desk, body))
    return Count(1)


def mute_problem(desk: ApiDesk, body: CauseGiven) -> Count:
    """Off the list until it is cured. Orders that meet it later are shown."""
    return Count(problems.mute(desk.book, _cause(desk, body), desk.actor, desk.now))


def unmute_problem(desk: ApiDesk, body: CauseGiven) -> Count:
    """Back on the list."""
    return Count(problems.unmute(desk.book, _cause(desk, body, "muted"), desk.actor, desk.now))


def settle_problem(desk: ApiDesk, body: CauseGiven) -> Count:
    """It was seen to elsewhere. What is still wrong comes back."""
    return Count(problems.settle(desk.book, _cause(desk, body), desk.actor, desk.now))


class OrdersMeant(OrderWords, Given):
    """As the list of orders is asked."""

    tab: Tab = Tab.OPEN


class ErrandGiven(Reason):
    """Either `orders`, or all that `query` finds."""

    what: ManyDeed
    orders: Annotated[tuple[Number, ...], Field(max_length=MOST)] = ()
    query: OrdersMeant | None = None


def start_errand(desk: ApiDesk, body: ErrandGiven) -> ErrandState:
    """Do one thing to many orders, one after the other. The running hub does it; see how far it is."""
    if bool(body.orders) == (body.query is not None):
        raise Problem("refused", "name the orders, or a query that finds them")
    ids = list(body.orders)
    if body.query is not None:
        ids = order_list.ids([desk.book], OrderQuery(**body.query.model_dump()), MOST)
    wanted = Wanted(what=body.what, order_ids=ids, detail={"reason": body.reason})
    return errands.state(desk.book, errands.start(desk.book, wanted, desk.now))


def list_errands(desk: ApiDesk) -> Page[ErrandState]:
    """The newest errands."""
    return whole(errands.newest(desk.book, 50))


def get_errand(desk: ApiDesk, errand_id: Number) -> ErrandState:
    """How far it is, and what came of it."""
    return errands.state(desk.book, errand_id)


def stop_errand(desk: ApiDesk, errand_id: Number, body: Nothing) -> ErrandState:
    """What is not done yet stays as it is."""
    errands.state(desk.book, errand_id)
    errands.stop(desk.book, errand_id, desk.now)
    return errands.state(desk.book, errand_id)


OPERATIONS = (
    get("/problems", list_problems),
    get("/problems/affected", list_affected),
    post("/problems/fix", fix_problem),
    post("/problems/cure", cure_problem),
    post("/problems/confirm-mass-change", confirm_mass_change),
    post("/problems/mute", mute_problem),
    post("/problems/unmute", unmute_problem),
    post("/problems/settle", settle_problem),
    get("/errands", list_errands),
    post("/errands", start_errand, status=201),
    get("/errands/{errand_id}", get_errand),
    post("/errands/{errand_id}/stop", stop_errand),
)
