"""Who the journal names: `user:7`, `key:3`, and what they are called."""

from collections.abc import Iterable

from tranter.ledger.models import ApiKey, User


def names(actors: Iterable[str]) -> dict[str, str]:
    """Those who are gone are left out."""
    known = set(actors)
    people = User.objects.filter(pk__in=_numbers(known, "user"))
    keys = ApiKey.objects.filter(pk__in=_numbers(known, "key"))
    return {f"user:{row.pk}": row.get_full_name() for row in people} | {f"key:{row.pk}": row.name for row in keys}


def _numbers(actors: Iterable[str], kind: str) -> set[int]:
    found = (actor.partition(":") for actor in actors)
    return {int(number) for word, _, number in found if word == kind and number.isdecimal() and len(number) < 19}
