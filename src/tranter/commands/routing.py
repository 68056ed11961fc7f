"""How orders find their warehouse where no rule says so."""

from typing import TYPE_CHECKING, Any

import click

from tranter.commands.desk import Desk, at_desk
from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_table
from tranter.commands.rules import DRY_RUN, show_trial

if TYPE_CHECKING:
    from tranter.routing.plan import RoutingPlan

Chosen = tuple[str, ...]


@click.group()
def routing() -> None:
    """Which warehouse sends an order where no rule says so."""


@routing.command("show")
@at_desk
def show(desk: Desk) -> None:
    """Show the warehouses by priority, and what holds for all of them."""
    from tranter.engine.routing_plan import whole_plan

    _show(desk, whole_plan(desk.hub, desk.book))


@routing.command("set")
@click.option("--priority", help="Warehouses, the first first: berlin,london.")
@click.option(
    "--region", multiple=True, metavar="WAREHOUSE=REGIONS", help="Preferred for: berlin=DE,AT or london=GB:SW."
)
@click.option("--only-rules", multiple=True, metavar="WAREHOUSE", help="It gets orders by rules only.")
@click.option("--takes-orders", multiple=True, metavar="WAREHOUSE", help="It takes part again.")
@click.option("--hide-stock", multiple=True, metavar="WAREHOUSE", help="Carts do not show its stock.")
@click.option("--show-stock", multiple=True, metavar="WAREHOUSE", help="Carts show its stock again.")
@click.option("--split/--no-split", default=None, help="Orders may go in parts from several warehouses.")
@click.option("--hold-without-stock/--send-without-stock", default=None, help="Where no warehouse has enough.")
@DRY_RUN
@at_desk
def set_routing(desk: Desk, /, dry_run: bool, **chosen: Any) -> None:
    """Change it. Orders of which nothing was sent are decided again."""
    from tranter.engine import routing_plan

    plan = _changed(routing_plan.whole_plan(desk.hub, desk.book), chosen)
    if dry_run:
        show_trial(desk, routing_plan.test(desk.hub, desk.book, plan))
        return
    again = routing_plan.save(desk.hub, desk.book, plan, "operator")
    _show(desk, plan, f"saved, {again} orders decided again")


def _changed(plan: "RoutingPlan", chosen: dict[str, Any]) -> "RoutingPlan":
    from msgspec.structs import replace

    regions = dict(_region(text) for text in _words(chosen, "region"))
    names = [place.name for place in plan.places]
    priority = [word.strip() for word in str(chosen["priority"] or "").split(",") if word.strip()]
    named = {*priority, *regions, *(word for key in SWITCHES for word in _words(chosen, key))}
    places = {name: plan.place(name) for name in [*priority, *names, *sorted(named)]}
    for key, (field, value) in SWITCHES.items():
        for name in _words(chosen, key):
            places[name] = replace(places[name], **{field: value})
    for name, words in regions.items():
        places[name] = replace(places[name], regions=words)
    split, hold = chosen["split"], chosen["hold_without_stock"]
    return replace(
        plan,
        places=tuple(places.values()),
        split=plan.split if split is None else bool(split),
        hold_without_stock=plan.hold_without_stock if hold is None else bool(hold),
    )


SWITCHES = {
    "only_rules": ("orders", False),
    "takes_orders": ("orders", True),
    "hide_stock": ("stock", False),
    "show_stock": ("stock", True),
}


def _words(chosen: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(chosen[key])


def _region(text: str) -> tuple[str, Chosen]:
    name, given, words = text.partition("=")
    if not given:
        raise Failure(f"--region {text!r}: write WAREHOUSE=REGIONS, such as berlin=DE,AT", Exit.USAGE)
    return name.strip(), tuple(word.strip() for word in words.split(",") if word.strip())


def _show(desk: Desk, plan: "RoutingPlan", said: str = "") -> None:
    def draw() -> None:
        columns = ("", "warehouse", "takes orders", "stock at carts", "preferred for")
        rows = [
            (
                number,
                place.name,
                "yes" if place.orders else "by rules only",
                "shown" if place.stock else "not shown",
                ", ".join(place.regions),
            )
            for number, place in enumerate(plan.places, 1)
        ]
        print_table("warehouses", columns, rows)
        parts = "in parts where no warehouse has all of it" if plan.split else "never in parts"
        stock = "waits for a person" if plan.hold_without_stock else "goes to the first warehouse"
        click.echo(f"orders go {parts}; what no warehouse has enough of {stock}")
        if said:
            click.echo(said)

    desk.show(plan, draw)
