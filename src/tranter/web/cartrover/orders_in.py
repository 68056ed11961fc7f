"""Orders handed in: one, several, a batch."""

from tranter.engine import handing_in
from tranter.engine.handing_in import NoOrdersTaken, Refused, Taken
from tranter.web.cartrover.bodies import Object, objects
from tranter.web.cartrover.caller import Caller
from tranter.web.cartrover.envelope import Answer, Code, Refusal
from tranter.web.cartrover.plain import plain

DUPLICATE = "OrderDuplicate"
Answers = list[Taken | Refused]


def create(caller: Caller) -> Answer:
    """Of one order it is told at the top; of several as of a batch. Where none was taken it is a refusal."""
    given = objects(caller.body)
    answers = _hand_in(caller, given)
    if len(given) == 1:
        match answers[0]:
            case Taken(reference=reference, number=number):
                return Answer(beside={"cust_ref": reference, "order_number": number})
            case Refused() as refused:
                raise Refusal(_message(refused), _code(refused))
    told = _told(given, answers)
    refusals = [one for one in answers if isinstance(one, Refused)]
    if len(refusals) == len(given):
        raise Refusal("; ".join(dict.fromkeys(map(_message, refusals))), _code(refusals[0]), details=told)
    return Answer(response=told, total=len(given))


def batch(caller: Caller) -> Answer:
    """Some may be refused: the whole is a success all the same."""
    if caller.body == []:
        return Answer(response={"success": [], "failed": []}, total=0)
    given = objects(caller.body)
    return Answer(response=_told(given, _hand_in(caller, given)), total=len(given))


def _hand_in(caller: Caller, given: list[Object]) -> Answers:
    try:
        answers = handing_in.hand_in(caller.hub, caller.book, caller.cart, given)
    except NoOrdersTaken as error:
        raise Refusal(str(error)) from error
    caller.house.wake()
    return answers


def _told(given: list[Object], answers: Answers) -> dict[str, object]:
    success: list[dict[str, object]] = []
    failed: list[dict[str, object]] = []
    for place, (order, answer) in enumerate(zip(given, answers, strict=True)):
        match answer:
            case Taken(reference=reference, number=number):
                success.append({"cust_ref": reference, "cust_po_no": number})
            case Refused() as refused:
                failed.append(_failure(place, order, refused))
    return {"success": success, "failed": failed}


def _failure(place: int, order: Object, refused: Refused) -> dict[str, object]:
    """Where nothing names the order its place does, counted from 0."""
    reference = plain(order, "cust_ref") or None
    found: dict[str, object] = {"cust_ref": reference, "cust_po_no": plain(order, "cust_po_no") or None}
    if reference is None:
        found["index_pos"] = place
    return found | {"message": _message(refused)}


def _message(refused: Refused) -> str:
    return DUPLICATE if refused.is_known else refused.cause


def _code(refused: Refused) -> Code:
    return Code.FAILURE if refused.is_known else Code.INVALID
