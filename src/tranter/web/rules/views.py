"""Settings, Rules: ordered cards, each tried on what was bought lately, and routing where no card says so."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct
from msgspec.structs import replace

from tranter.engine import routing_plan, rule_book
from tranter.engine.dry_run import DryRun
from tranter.engine.hub import Hub
from tranter.engine.rule_book import RulesSaved
from tranter.engine.ruling import rules_of
from tranter.ledger.book import Book
from tranter.ledger.rules import RulesChanged
from tranter.routing.plan import PlanProblem, RoutingPlan
from tranter.routing.rule import Rule
from tranter.routing.rule_check import RuleProblem
from tranter.routing.rule_list import NoSuchRule, with_id, with_rule
from tranter.web.desk import Desk, NotHere
from tranter.web.rights import Right
from tranter.web.rules.card import Card, card_of, read_card, rule_of
from tranter.web.rules.plan_form import read_plan
from tranter.web.rules.words import ABOUT, DEEDS, TESTS, action_words, conditions_words
from tranter.web.settings.tabs import sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


class Shown(Struct, frozen=True, kw_only=True):
    rule: Rule
    when: str
    then: list[str]
    is_first: bool
    is_last: bool


@require_safe
def rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _list(request, desk, routing_plan.whole_plan(desk.house.hub, desk.book))


def _list(
    request: HttpRequest, desk: Desk, plan: RoutingPlan, problem: str = "", trial: DryRun | None = None
) -> HttpResponse:
    found = rules_of(desk.book)
    return show(
        request,
        desk,
        "rules/list.html",
        status=400 if problem else 200,
        tabs=tabs(desk, "rules"),
        rules=[_shown(rule, place, len(found)) for place, rule in enumerate(found)],
        plan=plan,
        problem=problem,
        trial=trial,
        may_work=desk.may(Right.WORK),
    )


def _shown(rule: Rule, place: int, count: int) -> Shown:
    return Shown(
        rule=rule,
        when=conditions_words(rule),
        then=[action_words(action) for action in rule.actions],
        is_first=place == 0,
        is_last=place == count - 1,
    )


def new_rule(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _edit(request, desk, Card())


def rule(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    return _edit(request, desk, card_of(_own(desk, rule)))


def _edit(request: HttpRequest, desk: Desk, card: Card) -> HttpResponse:
    """Save it, try it first, or ask for another row: whichever button was pressed."""
    if request.method != "POST":
        return _card(request, desk, card)
    card = read_card(request.POST, card.id, card.enabled)
    if request.POST.get("do") == "more":
        return _card(request, desk, card)
    try:
        made = rule_of(card)
        if request.POST.get("do") == "try":
            hub, after = desk.house.hub, with_rule(rules_of(desk.book), made)
            return _card(request, desk, card, trial=rule_book.test(hub, desk.book, after))
        work = rule_book.change if made.id else rule_book.add
        saved = work(desk.house.hub, desk.book, made, desk.actor)
    except (RuleProblem, RulesChanged) as problem:
        return _card(request, desk, card, sentence(problem))
    return _saved(request, desk, saved)


def _card(request: HttpRequest, desk: Desk, card: Card, problem: str = "", trial: DryRun | None = None) -> HttpResponse:
    known = rule_book.known(desk.house.hub, desk.book)
    return show(
        request,
        desk,
        "rules/card.html",
        status=400 if problem else 200,
        tabs=tabs(desk, "rules"),
        card=card,
        problem=problem,
        trial=trial,
        abouts=[(about.value, label) for about, label in ABOUT.items()],
        tests=[(test.value, label) for test, label in TESTS.items()],
        deeds=list(DEEDS.items()),
        words=[*known.warehouses, *known.carts],
    )


@require_safe
def try_rule(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    known = _own(desk, rule)
    try:
        trial = rule_book.test_alone(desk.house.hub, desk.book, known)
    except RuleProblem as problem:
        toast(request, sentence(problem), bad=True)
        return _back(desk)
    return show(request, desk, "rules/trial.html", tabs=tabs(desk, "rules"), rule=known, trial=trial)


@require_POST
def move_rule(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    place = request.POST.get("place", "")
    if not place.isdecimal() or len(place) > 5:
        return _back(desk)
    return _done(request, desk, lambda hub, book: rule_book.move(hub, book, _own(desk, rule), int(place), desk.actor))


@require_POST
def switch_rule(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    known = _own(desk, rule)
    switched = replace(known, enabled=request.POST.get("on") == "yes")
    return _done(request, desk, lambda hub, book: rule_book.change(hub, book, switched, desk.actor))


@require_POST
def remove_rule(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    return _done(request, desk, lambda hub, book: rule_book.remove(hub, book, _own(desk, rule), desk.actor))


def _done(request: HttpRequest, desk: Desk, work: Callable[[Hub, Book], RulesSaved]) -> HttpResponse:
    try:
        saved = work(desk.house.hub, desk.book)
    except (RuleProblem, RulesChanged) as problem:
        toast(request, sentence(problem), bad=True)
        return _back(desk)
    return _saved(request, desk, saved)


def _saved(request: HttpRequest, desk: Desk, saved: RulesSaved) -> HttpResponse:
    desk.house.wake()
    toast(request, f"{_('Saved.')} {_again(saved.decided_again)}".strip())
    return _back(desk)


def _again(count: int) -> str:
    if not count:
        return ""
    text = ngettext("%(count)s order was decided again.", "%(count)s orders were decided again.", count)
    return text % {"count": count}


@require_POST
def change_routing(request: HttpRequest, desk: Desk) -> HttpResponse:
    plan = read_plan(request.POST, routing_plan.whole_plan(desk.house.hub, desk.book))
    try:
        if request.POST.get("do") == "try":
            return _list(request, desk, plan, trial=routing_plan.test(desk.house.hub, desk.book, plan))
        again = routing_plan.save(desk.house.hub, desk.book, plan, desk.actor)
    except PlanProblem as problem:
        return _list(request, desk, plan, sentence(problem))
    desk.house.wake()
    toast(request, f"{_('Saved.')} {_again(again)}".strip())
    return _back(desk)


def _own(desk: Desk, rule: int) -> Rule:
    """Anybody else's are not there."""
    try:
        return with_id(rules_of(desk.book), rule)
    except NoSuchRule as error:
        raise NotHere("no such rule") from error


def _back(desk: Desk) -> HttpResponse:
    return HttpResponseRedirect(shell_of(desk).to("rules"), status=303)
