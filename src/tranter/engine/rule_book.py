"""A merchant's rules, changed by a person: tried out on what was bought lately, then saved."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tranter.engine.deciding_again import decide_again
from tranter.engine.dry_run import DryRun, Pair, compare, dry_run
from tranter.engine.hub import Hub
from tranter.engine.ruling import read_rule, rules_of, skus_named, stored_rule, wanted_by
from tranter.engine.warehouses import warehouses_of
from tranter.ledger import catalogue, connections, journal, rules
from tranter.ledger.book import Book
from tranter.ledger.rules import Edit
from tranter.routing.rule import Rule
from tranter.routing.rule_check import Known, RuleProblem, check
from tranter.routing.rule_list import moved, with_rule, without
from tranter.sdk.verbs import PullsOrders


class RulesSaved(Struct, frozen=True, kw_only=True):
    """`decided_again`: orders of which nothing was sent yet."""

    rules: tuple[Rule, ...]
    decided_again: int


def known(hub: Hub, book: Book, some: Sequence[Rule] = ()) -> Known:
    """What rules may name; of SKUs only those that these rules ask for are looked up."""
    warehouses = warehouses_of(hub, book)
    carts = [info.name for info in connections.all_of(book) if isinstance(hub.plug(info).connector, PullsOrders)]
    read = [info for info in warehouses if catalogue.has_products(info.id)]
    wanted = skus_named(some)
    skus = {sku for info in read for sku in catalogue.products_by_sku(book, info.id, wanted)} if read else None
    return Known(warehouses=tuple(info.name for info in warehouses), carts=tuple(carts), skus=skus)


def check_rule(hub: Hub, book: Book, rule: Rule) -> None:
    """Raises RuleProblem."""
    check(rule, known(hub, book, [rule]))


def test(hub: Hub, book: Book, after: Sequence[Rule]) -> DryRun:
    """What these rules instead of those of now would make of the last days' orders. Raises RuleProblem."""
    before = rules_of(book)
    _check_changed(hub, book, before, after)
    wanted = wanted_by([*before, *after])
    return dry_run(hub, book, lambda view: replace(view, rules=tuple(after)), wanted)


def test_all(hub: Hub, book: Book) -> DryRun:
    """What the rules of now do: no rules at all against them."""
    rules_now = rules_of(book)
    pair = Pair(lambda view: replace(view, rules=()), lambda view: replace(view, rules=rules_now))
    return compare(hub, book, pair, wanted_by(rules_now))


def test_alone(hub: Hub, book: Book, rule: Rule) -> DryRun:
    """What this one card does: the rules without it against the rules with it. Raises RuleProblem."""
    check_rule(hub, book, rule)
    before = rules_of(book)
    card = replace(rule, enabled=True)
    rest, whole = without(before, card), with_rule(before, card)
    pair = Pair(lambda view: replace(view, rules=rest), lambda view: replace(view, rules=whole))
    return compare(hub, book, pair, wanted_by(whole))


def add(hub: Hub, book: Book, rule: Rule, by: str, place: int | None = None) -> RulesSaved:
    """The last, or the `place`th. Raises RuleProblem, RulesChanged; so do the others."""
    after = with_rule(rules_of(book), replace(rule, id=0), place)
    return _save(hub, book, after, journal.Entry(what="rule_added", subject=rule.name, actor=by))


def change(hub: Hub, book: Book, rule: Rule, by: str) -> RulesSaved:
    """The one with its id becomes like this."""
    detail: journal.Detail = {"enabled": rule.enabled}
    entry = journal.Entry(what="rule_changed", subject=rule.name, actor=by, detail=detail)
    return _save(hub, book, with_rule(rules_of(book), rule), entry)


def move(hub: Hub, book: Book, rule: Rule, place: int, by: str) -> RulesSaved:
    entry = journal.Entry(what="rule_moved", subject=rule.name, actor=by, detail={"place": place})
    return _save(hub, book, moved(rules_of(book), rule, place), entry)


def remove(hub: Hub, book: Book, rule: Rule, by: str) -> RulesSaved:
    entry = journal.Entry(what="rule_removed", subject=rule.name, actor=by)
    return _save(hub, book, without(rules_of(book), rule), entry)


def _save(hub: Hub, book: Book, after: Sequence[Rule], said: journal.Entry) -> RulesSaved:
    """All of them, in this order; what was not sent is decided again."""
    before = rules.listed(book)
    known_before = tuple(read_rule(one) for one in before)
    _check_changed(hub, book, known_before, after)
    now = hub.ports.clock.now()
    rules.write(book, Edit(before=before, after=[stored_rule(rule) for rule in after], entry=said), now)
    return RulesSaved(rules=rules_of(book), decided_again=decide_again(hub, book))


def _check_changed(hub: Hub, book: Book, before: Sequence[Rule], after: Sequence[Rule]) -> None:
    """One that was saved before is not refused because the world changed since."""
    fresh = [rule for rule in after if rule not in before]
    around = known(hub, book, fresh)
    for rule in fresh:
        check(rule, around)
    names = [rule.name.casefold() for rule in after]
    twice = next((rule.name for rule in fresh if names.count(rule.name.casefold()) > 1), None)
    if twice is not None:
        raise RuleProblem(f"another rule is called {twice!r} already: give this one a name of its own")
