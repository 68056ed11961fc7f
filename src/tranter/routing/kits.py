"""Kits: SKUs that stand for several."""

from collections.abc import Iterable, Iterator, Mapping

from tranter.model import OrderLine
from tranter.model.kit import Recipe, weights
from tranter.routing.decision import KitPart, PlannedLine


def items_of(line: OrderLine, sku: str, kits: Mapping[str, Recipe]) -> Iterator[PlannedLine]:
    """What is sent of it: itself, or the components. One step only: a component is never taken apart again."""
    recipe = kits.get(sku)
    if recipe is None:
        yield PlannedLine(line_id=line.line_id, sku=sku, quantity=line.quantity)
        return
    parts = weights(recipe)
    for index, one in enumerate(recipe):
        yield PlannedLine(
            line_id=f"{line.line_id}/{index + 1}",
            sku=one.sku,
            quantity=one.quantity * line.quantity,
            part=KitPart(
                of_line=line.line_id,
                index=index,
                per_unit=one.quantity,
                units=one.quantity * line.quantity,
                weights=parts,
            ),
        )


def component_skus(skus: Iterable[str], kits: Mapping[str, Recipe]) -> set[str]:
    """What has to be at the warehouse for these."""
    return {one for sku in skus for one in ([part.sku for part in kits[sku]] if sku in kits else [sku])}


def kits_available(recipe: Recipe, available: Mapping[str, int | None]) -> int | None:
    """How many can be put together of what is there (None: not counted, there is always enough)."""
    possible = [max(free, 0) // one.quantity for one in recipe if (free := available[one.sku]) is not None]
    return min(possible, default=None)


def nested(kits: Mapping[str, Recipe]) -> list[tuple[str, str]]:
    """(kit, component) where the component is a kit itself: that is refused."""
    return [(sku, one.sku) for sku, recipe in kits.items() for one in recipe if one.sku in kits]
