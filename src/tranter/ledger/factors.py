"""What somebody signs in with beside the password."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator

FACTOR_PLACE = "mfa.secret"
"""What second factors are sealed for."""
SEALED_PARTS = ("secret", "seed")


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """`alone`: it signs in without a password."""

    id: int
    name: str
    alone: bool
    created_at: datetime
    last_used_at: datetime | None


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    app: bool
    passkeys: list[Passkey]
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.app or bool(self.passkeys)


def factors(person_id: int) -> Factors:
    rows = list(Authenticator.objects.filter(user_id=person_id).order_by("pk"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Factors(
        app=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=[_passkey(row) for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        codes_left=_codes_left(codes) if codes is not None else 0,
    )


def _codes_left(row: Authenticator) -> int:
    """Without opening them: a bit stands for each that was used."""
    return int(app_settings.RECOVERY_CODE_COUNT) - int(row.data["used_mask"]).bit_count()


def protected(person_ids: list[int]) -> set[int]:
    """Those of them who have a second factor."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    rows = Authenticator.objects.filter(user_id__in=person_ids, type__in=kinds)
    return set(rows.values_list("user_id", flat=True))


def drop(person_id: int) -> int:
    """For somebody who has lost them all. How many there were."""
    return int(Authenticator.objects.filter(user_id=person_id).delete()[0])


def _passkey(row: Authenticator) -> Passkey:
    wrapped = row.wrap()
    return Passkey(
        id=row.pk,
        name=wrapped.name,
        alone=wrapped.is_passwordless is True,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


def sealed_parts() -> Iterator[tuple[Authenticator, str]]:
    """For a new key: every row, and each part of it that is sealed."""
    for row in Authenticator.objects.order_by("pk").iterator():
        for part in SEALED_PARTS:
            if part in row.data:
                yield row, part
