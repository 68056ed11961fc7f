"""Rules in the words of a page."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tranter.routing.rule import About, Action, Condition, Delay, Rule, Test
from tranter.routing.rule_text import action_parts

Label = str | Promise

ABOUT: Mapping[About, Label] = {
    About.COUNTRY: _("Country"),
    About.REGION: _("State or region"),
    About.POSTAL_CODE: _("Postcode"),
    About.SKU: _("A SKU of it"),
    About.SHIP_METHOD: _("Ship method at the cart"),
    About.VALUE: _("Value of the order"),
    About.QUANTITY: _("Units in all"),
    About.WEIGHT: _("Weight of the order"),
    About.TAG: _("Tag"),
    About.MARKETPLACE: _("Marketplace"),
    About.CART: _("Cart"),
    About.NOTE: _("Buyer's note"),
}
TESTS: Mapping[Test, Label] = {
    Test.IS: _("is"),
    Test.IS_NOT: _("is not"),
    Test.STARTS: _("begins with"),
    Test.ENDS: _("ends with"),
    Test.CONTAINS: _("contains"),
    Test.AT_LEAST: _("is at least"),
    Test.AT_MOST: _("is at most"),
    Test.GIVEN: _("is given"),
}
DEEDS: Mapping[str, Label] = {
    "route": _("Send it from"),
    "hold": _("Hold it, because"),
    "delay": _("Wait this many hours"),
    "tag": _("Tag it"),
    "ship-method": _("Ship it by"),
    "add-line": _("Add this SKU for free"),
    "split": _("Send these lines apart"),
    "skip": _("Don't take it, because"),
}


def condition_words(condition: Condition) -> str:
    said = f"{ABOUT[condition.about]} {TESTS[condition.test]} {_now(' or ').join(condition.words)}"
    return said.strip()


def action_words(action: Action) -> str:
    if isinstance(action, Delay):
        return ngettext("Wait %(count)s hour", "Wait %(count)s hours", action.hours) % {"count": action.hours}
    deed, value = action_parts(action)
    return f"{DEEDS[deed]} {value}".strip()


def conditions_words(rule: Rule) -> str:
    if not rule.conditions:
        return _now("Every order")
    between = _now(" and ") if rule.every else _now(" or ")
    return between.join(condition_words(one) for one in rule.conditions)
