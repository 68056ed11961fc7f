"""Orders: created whole (company, addresses and lines inside), edited, deleted."""

from dataclasses import dataclass

from tranter.connectors.tradegecko.simulator import progress
from tranter.connectors.tradegecko.simulator.bodies import Params, rows_of
from tranter.connectors.tradegecko.simulator.facts_sales import ADDRESS, COMPANY, ORDER
from tranter.connectors.tradegecko.simulator.order_lines import add_lines, read_lines
from tranter.connectors.tradegecko.simulator.replies import Errors, invalid, refused
from tranter.connectors.tradegecko.simulator.state import APPLICATION_ID, State
from tranter.connectors.tradegecko.simulator.store import Row
from tranter.connectors.tradegecko.simulator.wire import parse_int
from tranter.connectors.tradegecko.simulator.writes import defaults, prefixed, readable, too_long

OLD_NAMES = {"tax_type": "tax_treatment", "due_at": "ship_at", "url": "source_url"}
SETTABLE = ("draft", "active", "finalized")
CLOSED = ("fulfilled", "void", "deleted")
PREFIX, WIDTH = "SO", 4


@dataclass
class Draft:
    """An order that is checked, but not stored yet: nothing is kept of a create that fails."""

    values: Row
    errors: Errors
    company: Row | None = None
    shipping: Row | None = None
    billing: Row | None = None


