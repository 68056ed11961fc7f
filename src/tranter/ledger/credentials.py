"""One connection's secrets, sealed as one value."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import Q

from tranter.ledger.models import Connection, Credential
from tranter.ledger.vault import Vault

CLAIM_SECONDS = 60.0
SIGN_IN_ENDS = "refresh_token_expires_at"


def credential_place(connection_id: int) -> str:
    return f"credential.sealed:{connection_id}"


def load(vault: Vault, connection_id: int) -> tuple[dict[str, str], int]:
    """The values and their generation; generation 0 when there are none yet."""
    row = Credential.objects.filter(connection_id=connection_id).first()
    if row is None:
        return {}, 0
    plain = vault.open(row.sealed, credential_place(connection_id))
    return msgspec.json.decode(plain, type=dict[str, str]), row.generation


def save(vault: Vault, connection_id: int, values: Mapping[str, str], generation: int | None, now: datetime) -> bool:
    """Merges `values` in. With a generation: only if it is still that one."""
    with transaction.atomic():
        held, current = load(vault, connection_id)
        if generation is not None and generation != current:
            return False
        merged = {name: value for name, value in {**held, **values}.items() if value}
        sealed = vault.seal(msgspec.json.encode(merged), credential_place(connection_id))
        Credential.objects.update_or_create(
            connection_id=connection_id,
            defaults={
                "sealed": sealed,
                "generation": current + 1,
                "claim": "",
                "claimed_until": None,
                "changed_at": now,
            },
        )
        _remember_end(connection_id, values, merged)
    return True


def _remember_end(connection_id: int, values: Mapping[str, str], merged: Mapping[str, str]) -> None:
    """When the sign-in runs out, where the vendor told; somebody is warned before."""
    if values.keys() & {"refresh_token", SIGN_IN_ENDS}:
        text = merged.get(SIGN_IN_ENDS, "")
        ends_at = datetime.fromisoformat(text) if text else None
        Connection.objects.filter(pk=connection_id).update(sign_in_ends_at=ends_at)


def delete(connection_id: int) -> None:
    Credential.objects.filter(connection_id=connection_id).delete()


def claim(connection_id: int, generation: int, now: datetime) -> bool:
    rows = Credential.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now), connection_id=connection_id, generation=generation
    )
    until = now + timedelta(seconds=CLAIM_SECONDS)
    return bool(rows.update(claim=secrets.token_hex(8), claimed_until=until))


def release(connection_id: int) -> None:
    Credential.objects.filter(connection_id=connection_id).update(claim="", claimed_until=None)
