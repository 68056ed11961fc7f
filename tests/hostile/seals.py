"""What was ever sealed, and where anything of a person still stands in the ledger, sealed or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connection, models

from tranter.connectors.ebay.simulator.orders import Address, Buyer
from tranter.ledger.vault import Vault

CANARY = "quokka"
"""In everything that the buyer is known by, in no other word of the project."""


def canary_buyer(number: int = 1) -> Buyer:
    return Buyer(
        username=f"{CANARY}{number}",
        user_id=f"u-{CANARY}{number}",
        name=f"Ida {CANARY.title()}{number}",
        address=canary_address(number),
        email=f"{CANARY}{number}@members.ebay.com",
        phone="5550164477",
        company=f"{CANARY.upper()} & Sons",
    )


def canary_address(number: int = 1) -> Address:
    return Address(f"{number} {CANARY.title()} Lane", "Portland", "US", f"c/o {CANARY}", "OR", "97205")


class Seals:
    """Remembers what each sealed value held when it was made."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}

    def left(self, word: str = CANARY) -> list[str]:
        """`Model.field pk` of every value that holds the word, or opens to it."""
        return sorted(
            f"{type(row).__name__}.{field.name} {row.pk}"
            for row in every_row()
            for field in row._meta.concrete_fields
            if word in self.opened(getattr(row, field.attname)).lower()
        )

    def opened(self, value: object) -> str:
        if isinstance(value, bytes | memoryview):
            return self.held.get(bytes(value), b"").decode(errors="replace")  # between texts MessagePack has lengths
        return str(value)


def every_row() -> Iterator[models.Model]:
    tables = set(connection.introspection.table_names())
    for model in apps.get_models():
        if model._meta.db_table in tables:
            yield from model._default_manager.all()


def in_the_files() -> bool:
    """In the ledger's file or its log, as plain bytes."""
    database = Path(connection.settings_dict["NAME"])
    paths = [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]
    return any(CANARY.encode() in path.read_bytes().lower() for path in paths)


@contextmanager
def listening() -> Iterator[Seals]:
    seals, seal = Seals(), Vault.seal

    def sealed(self: Vault, plain: bytes, place: str) -> bytes:
        value = seal(self, plain, place)
        seals.held[value] = plain
        return value

    Vault.seal = sealed  # type: ignore[method-assign]
    try:
        yield seals
    finally:
        Vault.seal = seal  # type: ignore[method-assign]