class OrderWriter:
    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, given: Params) -> Row:
        given = {OLD_NAMES.get(name, name): value for name, value in given.items()}
        draft = self._read(given)
        lines = read_lines(self.state, rows_of(given, "order_line_items"), draft.values, draft.errors)
        if draft.errors:
            raise invalid(draft.errors)
        if self.state.options.max_lines is not None and len(lines) > self.state.options.max_lines:
            raise refused(503, "The request took too long")
        order = self._store(draft)
        add_lines(self.state, order, lines)
        progress.refresh(self.state, order)
        self.state.emit("order.create", order["id"])
        if order["status"] == "finalized":
            self.state.emit("order.finalized", order["id"])
        return order

    def update(self, order: Row, given: Params) -> None:
        given = {OLD_NAMES.get(name, name): value for name, value in given.items()}
        values, errors = readable(ORDER, given, creating=False)
        errors |= too_long(self.state, values)
        self._check_status(values, errors, order)
        self._check_number(values, errors, order)
        for name, plural in (("company_id", "companies"), ("shipping_address_id", "addresses")):
            if values.get(name) is not None and self.state.find(plural, values[name]) is None:
                errors[name.removesuffix("_id")] = ["can't be blank"]
        lines = read_lines(self.state, self._new_lines(order, given), {**order, **values}, errors)
        if lines and not progress.lines_may_change(self.state, order):
            errors["order_line_items"] = ["can't be changed at this stage"]
        if errors:
            raise invalid(errors)
        was = order["status"]
        self.state.change("orders", order, values)
        add_lines(self.state, order, lines)
        progress.refresh(self.state, order)
        finalized = order["status"] == "finalized" != was
        self.state.emit("order.finalized" if finalized else "order.update", order["id"])

    def _new_lines(self, order: Row, given: Params) -> list[Params]:
        """A line with an id of this order stands there already: it was only sent back."""
        known = {str(line["id"]) for line in progress.lines_of(self.state, order)}
        return [raw for raw in rows_of(given, "order_line_items") if str(raw.get("id")) not in known]

    def delete(self, order: Row) -> None:
        shipped = self.state.store.living("fulfillments", "order_id", order["id"])
        if any(fulfillment["status"] == "fulfilled" for fulfillment in shipped):
            raise invalid({"base": ["has fulfillments and can't be deleted"]})
        self.state.remove("orders", order)
        progress.refresh(self.state, order)
        self.state.emit("order.destroy", order["id"])

    def _read(self, given: Params) -> Draft:
        values, errors = readable(ORDER, given, creating=True)
        draft = Draft(values, errors | too_long(self.state, values))
        values.setdefault("status", "draft")
        if values.get("issued_at") is None:
            draft.errors["issued_at"] = ["can't be blank"]
        self._check_status(values, draft.errors, None)
        self._check_number(values, draft.errors, None)
        self._read_company(given, draft)
        self._read_addresses(given, draft)
        self._read_currency(given, draft)
        return draft

    def _check_status(self, values: Row, errors: Errors, order: Row | None) -> None:
        status = values.get("status")
        if status is None or (order is not None and status == order["status"]):
            return
        if status not in SETTABLE or (order is not None and order["status"] in CLOSED):
            errors["status"] = ["is not included in the list"]

    def _check_number(self, values: Row, errors: Errors, order: Row | None) -> None:
        number = values.get("order_number")
        if not number or not self.state.options.reject_duplicate_order_numbers:
            return
        others = self.state.store.living("orders", "order_number", number)
        if any(other is not order for other in others):
            errors["order_number"] = ["has already been taken"]

    def _read_company(self, given: Params, draft: Draft) -> None:
        embedded = given.get("company")
        if isinstance(embedded, dict) and draft.values.get("company_id") is None:
            draft.company, errors = readable(COMPANY, embedded, creating=True)
            errors |= too_long(self.state, draft.company)
            errors |= {name: ["can't be blank"] for name in ("name", "company_type") if not draft.company.get(name)}
            draft.errors |= prefixed(errors, "company")
        elif self.state.find("companies", draft.values.get("company_id")) is None:
            draft.errors["company"] = ["can't be blank"]

    def _read_addresses(self, given: Params, draft: Draft) -> None:
        for role in ("shipping", "billing"):
            embedded = given.get(f"{role}_address")
            if isinstance(embedded, dict):
                values, errors = readable(ADDRESS, embedded, creating=True)
                if not (values.get("address1") or "").strip():
                    errors["address1"] = ["can't be blank"]
                errors |= too_long(self.state, values)
                draft.errors |= prefixed(errors, f"{role}_address")
                setattr(draft, role, values)
            elif draft.values.get(f"{role}_address_id") is not None:
                if self.state.find("addresses", draft.values[f"{role}_address_id"]) is None:
                    draft.errors[f"{role}_address"] = ["can't be blank"]
            elif role == "shipping":
                draft.errors["shipping_address"] = ["can't be blank"]

    def _read_currency(self, given: Params, draft: Draft) -> None:
        iso = given.get("currency_iso")
        if iso and draft.values.get("currency_id") is None:
            found = next(self.state.store.living("currencies", "iso", str(iso).upper()), None)
            if found is None:
                draft.errors["currency"] = ["can't be blank"]
            else:
                draft.values["currency_id"] = found["id"]
        draft.values.setdefault("currency_id", self.state.account()["default_currency_id"])

    def _store(self, draft: Draft) -> Row:
        state, values = self.state, draft.values
        if draft.company is not None:
            company = state.add("companies", {**defaults(COMPANY), **draft.company})
            state.emit("company.create", company["id"])
            values["company_id"] = company["id"]
        for role, embedded in (("shipping", draft.shipping), ("billing", draft.billing)):
            if embedded is not None:
                row = {**defaults(ADDRESS), **embedded, "company_id": values["company_id"]}
                address = state.add("addresses", row)
                state.emit("address.create", address["id"])
                values[f"{role}_address_id"] = address["id"]
        values.setdefault("billing_address_id", values["shipping_address_id"])
        if not values.get("order_number"):
            values["order_number"] = next_number(state)
        notice_number(state, values["order_number"])
        return state.add("orders", self._defaults() | values)

    def _defaults(self) -> Row:
        account = self.state.account()
        return {
            **progress.FRESH,
            "stock_location_id": account["primary_location_id"],
            "tax_treatment": account["default_tax_treatment"],
            "default_price_list_id": account["default_order_price_list_id"],
            "user_id": account["billing_contact_id"],
            "source_id": APPLICATION_ID,
            "document_url": f"{self.state.base_url}/d/{self.state.random.getrandbits(96):024x}",
            "tags": [],
        }


def next_number(state: State) -> str:
    """One above the highest number of the vendor's own pattern."""
    return f"{PREFIX}{state.highest_number + 1:0{WIDTH}d}"


def notice_number(state: State, number: str) -> None:
    if number.startswith(PREFIX):
        state.highest_number = max(state.highest_number, parse_int(number.removeprefix(PREFIX)) or 0)
