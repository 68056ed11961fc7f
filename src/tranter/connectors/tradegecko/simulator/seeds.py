"""The account as it stands before the first call: places, money, taxes and the catalogue."""

import random
from collections.abc import Mapping
from decimal import Decimal

from tranter.connectors.tradegecko.simulator.catalogue import VARIANT_DEFAULTS
from tranter.connectors.tradegecko.simulator.options import Goods
from tranter.connectors.tradegecko.simulator.state import State
from tranter.connectors.tradegecko.simulator.store import Row

CURRENCIES = {
    "USD": ("US Dollar", "$", 2),
    "EUR": ("Euro", "€", 2),
    "GBP": ("Pound Sterling", "£", 2),
    "AUD": ("Australian Dollar", "$", 2),
    "CAD": ("Canadian Dollar", "$", 2),
    "CHF": ("Swiss Franc", "CHF", 2),
    "JPY": ("Yen", "¥", 0),
    "KWD": ("Kuwaiti Dinar", "KD", 3),
    "PLN": ("Zloty", "zł", 2),
    "SEK": ("Swedish Krona", "kr", 2),
}
NOUNS = ("Lamp", "Kettle", "Jacket", "Backpack", "Mug", "Blanket", "Chair", "Drill", "Tent", "Clock")
COLOURS = ("Red", "Blue", "Green", "Black", "White", "Yellow", "Grey")
DEFAULT_COUNT = 60


def seed(state: State) -> None:
    account = state.add("accounts", {"name": "Simulated Goods", "country": "US", "time_zone": "UTC"})
    user = state.add("users", _user(account))
    links: Row = {"billing_contact_id": user["id"], **_places(state), **_money(state)}
    state.change("accounts", account, {**links, **_habits(state)})
    _goods(state, state.options.goods)


def _user(account: Row) -> Row:
    return {
        "account_id": account["id"],
        "login_id": 1,
        "first_name": "Ada",
        "last_name": "Keeper",
        "email": "keeper@example.com",
        "status": "active",
        "billing_contact": True,
        "notification_email": True,
        "sales_report_email": False,
        "action_items_email": "off",
        "permissions": ["read_reports", "write_stocks", "write_orders", "write_products", "write_companies"],
    }


def _places(state: State) -> Row:
    rows = [
        state.add("locations", {"label": label, "country": "US", "status": "active", "holds_stock": True})
        for label in state.options.locations
    ]
    state.add("locations", {"label": "Office", "country": "US", "status": "active", "holds_stock": False})
    first = rows[0]["id"]
    return {"primary_location_id": first, "primary_billing_location_id": first}


def _money(state: State) -> Row:
    currencies = {
        iso: state.add("currencies", _currency(iso)) for iso in dict.fromkeys([*CURRENCIES, state.options.currency])
    }
    for position, name in enumerate(("retail", "wholesale", "buy")):
        currency_id = currencies[state.options.currency]["id"]
        row = {"code": name.upper(), "name": name.title(), "is_cost": name == "buy", "is_default": True}
        state.add("price_lists", {"id": name, **row, "currency_id": currency_id, "position": position})
    exempt = _tax(state, "Tax Exempt", "EXEMPT", "0.0")
    sales = _tax(state, "Sales Tax", "SALES", state.options.tax_rate)
    _tax(state, "VAT 20%", "VAT20", "20.0")
    methods = [
        state.add("payment_methods", {"name": name, "is_default": name == "Cash"})
        for name in ("Cash", "Credit Card", "PayPal", "eBay")
    ]
    term = state.add("payment_terms", {"name": "NET30", "due_in_days": 30, "from": "now", "status": "active"})
    return {
        "default_currency_id": currencies[state.options.currency]["id"],
        "default_payment_method_id": methods[0]["id"],
        "default_payment_term_id": term["id"],
        "default_tax_exempt_id": exempt,
        "default_tax_type_id": sales,
        "default_sales_order_tax_type_id": sales,
        "default_purchase_order_tax_type_id": sales,
    }


def _currency(iso: str) -> Row:
    name, symbol, precision = CURRENCIES.get(iso, (iso, iso, 2))
    return {
        "iso": iso,
        "name": name,
        "symbol": symbol,
        "precision": precision,
        "subunit": 10**precision,
        "delimiter": ",",
        "separator": ".",
        "format": "%u%n",
        "rate": Decimal(1),
        "status": "active",
    }


