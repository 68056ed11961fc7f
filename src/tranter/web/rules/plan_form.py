"""How orders find their warehouse otherwise, as it is written on a page."""

from django.http import QueryDict

from tranter.routing.plan import Place, RoutingPlan
from tranter.routing.rule_text import split_words


def read_plan(given: QueryDict, before: RoutingPlan) -> RoutingPlan:
    """Warehouses by the numbers that somebody wrote; of the same number, as they stood."""
    places = [_place(given, place) for place in before.places]
    order = {place.name: _number(given.get(f"place-{place.name}", "")) for place in before.places}
    return RoutingPlan(
        places=tuple(sorted(places, key=lambda place: order[place.name])),
        split="split" in given,
        hold_without_stock="hold_without_stock" in given,
    )


def _place(given: QueryDict, place: Place) -> Place:
    return Place(
        name=place.name,
        orders=f"orders-{place.name}" in given,
        stock=f"stock-{place.name}" in given,
        regions=split_words(given.get(f"regions-{place.name}", "")),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 10_000
