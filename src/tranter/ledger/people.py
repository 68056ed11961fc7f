"""Who signs in, and which merchants they reach."""

from collections.abc import Iterable

import msgspec
from django.contrib.auth.base_user import AbstractBaseUser

from tranter.ledger.book import Book
from tranter.ledger.models import Merchant, User
from tranter.ledger.vault import Vault


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """`staff` is of the house; `everywhere` reaches every merchant, the others those that they were given."""

    id: int
    email: str
    name: str
    role: str
    staff: bool
    everywhere: bool
    time_zone: str
    language: str
    theme: str

    @property
    def actor(self) -> str:
        """For the journal, which holds no personal data."""
        return f"user:{self.id}"


class MerchantLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: str
    time_zone: str


def person(user: AbstractBaseUser) -> Person:
    """Of the user that Django's session knows."""
    assert isinstance(user, User)  # noqa: S101 - settings name the model
    return Person(
        id=user.pk,
        email=user.email,
        name=user.name,
        role=user.role,
        staff=user.staff,
        everywhere=user.staff and user.everywhere,
        time_zone=user.time_zone,
        language=user.language,
        theme=user.theme,
    )


def account(person_id: int) -> AbstractBaseUser:
    """What Django signs in."""
    return User.objects.get(pk=person_id, is_active=True)


def describe(person_id: int, *, name: str, language: str, time_zone: str, theme: str) -> None:
    """How somebody is called, and how they like things shown."""
    User.objects.filter(pk=person_id).update(
        name=name.strip()[:120], language=language, time_zone=time_zone, theme=theme
    )


def anybody_here() -> bool:
    """False on a fresh installation: the next visitor makes the owner's account."""
    return User.objects.exists()


def reached(who: Person, slugs: Iterable[str] | None = None) -> list[MerchantLine]:
    """The merchants of these slugs that this person sees; all that they see without any."""
    rows = Merchant.objects.order_by("name", "slug")
    if not who.everywhere:
        rows = rows.filter(reach__user_id=who.id)
    if slugs is not None:
        rows = rows.filter(slug__in=list(slugs))
    return [MerchantLine(id=row.pk, slug=row.slug, name=row.name, time_zone=row.time_zone) for row in rows]


def book_of(vault: Vault, merchant: MerchantLine) -> Book:
    return Book(merchant.id, vault)
