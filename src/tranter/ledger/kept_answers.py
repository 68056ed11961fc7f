"""Answers kept by the caller's Idempotency-Key: what is asked twice is done once, and answered the same."""

from datetime import datetime, timedelta
from enum import Enum

import msgspec
from django.db import IntegrityError, transaction

from tranter.ledger.models import KeptAnswer
from tranter.ledger.vault import Vault

KEEP = timedelta(days=2)
LONGEST = timedelta(minutes=5)
"""By then its process has died: whoever asks again has it done."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is the caller's own; `request` all that was asked: method, address, merchant, body."""

    api_key_id: int
    key: str
    request: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    headers: dict[str, str]
    body: bytes


class Trouble(Enum):
    """It is being done at this moment; or the key was used for something else."""

    UNDER_WAY = "under_way"
    OTHER = "other"


class Begun(msgspec.Struct, frozen=True):
    """The right to do it. Whoever has it ends it by `keep` or `forget`."""

    id: int


def answer_place(row: KeptAnswer) -> str:
    return f"kept-answer/{row.api_key_id}/{row.key_hash}"


def begin(vault: Vault, asked: Asked, now: datetime) -> Begun | Answer | Trouble:
    key_hash, request = vault.hash(f"idempotency {asked.key}"), vault.hash(f"request {asked.request}")
    try:
        with transaction.atomic():
            row = KeptAnswer.objects.create(
                api_key_id=asked.api_key_id, key_hash=key_hash, asked=request, created_at=now, began_at=now
            )
            return Begun(row.pk)
    except IntegrityError:
        return _known(vault, asked.api_key_id, key_hash, request, now)


def _known(vault: Vault, api_key_id: int, key_hash: str, request: str, now: datetime) -> Begun | Answer | Trouble:
    with transaction.atomic():
        row = KeptAnswer.objects.select_for_update().filter(api_key_id=api_key_id, key_hash=key_hash).first()
        if row is None:
            return Trouble.UNDER_WAY  # it failed at this moment: the caller asks once more
        if row.asked != request:
            return Trouble.OTHER
        if row.sealed is not None:
            return msgspec.msgpack.decode(vault.open(row.sealed, answer_place(row)), type=Answer)
        if now - row.began_at < LONGEST:
            return Trouble.UNDER_WAY
        row.began_at = now
        row.save(update_fields=["began_at"])
        return Begun(row.pk)


def keep(vault: Vault, begun: Begun, answer: Answer) -> None:
    row = KeptAnswer.objects.get(pk=begun.id)
    row.sealed = vault.seal(msgspec.msgpack.encode(answer), answer_place(row))
    row.save(update_fields=["sealed"])


def forget(begun: Begun) -> None:
    """It failed without a definite answer: the same key may be tried again."""
    KeptAnswer.objects.filter(pk=begun.id).delete()


def forget_old(now: datetime) -> int:
    return KeptAnswer.objects.filter(created_at__lt=now - KEEP).delete()[0]
