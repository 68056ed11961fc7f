"""Products, variants, images, and the small tables around the account."""

from decimal import Decimal
from typing import Any

from tranter.connectors.tradegecko.simulator.bodies import Params, rows_of
from tranter.connectors.tradegecko.simulator.facts_account import EVENTS, TAX_COMPONENT, TAX_TYPE, WEBHOOK
from tranter.connectors.tradegecko.simulator.facts_goods import IMAGE, PRODUCT, VARIANT
from tranter.connectors.tradegecko.simulator.replies import invalid
from tranter.connectors.tradegecko.simulator.shapes import Resource
from tranter.connectors.tradegecko.simulator.state import APPLICATION_ID, State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import UnreadableError, parse_decimal, parse_int
from tranter.connectors.tradegecko.simulator.writes import accepted, defaults, readable, stored

VARIANT_DEFAULTS: Row = {
    "status": "active",
    "manage_stock": True,
    "keep_selling": False,
    "sellable": True,
    "purchasable": True,
    "taxable": True,
    "online_ordering": False,
    "composite": False,
}
ANNOUNCED = {
    "create": ("company", "contact", "address", "location"),
    "update": ("company", "contact", "address", "location", "account"),
}
PARENTS = {
    "contacts": ("company_id", "companies"),
    "addresses": ("company_id", "companies"),
    "notes": ("company_id", "companies"),
}


class PlainWriter:
    """A resource without rules of its own."""

    def __init__(self, state: State, resource: Resource) -> None:
        self.state, self.resource = state, resource

    def create(self, given: Params) -> Row:
        values = accepted(self.state, self.resource, given)
        self._check_parent(values)
        own = {"user_id": self.state.account()["billing_contact_id"]} if self.resource.plural == "notes" else {}
        row = self.state.add(self.resource.plural, {**defaults(self.resource), **own, **values})
        self._announce("create", row)
        return row

    def update(self, row: Row, given: Params) -> None:
        values = accepted(self.state, self.resource, given, row)
        self.state.change(self.resource.plural, row, values)
        self._announce("update", row)

    def delete(self, row: Row) -> None:
        self.state.remove(self.resource.plural, row)
        if self.resource.singular == "company":
            self.state.emit("company.destroy", row["id"])

    def _check_parent(self, values: Row) -> None:
        key, plural = PARENTS.get(self.resource.plural, ("", ""))
        if key and self.state.find(plural, values.get(key)) is None:
            raise invalid({key.removesuffix("_id"): ["can't be blank"]})

    def _announce(self, verb: str, row: Row) -> None:
        if self.resource.singular in ANNOUNCED[verb]:
            self.state.emit(f"{self.resource.singular}.{verb}", row["id"])


class ProductWriter:
    def __init__(self, state: State, variants: "VariantWriter") -> None:
        self.state, self.variants = state, variants

    def create(self, given: Params) -> Row:
        values = accepted(self.state, PRODUCT, given)
        product = self.state.add("products", {**defaults(PRODUCT), **values})
        for raw in rows_of(given, "variants"):
            self.variants.create({**raw, "product_id": product["id"]})
        self.state.emit("product.create", product["id"])
        return product

    def update(self, product: Row, given: Params) -> None:
        self.state.change("products", product, accepted(self.state, PRODUCT, given, product))

    def delete(self, product: Row) -> None:
        for variant in list(self.state.store.living("variants", "product_id", product["id"])):
            self.variants.delete(variant)
        self.state.remove("products", product)
        self.state.emit("product.destroy", product["id"])


class VariantWriter:
    """SKUs are not unique here, and nobody checks."""

    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = accepted(self.state, VARIANT, given)
        if self.state.find("products", values.get("product_id")) is None:
            raise invalid({"product": ["can't be blank"]})
        level = self._initial(values, "initial_stock_level")
        cost = self._initial(values, "initial_cost_price")
        place = parse_int(values.get("initial_stock_location_id") or "")
        own = {"last_cost_price": cost, "moving_average_cost": cost}
        variant = self.state.add("variants", {**VARIANT_DEFAULTS, **own, **stored(VARIANT, values)})
        self.state.emit("variant.create", variant["id"])
        if level:
            location_id = place or self.state.account()["primary_location_id"]
            self.state.stock.move(variant["id"], location_id, level)
        return variant

    def _initial(self, values: Row, name: str) -> Decimal | None:
        try:
            return parse_decimal(values[name]) if values.get(name) not in (None, "") else None
        except UnreadableError as complaint:
            raise invalid({name: [str(complaint)]}) from None

    def update(self, variant: Row, given: Params) -> None:
        self.state.change("variants", variant, accepted(self.state, VARIANT, given, variant))

    def delete(self, variant: Row) -> None:
        self.state.remove("variants", variant)


class ImageWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = accepted(self.state, IMAGE, given)
        name = str(values["url"]).rpartition("/")[2]
        siblings = self.state.store.where("images", "product_id", values["product_id"])
        own: dict[str, Any] = {
            "uploader_id": self.state.account()["billing_contact_id"],
            "position": len(siblings) + 1,
            "base_path": f"{self.state.base_url}/images",
            "file_name": name,
            "versions": ["thumbnail", "medium"],
            "image_processing": False,
        }
        image = self.state.add("images", {**own, **stored(IMAGE, values)})
        self.state.emit("image.create", image["id"])
        return image

    def update(self, image: Row, given: Params) -> None:
        raise invalid({"base": ["can't be changed"]})

    def delete(self, image: Row) -> None:
        self.state.remove("images", image)


class TaxTypeWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        row = self.state.add("tax_types", {**defaults(TAX_TYPE), **accepted(self.state, TAX_TYPE, given)})
        for position, raw in enumerate(rows_of(given, "tax_components")):
            part, _ = readable(TAX_COMPONENT, raw, creating=True)
            self.state.add("tax_components", {"position": position, **part, "tax_type_id": row["id"]})
        return row

    def update(self, row: Row, given: Params) -> None:
        self.state.change("tax_types", row, accepted(self.state, TAX_TYPE, given, row))

    def delete(self, row: Row) -> None:
        self.state.remove("tax_types", row)


class WebhookWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        values = self._checked(given, None)
        return self.state.add("webhooks", {**values, "oauth_application_id": APPLICATION_ID})

    def update(self, row: Row, given: Params) -> None:
        self.state.change("webhooks", row, self._checked(given, row))

    def delete(self, row: Row) -> None:
        self.state.remove("webhooks", row)

    def _checked(self, given: Params, row: Row | None) -> Row:
        values = accepted(self.state, WEBHOOK, given, row)
        if "event" in values and values["event"] not in EVENTS:
            raise invalid({"event": ["is not included in the list"]})
        if not str(values.get("address", "http")).startswith("http"):
            raise invalid({"address": ["is invalid"]})
        return values
