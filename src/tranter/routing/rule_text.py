"""Rules as people type them: "country is DE,AT", "route berlin"."""

import re

from tranter.routing.rule import (
    About,
    Action,
    AddLine,
    ChangeMethod,
    Condition,
    Delay,
    HoldIt,
    Route,
    SkipIt,
    Split,
    Tag,
    Test,
)
from tranter.routing.rule_check import RuleProblem

TIMES = re.compile(r"^(?P<sku>.+?)\s+x(?P<units>\d{1,9})$")
HOURS = re.compile(r"^(?P<hours>\d{1,9})\s*h?$")
DEEDS = ("route", "hold", "delay", "tag", "ship-method", "add-line", "split", "skip")


def read_condition(text: str) -> Condition:
    """ "sku starts CUP-,MUG-". Raises RuleProblem."""
    subject, _, rest = text.strip().partition(" ")
    test, _, words = rest.strip().partition(" ")
    try:
        about = About(subject.replace("-", "_").casefold())
    except ValueError:
        known = ", ".join(one.value.replace("_", "-") for one in About)
        raise RuleProblem(f"{text!r}: a condition begins with one of {known}") from None
    try:
        how = Test(test.replace("-", "_").casefold())
    except ValueError:
        known = ", ".join(one.value.replace("_", "-") for one in Test)
        raise RuleProblem(f"{text!r}: behind {subject} comes one of {known}") from None
    return Condition(about, how, split_words(words))


def split_words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_action(text: str) -> Action:
    """ "add-line LEAFLET x2". Raises RuleProblem."""
    deed, _, rest = text.strip().partition(" ")
    return make_action(deed.casefold().replace("_", "-"), rest.strip())


def make_action(deed: str, value: str) -> Action:
    match deed:
        case "route":
            return Route(value)
        case "hold":
            return HoldIt(value)
        case "skip":
            return SkipIt(value)
        case "tag":
            return Tag(value)
        case "ship-method":
            return ChangeMethod(value)
        case "split":
            return Split()
        case "delay":
            hours = HOURS.match(value)
            if hours is None:
                raise RuleProblem(f"delay: {value!r} is not a number of hours, such as 4")
            return Delay(int(hours["hours"]))
        case "add-line":
            times = TIMES.match(value)
            return AddLine(times["sku"], int(times["units"])) if times is not None else AddLine(value)
        case _:
            raise RuleProblem(f"{deed!r} is nothing that a rule does; it can: {', '.join(DEEDS)}")


def condition_text(condition: Condition) -> str:
    words = [condition.about.value.replace("_", "-"), condition.test.value.replace("_", "-")]
    return " ".join([*words, ",".join(condition.words)]).strip()


def action_parts(action: Action) -> tuple[str, str]:
    """(deed, value), which `make_action` reads back."""
    match action:
        case Route(warehouse=value):
            return "route", value
        case HoldIt(reason=value):
            return "hold", value
        case SkipIt(reason=value):
            return "skip", value
        case Tag(word=value):
            return "tag", value
        case ChangeMethod(method=value):
            return "ship-method", value
        case Delay(hours=hours):
            return "delay", f"{hours} h"
        case AddLine(sku=sku, quantity=units):
            return "add-line", sku if units == 1 else f"{sku} x{units}"
        case Split():
            return "split", ""


def action_text(action: Action) -> str:
    return " ".join(action_parts(action)).strip()
