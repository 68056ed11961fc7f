"""What the rules that hold make of an order."""

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from tranter.routing.rule import (
    Action,
    AddLine,
    ChangeMethod,
    Delay,
    HoldIt,
    Route,
    Rule,
    SkipIt,
    Split,
    Tag,
)
from tranter.routing.rule_conditions import Seen, holds, own_lines


class Added(Struct, frozen=True):
    sku: str
    quantity: int


class Apart(Struct, frozen=True):
    """Lines that go as a fulfillment of their own, to that warehouse where one is named."""

    lines: frozenset[str]
    route: str = ""


class Applied(Struct, frozen=True):
    """Which rule held, and what it did, in words; or why nobody can say whether it holds."""

    rule: str
    did: tuple[str, ...]


class Because(Struct, frozen=True):
    rule: str
    reason: str


class Ruled(Struct, frozen=True, kw_only=True):
    """`ship_method` None: the cart's word counts. The first rule that routes or names a method has its way.

    `unweighed`: SKUs on whose unknown weight a rule hung, which therefore did not apply.
    """

    route: str = ""
    hold: Because | None = None
    skip: Because | None = None
    delay_hours: int = 0
    ship_method: str | None = None
    tags: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    apart: tuple[Apart, ...] = ()
    applied: tuple[Applied, ...] = ()
    unweighed: tuple[str, ...] = ()


NOTHING = Ruled()


def apply_rules(rules: Iterable[Rule], seen: Seen) -> Ruled:
    """In their sequence; a later one sees the tags of the earlier ones."""
    found = NOTHING
    for rule in rules:
        now = replace(seen, tags=seen.tags | set(found.tags)) if found.tags else seen
        verdict = holds(rule, now) if rule.enabled else False
        if verdict is None:
            found = _set_aside(found, rule, now)
        elif verdict:
            found = _after(found, rule, now)
    return found


def _set_aside(found: Ruled, rule: Rule, seen: Seen) -> Ruled:
    unknown = seen.weighed().unknown
    skus = ", ".join(repr(sku) for sku in unknown[:5]) + (", …" if len(unknown) > 5 else "")
    said = Applied(rule.name, (f"does not apply: the weight of {skus} is not known",))
    unweighed = tuple(dict.fromkeys((*found.unweighed, *unknown)))
    return replace(found, applied=(*found.applied, said), unweighed=unweighed)


def _after(found: Ruled, rule: Rule, seen: Seen) -> Ruled:
    did: list[str] = []
    splits = any(isinstance(action, Split) for action in rule.actions)
    if splits:
        found = _split(found, rule, seen, did)
    for action in rule.actions:
        if isinstance(action, Split) or (splits and isinstance(action, Route)):
            continue
        changed = _done(found, action, rule.name)
        if changed != found:
            did.append(said(action))
        found = changed
    return replace(found, applied=(*found.applied, Applied(rule.name, tuple(did)))) if did else found


def _split(found: Ruled, rule: Rule, seen: Seen, did: list[str]) -> Ruled:
    taken = {line for part in found.apart for line in part.lines}
    lines = frozenset(own_lines(rule, seen)) - taken
    route = next((action.warehouse for action in rule.actions if isinstance(action, Route)), "")
    if not lines:
        return found
    did.append(f"lines {', '.join(sorted(lines))} go apart" + (f" to {route}" if route else ""))
    return replace(found, apart=(*found.apart, Apart(lines, route)))


def _done(found: Ruled, action: Action, rule: str) -> Ruled:
    match action:
        case Route():
            return found if found.route else replace(found, route=action.warehouse)
        case HoldIt():
            return found if found.hold else replace(found, hold=Because(rule, action.reason))
        case SkipIt():
            return found if found.skip else replace(found, skip=Because(rule, action.reason))
        case Delay():
            return replace(found, delay_hours=max(found.delay_hours, action.hours))
        case Tag():
            return found if action.word in found.tags else replace(found, tags=(*found.tags, action.word))
        case ChangeMethod():
            return found if found.ship_method is not None else replace(found, ship_method=action.method)
        case AddLine():
            return replace(found, added=(*found.added, Added(action.sku, action.quantity)))
        case Split():
            return found
        case _:
            assert_never(action)


def said(action: Action) -> str:
    match action:
        case Route():
            return f"goes to {action.warehouse}"
        case HoldIt():
            return f"is held: {action.reason}"
        case SkipIt():
            return f"is not taken: {action.reason}"
        case Delay():
            return f"waits {action.hours} h"
        case Tag():
            return f"is tagged {action.word}"
        case ChangeMethod():
            return f"is sent by {action.method}"
        case AddLine():
            return f"gets {action.quantity} × {action.sku}"
        case Split():
            return "these lines go apart"
        case _:
            assert_never(action)
