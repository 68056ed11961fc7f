"""Kits: SKUs that stand for several, and how many of each can be put together."""

from decimal import Decimal
from typing import Annotated

import msgspec
from ninja import Query
from pydantic import Field

from tranter.engine import mapping
from tranter.engine.kit_list import KitView, kits_there
from tranter.engine.mapping import Diff, Saved
from tranter.ledger import mappings as ledger
from tranter.ledger.mappings import KIT
from tranter.model.kit import MOST_COMPONENTS, MOST_UNITS, Component, checked, read_recipe, write_recipe
from tranter.web.api.desk import ApiDesk
from tranter.web.api.mappings import MappingsAsked
from tranter.web.api.operation import delete, get, post, put
from tranter.web.api.paging import Page, by_start
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Given, Word

Units = Annotated[int, Field(ge=1, le=MOST_UNITS)]
Worth = Annotated[Decimal, Field(ge=0, max_digits=13, decimal_places=4)]


class KitShown(msgspec.Struct, frozen=True, kw_only=True):
    """`available` null: a component is not at the warehouse or is not counted, or nothing has been read yet."""

    kit: str
    components: tuple[Component, ...]
    available: int | None


class ComponentGiven(Given):
    """`share`: what one of them is worth beside the others; given to all of them or to none."""

    sku: Word
    quantity: Units = 1
    share: Worth | None = None


class KitGiven(Given):
    kit: Word
    components: Annotated[tuple[ComponentGiven, ...], Field(min_length=1, max_length=MOST_COMPONENTS)]


class KitAsked(Given):
    kit: Word


def list_kits(desk: ApiDesk, asked: Query[MappingsAsked]) -> Page[KitShown]:
    """The kits, with what is in them."""

    def fetch(start: int, limit: int) -> tuple[list[KitShown], int]:
        found, total = ledger.page(desk.book, KIT, asked.search, start, limit)
        return [_shown(one) for one in kits_there(desk.hub, desk.book, [sku for _, sku, _ in found])], total

    return by_start(desk, f"kits/{asked.search}", asked, fetch)


def _shown(one: KitView) -> KitShown:
    return KitShown(kit=one.sku, components=read_recipe(one.recipe), available=one.available)


def set_kit(desk: ApiDesk, body: KitGiven) -> Saved:
    """Let a SKU stand for others. Orders that were not sent yet are decided again."""
    return mapping.save(desk.hub, desk.book, {KIT: {("", body.kit): _recipe(body)}}, desk.actor)


def preview_kit(desk: ApiDesk, body: KitGiven) -> Diff:
    """What it would change, and whether the warehouse has its components. Saves nothing."""
    return mapping.preview_one(desk.hub, desk.book, KIT, ("", body.kit), _recipe(body))


def _recipe(body: KitGiven) -> str:
    """Raises `BadRecipe`."""
    return write_recipe(checked(tuple(Component(**one.model_dump()) for one in body.components)))


def remove_kit(desk: ApiDesk, asked: Query[KitAsked]) -> None:
    """Let it be a SKU like any other again, for orders that were not sent yet."""
    saved = mapping.save(desk.hub, desk.book, {KIT: {("", asked.kit): None}}, desk.actor)
    if not saved.rows:
        raise Problem("not-found", f"there is no kit {asked.kit!r}")


OPERATIONS = (
    get("/kits", list_kits),
    put("/kits", set_kit),
    delete("/kits", remove_kit),
    post("/kits/preview", preview_kit),
)
