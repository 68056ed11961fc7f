"""What somebody who is signed in may do."""

from enum import Enum

from tranter.ledger.people import Person


class Right(Enum):
    """`OPEN` needs nobody, `SELF` anybody who is signed in.

    `HOUSE` is the installation's own: for its owners alone, who reach every merchant.
    """

    OPEN = "open"
    SELF = "self"
    SEE = "see"
    WORK = "work"
    RULE = "rule"
    HOUSE = "house"


_ROLES = {
    "viewer": frozenset({Right.OPEN, Right.SELF, Right.SEE}),
    "operator": frozenset({Right.OPEN, Right.SELF, Right.SEE, Right.WORK}),
    "owner": frozenset({Right.OPEN, Right.SELF, Right.SEE, Right.WORK, Right.RULE}),
}


def may(person: Person | None, right: Right) -> bool:
    if right is Right.OPEN:
        return True
    if person is None:
        return False
    if right is Right.HOUSE:
        return person.staff and person.everywhere and person.role == "owner"
    return right in _ROLES.get(person.role, frozenset())
