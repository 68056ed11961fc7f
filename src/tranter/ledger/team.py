"""The people of an installation: who they are, what they may do, whom they reach. Each change is in the journal."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import Enum

import msgspec
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from tranter.ledger import journal
from tranter.ledger.book import HOUSE, Book, ensure_book
from tranter.ledger.models import Installation, Merchant, Reach, User
from tranter.ledger.vault import Vault
from tranter.ledger.writing import writing_house

FIRST_MERCHANT = "default"


class Role(Enum):
    OWNER = "owner"
    OPERATOR = "operator"
    VIEWER = "viewer"


class TeamProblem(ValueError):
    """It can't be done; the text says why and what to do."""


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """Who does it, and when. `actor` is for the journal: `user:<id>`, `operator` at the terminal."""

    vault: Vault
    actor: str
    now: datetime


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """`staff` belongs to the house: with `everywhere` for all merchants, else, like all others, for those named."""

    email: str
    name: str = ""
    role: Role = Role.VIEWER
    staff: bool = False
    everywhere: bool = False
    merchants: tuple[str, ...] = ()


class Member(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    email: str
    name: str
    role: Role
    staff: bool
    everywhere: bool
    merchants: tuple[str, ...]
    active: bool
    created_at: datetime
    last_seen_at: datetime | None

    @property
    def rules_the_house(self) -> bool:
        return self.staff and self.everywhere and self.role is Role.OWNER and self.active


def members(slugs: Iterable[str] | None = None) -> list[Member]:
    """Everybody; with slugs, those who belong to one of these merchants and not to the house."""
    rows = User.objects.order_by("-is_active", "email").prefetch_related("reaches__merchant")
    if slugs is not None:
        rows = rows.filter(staff=False, reaches__merchant__slug__in=list(slugs)).distinct()
    return [_member(row) for row in rows]


def member(email_or_id: str | int) -> Member:
    """Raises `TeamProblem`."""
    return _member(_find(User.objects.all(), email_or_id))


def _find(rows: "QuerySet[User]", email_or_id: str | int) -> User:
    wanted = Q(pk=email_or_id) if isinstance(email_or_id, int) else Q(email=normal(email_or_id))
    row = rows.filter(wanted).first()
    if row is None:
        raise TeamProblem(f"there is no user {email_or_id!r}")
    return row


def _member(row: User) -> Member:
    return Member(
        id=row.pk,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        staff=row.staff,
        everywhere=row.staff and row.everywhere,
        merchants=tuple(sorted(reach.merchant.slug for reach in row.reaches.all())),
        active=row.is_active,
        created_at=row.created_at,
        last_seen_at=row.last_login,
    )


def normal(email: str) -> str:
    return email.strip().lower()


def check_address(email: str) -> str:
    """In its one form. Raises `TeamProblem`."""
    try:
        validate_email(normal(email))
    except ValidationError as error:
        raise TeamProblem(f"{email!r} is no e-mail address") from error
    return normal(email)


def checked(new: NewPerson) -> NewPerson:
    """With the address in its one form. Raises `TeamProblem`."""
    email = check_address(new.email)
    if User.objects.filter(email=email).exists():
        raise TeamProblem(f"there is a user {email} already")
    if new.everywhere and not new.staff:
        raise TeamProblem("only staff of the house reaches every merchant")
    if not new.everywhere and not new.merchants:
        raise TeamProblem("say which merchants they shall see")
    known = set(Merchant.objects.filter(slug__in=new.merchants).exclude(slug=HOUSE).values_list("slug", flat=True))
    if unknown := sorted(set(new.merchants) - known):
        raise TeamProblem(f"there is no merchant {unknown[0]!r}")
    return msgspec.structs.replace(new, email=email, name=new.name.strip()[:120])


def create_first_owner(hand: Hand, email: str, name: str, password: str, hub_name: str) -> Member:
    """The installation's own. Raises `TeamProblem`; of two at once the second one is too late."""
    new = NewPerson(email=email, name=name, role=Role.OWNER, staff=True, everywhere=True)
    with writing_house():
        if User.objects.exists():
            raise TeamProblem("this hub has its owner already: sign in")
        ensure_book(hand.vault, FIRST_MERCHANT, hand.now)
        made = add(hand, new, password)
        name = hub_name.strip()[:120]
        Installation.objects.update(name=name)
        Merchant.objects.filter(slug=FIRST_MERCHANT, name=FIRST_MERCHANT).update(name=name)
    return made


def add(hand: Hand, new: NewPerson, password: str) -> Member:
    """Raises `TeamProblem`: for the address, the merchants, or a password that is too easily guessed."""
    with writing_house():
        new = checked(new)
        row = User(
            email=new.email,
            name=new.name,
            role=new.role.value,
            staff=new.staff,
            everywhere=new.everywhere,
            created_at=hand.now,
        )
        _take_password(row, password)
        row.save()
        _reach(row, new.merchants)
        made = _member(row)
        _note(hand, made, "person_added", {"role": made.role.value, "staff": made.staff})
    return made


def change(hand: Hand, person_id: int, wanted: NewPerson) -> Member:
    """Role, staff, reach. The address and the name stay. Raises `TeamProblem`."""
    with writing_house():
        row = _find(User.objects.select_for_update(), person_id)
        before = _member(row)
        if not wanted.everywhere and not wanted.merchants:
            raise TeamProblem("say which merchants they shall see")
        if wanted.everywhere and not wanted.staff:
            raise TeamProblem("only staff of the house reaches every merchant")
        row.role, row.staff, row.everywhere = wanted.role.value, wanted.staff, wanted.everywhere
        row.save(update_fields=["role", "staff", "everywhere"])
        _reach(row, wanted.merchants)
        after = _member(User.objects.get(pk=row.pk))
        _keep_an_owner(before, after)
        detail: journal.Detail = {"role": after.role.value, "staff": after.staff, "role_before": before.role.value}
        _note(hand, before, "person_changed", detail, also=after.merchants)
    return after


def set_active(hand: Hand, person_id: int, active: bool) -> Member:
    """Whoever is switched off is signed out at once. Raises `TeamProblem`."""
    with writing_house():
        row = _find(User.objects.select_for_update(), person_id)
        before = _member(row)
        row.is_active = active
        row.save(update_fields=["is_active"])
        after = _member(row)
        _keep_an_owner(before, after)
        if not active:
            end_sessions(row.pk)
        _note(hand, after, "person_switched_on" if active else "person_switched_off", {})
    return after


def set_password(hand: Hand, person_id: int, password: str) -> Member:
    """Signs them out everywhere. Raises `TeamProblem`."""
    with writing_house():
        row = _find(User.objects.select_for_update(), person_id)
        _take_password(row, password)
        row.save(update_fields=["password"])
        end_sessions(row.pk)
        found = _member(row)
        _note(hand, found, "password_set", {})
    return found


def check_password_strength(email: str, name: str, password: str) -> None:
    """Raises `TeamProblem` with everything that is wrong with it."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise TeamProblem(" ".join(error.messages)) from error


def _take_password(row: User, password: str) -> None:
    check_password_strength(row.email, row.name, password)
    row.set_password(password)


def _reach(row: User, slugs: Iterable[str]) -> None:
    wanted = list(Merchant.objects.filter(slug__in=list(slugs)).exclude(slug=HOUSE))
    Reach.objects.filter(user=row).exclude(merchant__in=wanted).delete()
    for merchant in wanted:
        Reach.objects.get_or_create(user=row, merchant=merchant)


def _keep_an_owner(before: Member, after: Member) -> None:
    if before.rules_the_house and not after.rules_the_house and not _owners().exists():
        raise TeamProblem("this is the last owner of the house: make somebody else an owner first")


def _owners() -> "QuerySet[User]":
    return User.objects.filter(role="owner", staff=True, everywhere=True, is_active=True)


def _note(hand: Hand, who: Member, what: str, detail: journal.Detail, also: Iterable[str] = ()) -> None:
    """Into the journal of every merchant whom it concerns."""
    rows = Merchant.objects.all()
    if not who.everywhere:
        rows = rows.filter(slug__in={*who.merchants, *also})
    for pk in list(rows.values_list("pk", flat=True)):
        entry = journal.Entry(what=what, subject=f"user:{who.id}", actor=hand.actor, detail=detail)
        journal.append(Book(pk, hand.vault), [entry], hand.now)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A browser in which somebody is signed in. `key` names it without opening it."""

    key: str
    since: datetime | None
    agent: str
    ends_at: datetime
    is_this: bool


def visits(person_id: int, this: str = "") -> list[Visit]:
    """`this`: the session that asks."""
    return [
        Visit(
            key=_visit_key(row.session_key),
            since=_moment(row.get_decoded().get("began")),
            agent=str(row.get_decoded().get("agent", "")),
            ends_at=row.expire_date,
            is_this=row.session_key == this,
        )
        for row in _sessions_of(person_id)
    ]


def end_visit(person_id: int, key: str) -> bool:
    found = [row for row in _sessions_of(person_id) if _visit_key(row.session_key) == key]
    for row in found:
        row.delete()
    return bool(found)


def end_sessions(person_id: int, keep: str = "") -> int:
    """Signs them out, but for the session `keep`."""
    found = [row for row in _sessions_of(person_id) if row.session_key != keep]
    for row in found:
        row.delete()
    return len(found)


def forget_ended_sessions() -> None:
    SessionStore.clear_expired()


def _sessions_of(person_id: int) -> list[Session]:
    """Those that have not run out."""
    forget_ended_sessions()
    rows = Session.objects.order_by("-expire_date")
    return [row for row in rows if str(row.get_decoded().get("_auth_user_id")) == str(person_id)]


def _visit_key(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
