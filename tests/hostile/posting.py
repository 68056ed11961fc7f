"""Every form of every page, filled in and sent by whoever: what that changed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models

from tests.web.crossing import addresses, forms, guarded, near_ids
from tests.web.house import Web

Rows = dict[str, dict[Any, dict[str, Any]]]
WORDS = ["shop", "warehouse", "ebay", "tradegecko", "LAMP", "unknown_sku"]
LAST = ("remove", "end", "pause", "cancel", "off", "erase", "sign-out", "delete")
UNWATCHED = ("Session", "Attempt", "RunRow")


def mine(web: Web, most: int = 6) -> Iterator[str]:
    """Addresses of the first merchant's, as many of each kind as may differ."""
    ids = sorted({pk for some in near_ids().values() for pk in some[:3]})
    for one in guarded():
        yield from list(addresses(one, "default", ids, WORDS))[:most]


Form = tuple[str, tuple[tuple[str, str], ...]]


def every_form(web: Web) -> list[Form]:
    """(address, fields), each shape once; those that put an end to something come last."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for path in mine(web):
        page = web.get(path)
        if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
            continue
        for method, action, fields in forms(page.content.decode()):
            if method == "post":
                kept = tuple((name, value) for name, value in fields if name != "csrfmiddlewaretoken")
                found.setdefault((action or path, tuple(sorted({name for name, _ in kept}))), (action or path, kept))
    return sorted(found.values(), key=lambda form: any(word in form[0] for word in LAST))


def rows(leave_out: Iterable[str] = ()) -> Rows:
    """The whole ledger."""
    without = {*UNWATCHED, *leave_out}
    return {
        model.__name__: {row["pk"] if "pk" in row else row[model._meta.pk.name]: row for row in values(model)}
        for model in apps.get_models()
        if model.__name__ not in without and model._meta.managed
    }


def values(model: type[models.Model]) -> Iterable[dict[str, Any]]:
    return model._default_manager.values()


def changes(before: Rows, after: Rows, is_meant: Callable[[str, str], bool]) -> list[str]:
    """`Model pk field` of everything that differs and was not meant to."""
    found = []
    for name, table in after.items():
        for pk, row in table.items():
            old = before[name].get(pk)
            if old is None:
                found += [f"{name} {pk} is new"] if not is_meant(name, "") else []
                continue
            found += [f"{name} {pk} {field}" for field in row if row[field] != old[field] and not is_meant(name, field)]
        found += [f"{name} {pk} is gone" for pk in before[name].keys() - table.keys() if not is_meant(name, "")]
    return found
