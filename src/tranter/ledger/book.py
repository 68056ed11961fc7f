"""A merchant's book: no query is made without one."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tranter.ledger.models import Installation, Merchant
from tranter.ledger.vault import Vault

HOUSE = "house"
"""The name of the house's own book: what belongs to the installation and to no merchant."""


class Book(Struct, frozen=True):
    """Every query of a merchant's rows takes one, and sees no other merchant's.

    `actor` is who has it open, where that is a person who signed in: the journal names them.
    """

    merchant_id: int
    vault: Vault
    actor: str = ""


class UnknownMerchant(LookupError):
    pass


def open_book(vault: Vault, slug: str) -> Book:
    row = Merchant.objects.filter(slug=slug).first()
    if row is None:
        known = ", ".join(Merchant.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise UnknownMerchant(f"there is no merchant {slug!r}; known are: {known}")
    return Book(row.pk, vault)


def ensure_book(vault: Vault, slug: str, now: datetime) -> Book:
    if slug == HOUSE:
        return house_book(vault, now)
    with transaction.atomic():
        row, _ = Merchant.objects.get_or_create(slug=slug, defaults={"name": slug, "created_at": now})
    return Book(row.pk, vault)


def house_book(vault: Vault, now: datetime) -> Book:
    """Made when it is first needed."""
    with transaction.atomic():
        row, _ = Merchant.objects.get_or_create(slug=HOUSE, defaults={"name": "The house", "created_at": now})
    return Book(row.pk, vault)


def is_house(book: Book) -> bool:
    return Merchant.objects.filter(pk=book.merchant_id, slug=HOUSE).exists()


def books(vault: Vault, merchant_ids: Iterable[int]) -> list[Book]:
    return [Book(merchant_id, vault) for merchant_id in sorted(merchant_ids)]


def merchants() -> list[str]:
    """The house among them, where it has a book."""
    return list(Merchant.objects.order_by("slug").values_list("slug", flat=True))


def merchant_name(book: Book) -> str:
    return Merchant.objects.get(pk=book.merchant_id).name


def house_name() -> str:
    """What the installation calls itself; "this hub" while nobody gave it a name."""
    row = Installation.objects.first()
    return (row.name if row is not None else "") or "this hub"


def pushes_paused() -> str:
    """Why nothing is sent at present; empty when it is."""
    row = Installation.objects.first()
    return row.pause_reason if row is not None and row.pushes_paused else ""


def pause_pushes(reason: str) -> None:
    Installation.objects.update(pushes_paused=True, pause_reason=reason)


def resume_pushes() -> None:
    Installation.objects.update(pushes_paused=False, pause_reason="")
