"""Two merchants under one roof, and every address of the hub with what may stand in it.

Both borrow a warehouse of the house: what the house has, and the other one's share of it, is the neighbour's, too.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import connection, models

from tests.ledger.neighbours import FLOWS, House, move_in
from tests.web.house import Web
from tranter.demo.world import GECKO_URL
from tranter.engine.schedule import times_of_share
from tranter.ledger import connections, credentials, lending
from tranter.ledger.book import HOUSE, house_book
from tranter.ledger.connections import ConnectionState, NewConnection
from tranter.ledger.lending import NewLoan
from tranter.ledger.models import Merchant
from tranter.model import Terms
from tranter.web.route import Route
from tranter.web.urls import ROUTES

OTHER = "zebra"
"""The neighbour's slug: everything of theirs that could be read carries it."""
NOT_OURS = (OTHER, HOUSE)
FAR = 7_000_000
PLACEHOLDER = re.compile(r"<(?:(\w+):)?(\w+)>")


def neighbour(web: Web) -> House:
    """Moves in with row numbers that nobody else has in any table."""
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in ledger_models()]
        for number, table in enumerate(tables):
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, FAR + number * 10_000])
    moved = move_in(web.scene.vault, OTHER)
    _lend(web, moved)
    return moved


def _lend(web: Web, moved: House) -> None:
    """Our merchant has a share called depot; the house calls it by a name that tells whose it is not."""
    now = web.scene.clock.now()
    house = house_book(web.scene.vault, now)
    new = NewConnection(name=f"{OTHER}-depot", connector="tradegecko", settings={"base_url": GECKO_URL}, flows=FLOWS)
    made = connections.save(house, new, now)
    credentials.save(house.vault, made.id, web.scene.secrets("tradegecko"), None, now)
    depot = connections.remember_account(house, made, (f"account-{OTHER}", OTHER), {"of": OTHER}, now)
    connections.set_state(house, depot.id, ConnectionState.LIVE, "", now)
    for to, name, prefix in ((web.scene.book, "depot", "D-"), (moved.book, f"{OTHER}-share", f"{OTHER}-")):
        terms = Terms(location="1", prefix=prefix, sku_prefix=prefix)
        lent = NewLoan(name=name, terms=terms, alone=False, flows=times_of_share(FLOWS))
        lending.lend(house, connections.by_id(depot.id), to, lent, now)


def ledger_models() -> list[type[models.Model]]:
    return [model for model in apps.get_app_config("ledger").get_models() if model.__name__ != "Installation"]


WHOSE = ("merchant", "connection__merchant", "order__merchant", "fulfillment__merchant", "intent__merchant")


def far_rows() -> dict[str, list[tuple[Any, ...]]]:
    """All of the neighbour's and the house's, as it stands. What others write meanwhile has numbers as high."""
    found = {"Merchant": list(Merchant.objects.filter(slug__in=NOT_OURS).order_by("pk").values_list())}
    for model in ledger_models():
        names = {field.name for field in model._meta.get_fields()}
        path = next((one for one in WHOSE if one.split("__")[0] in names), None)
        if path is not None:
            rows = model._default_manager.filter(**{f"{path}__slug__in": NOT_OURS}).order_by("pk")
            found[model.__name__] = list(rows.values_list())
    return found


def far_ids() -> dict[str, int]:
    """One row of each kind that the neighbour has."""
    first = {
        model.__name__: model._default_manager.filter(pk__gte=FAR).order_by("pk").values_list("pk", flat=True).first()
        for model in ledger_models()
    }
    return {name: pk for name, pk in first.items() if pk is not None}


def near_ids() -> dict[str, list[int]]:
    return {
        model.__name__: list(model._default_manager.filter(pk__lt=FAR).values_list("pk", flat=True)[:40])
        for model in ledger_models()
    }


def guarded() -> list[Route]:
    """Those that ask who is there."""
    return [one for one in ROUTES if one.right.value != "open"]


def addresses(one: Route, merchant: str, ids: list[int], words: list[str]) -> Iterator[str]:
    """The route's address with each of these in place of what it leaves open."""
    rooms = [(kind or "str", name) for kind, name in PLACEHOLDER.findall(one.address) if name != "merchant"]
    base = re.sub(r"<slug:merchant>", merchant, one.address)
    if not rooms:
        yield f"/{base}"
        return
    choices = ids if any(kind == "int" for kind, _ in rooms) else words
    for choice in choices:
        filled = base
        for kind, name in rooms:
            value = str(choice) if kind == "int" else (str(choice) if not isinstance(choice, int) else words[0])
            filled = re.sub(rf"<(?:\w+:)?{name}>", value, filled)
        yield f"/{filled}"


class Forms(HTMLParser):
    """The forms of a page: (method, action, fields)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((values.get("method", "get").lower(), values.get("action", ""), []))
        if tag in ("input", "button", "select", "textarea") and self.found and values.get("name"):
            self.found[-1][2].append((values["name"], values.get("value", "")))


def forms(page: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    parser = Forms()
    parser.feed(page)
    return parser.found
