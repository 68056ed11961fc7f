"""How orders find their warehouse where no rule says so."""

from collections.abc import Iterable

from msgspec import Struct

from tranter.routing.countries import country_code, country_known
from tranter.routing.decision import Policy


class Place(Struct, frozen=True, kw_only=True):
    """One warehouse by its connection's name. `orders` False: rules alone send there. `stock`: carts show its stock."""

    name: str
    orders: bool = True
    stock: bool = True
    regions: tuple[str, ...] = ()


class RoutingPlan(Struct, frozen=True, kw_only=True):
    """`places` by priority; a warehouse that is not among them comes after them, as one that takes part in all."""

    places: tuple[Place, ...] = ()
    split: bool = False
    hold_without_stock: bool = False

    @property
    def policy(self) -> Policy:
        return Policy(split=self.split, hold_without_stock=self.hold_without_stock)

    def place(self, name: str) -> Place:
        return next((one for one in self.places if one.name == name), Place(name=name))

    def sorted(self, names: Iterable[str]) -> list[str]:
        """By priority."""
        listed = [one.name for one in self.places]
        return sorted(names, key=lambda name: listed.index(name) if name in listed else len(listed))


class PlanProblem(ValueError):
    """The plan can't be saved; the text says why and what to do."""


def check_plan(plan: RoutingPlan, warehouses: Iterable[str]) -> None:
    """Raises PlanProblem."""
    known = sorted(warehouses)
    for place in plan.places:
        if place.name not in known:
            raise PlanProblem(f"there is no warehouse {place.name!r}; known are: {', '.join(known) or 'none'}")
        for region in place.regions:
            check_region(region)
    if known and not any(plan.place(name).orders for name in known):
        raise PlanProblem("no warehouse would take orders: let at least one do so")


def check_region(region: str) -> None:
    country, _, _ = region.partition(":")[0].partition("-")
    if not country_known(country_code(country)) or region != region.strip():
        raise PlanProblem(
            f"{region!r} is no region: write a country (DE), one of its states (US-CA) "
            "or the beginning of a postcode (DE:8)"
        )