def _tax(state: State, name: str, code: str, rate: str) -> int:
    row = state.add("tax_types", {"name": name, "code": code, "status": "active"})
    part = {"label": name, "rate": Decimal(rate), "compound": False, "position": 0}
    state.add("tax_components", {**part, "tax_type_id": row["id"]})
    return int(row["id"])


def _habits(state: State) -> Row:
    treatment = state.options.tax_treatment
    return {
        "default_tax_treatment": treatment,
        "default_tax_type": treatment,
        "default_order_price_list_id": "retail",
        "default_purchase_order_price_list_id": "buy",
        "default_order_price_type_id": "retail",
        "default_purchase_order_price_type_id": "buy",
        "default_sales_ledger_account_on": "company",
        "tax_label": "Tax",
        "stock_level_warn": True,
        "contact_email": "office@example.com",
    }


def _goods(state: State, goods: Goods) -> None:
    skus = list(goods.skus) or [f"TG-{number:04d}" for number in range(1, DEFAULT_COUNT + 1)]
    for sku in dict.fromkeys([*skus, *goods.stock, *goods.untracked, *goods.archived, *goods.bundles]):
        variant = add_variant(state, goods, sku)
        if sku in goods.duplicated:
            add_variant(state, goods, sku)
        if sku in goods.archived:
            state.change("variants", variant, {"status": "archived"})
    for sku, parts in goods.bundles.items():
        _bundle(state, sku, parts)


def add_variant(state: State, goods: Goods, sku: str) -> Row:
    """Names, prices and counts depend on the SKU and the seed alone, not on what else there is."""
    chance = random.Random(f"{state.seed}/{sku}")
    name = f"{chance.choice(COLOURS)} {chance.choice(NOUNS)}"
    drawn = Decimal(chance.randrange(300, 20_000)) / 100
    price = Decimal(goods.prices[sku]) if sku in goods.prices else drawn
    product = state.add("products", {"name": name, "status": "active", "product_type": "Goods", "opt1": "Colour"})
    variant = state.add(
        "variants",
        {
            **VARIANT_DEFAULTS,
            "product_id": product["id"],
            "sku": sku,
            "name": name,
            "opt1": name.partition(" ")[0],
            "position": 1,
            "retail_price": price,
            "wholesale_price": price / 2,
            "buy_price": price / 4,
            "last_cost_price": price / 4,
            "moving_average_cost": price / 4,
            "manage_stock": sku not in goods.untracked,
            "max_online": Decimal(goods.max_online[sku]) if sku in goods.max_online else None,
            "composite": sku in goods.bundles,
            "weight": Decimal(goods.weights[sku][0]) if sku in goods.weights else None,
            "weight_unit": goods.weights[sku][1] if sku in goods.weights else None,
        },
    )
    _count(state, goods, variant, chance)
    return variant


def _count(state: State, goods: Goods, variant: Row, chance: random.Random) -> None:
    first, *others = state.stock.locations()
    drawn, apart = chance.randrange(40, 160), chance.randrange(0, 30)
    sku = variant["sku"]
    if variant["manage_stock"] is False or variant["composite"]:
        return
    if sku in goods.stock:
        state.stock.on_hand[variant["id"], first] = Decimal(goods.stock[sku])
        return
    state.stock.on_hand[variant["id"], first] = Decimal(drawn)
    for place in others[:1]:
        state.stock.on_hand[variant["id"], place] = Decimal(apart)


def _bundle(state: State, sku: str, parts: Mapping[str, int]) -> None:
    bundle = state.store.where("variants", "sku", sku)[0]
    contents: dict[int, Decimal] = {}
    for part_sku, quantity in parts.items():
        part = state.store.where("variants", "sku", part_sku)[0]
        contents[part["id"]] = Decimal(quantity)
        row = {"bundle_id": bundle["id"], "bundle_sku": sku, "component_id": part["id"]}
        state.add("composition", {**row, "component_sku": part_sku, "quantity": Decimal(quantity)})
    state.stock.bundles[bundle["id"]] = contents
