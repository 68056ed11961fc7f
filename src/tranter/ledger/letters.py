"""Letters on their way: written down first, sent by the running hub, kept for reading where nothing can send them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from tranter.ledger.models import Letter
from tranter.ledger.vault import Vault

LEASE = timedelta(minutes=5)
KEEP = timedelta(days=30)
LETTER_TYPES = ("mail", "apprise")
"""Others are marks of what was told."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`key` names what it says: written twice, it is one letter. A `secret` text is shown to nobody but its reader.

    `to` is an e-mail address; with another `kind` than mail, an apprise URL, which is a secret.
    """

    key: str
    to: str
    subject: str
    text: str
    merchant_id: int | None = None
    kind: str = "mail"
    secret: bool = False


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is waiting, sent, failed or kept. A letter that was sent has no text any more: its reader has it."""

    id: int
    key: str
    kind: str
    merchant_id: int | None
    state: str
    to: str
    subject: str
    text: str
    attempts: int
    trouble: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


class _Sealed(msgspec.Struct):
    to: str
    subject: str
    text: str
    secret: bool = False


class UnknownLetter(LookupError):
    pass


def letter_place(key: str) -> str:
    return f"letter/{key}"


def address_hash(vault: Vault, to: str) -> str:
    return vault.hash(f"letter to {to.strip().lower()}")


def write(vault: Vault, message: Message, now: datetime) -> int:
    """The letter's id. One that was written under this key before stays as it is."""
    body = _Sealed(message.to.strip(), message.subject, message.text, message.secret)
    key = _short(message.key)
    row, _ = Letter.objects.get_or_create(
        key=key,
        defaults={
            "merchant_id": message.merchant_id,
            "kind": message.kind,
            "to_hash": address_hash(vault, message.to),
            "sealed": vault.seal(msgspec.json.encode(body), letter_place(key)),
            "created_at": now,
            "due_at": now,
        },
    )
    return row.pk


def _short(key: str) -> str:
    return key if len(key) <= 200 else f"{key[:130]}#{hashlib.sha256(key.encode()).hexdigest()}"


def claim(vault: Vault, now: datetime, kinds: Sequence[str], limit: int = 20) -> list[LetterLine]:
    """The letters that are due, texts and all. Whoever sends them has five minutes before somebody else may."""
    with transaction.atomic():
        rows = list(
            Letter.objects.select_for_update()
            .filter(state="waiting", due_at__lte=now, kind__in=kinds)
            .order_by("due_at", "pk")[:limit]
        )
        for row in rows:
            row.due_at, row.attempts = now + LEASE, row.attempts + 1
            row.save(update_fields=["due_at", "attempts"])
    return [_line(vault, row, even_secret=True) for row in rows]


def keep_mails(now: datetime) -> int:
    """There is no mail server: what waits for one is for reading here."""
    return Letter.objects.filter(state="waiting", kind="mail", due_at__lte=now).update(state="kept")


def sent(vault: Vault, letter_id: int, now: datetime) -> None:
    """Its text is forgotten: links in it are for the reader alone."""
    row = Letter.objects.get(pk=letter_id)
    body = _open(vault, row)
    body.text = ""
    row.sealed = vault.seal(msgspec.json.encode(body), letter_place(row.key))
    row.state, row.trouble, row.sent_at = "sent", "", now
    row.save(update_fields=["sealed", "state", "trouble", "sent_at"])


def not_sent(letter_id: int, trouble: str, again_at: datetime | None) -> None:
    """`again_at` None: it is given up."""
    changed: dict[str, object] = {"trouble": trouble[:300], "state": "failed" if again_at is None else "waiting"}
    if again_at is not None:
        changed["due_at"] = again_at
    Letter.objects.filter(pk=letter_id).exclude(state="sent").update(**changed)


def send_again(letter_id: int, now: datetime) -> None:
    """A letter that failed, was kept or waits for its next try is due now. Raises `UnknownLetter`."""
    rows = Letter.objects.filter(pk=letter_id).exclude(state="sent")
    if not rows.update(state="waiting", due_at=now, created_at=now):
        raise UnknownLetter(f"there is no letter {letter_id} that could be sent again")


def letters(vault: Vault, limit: int = 100, state: str = "", before: int | None = None) -> list[LetterLine]:
    """Newest first; below the id `before`."""
    rows = Letter.objects.filter(kind__in=LETTER_TYPES).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_line(vault, row) for row in rows[:limit]]


def letter(vault: Vault, letter_id: int) -> LetterLine:
    row = Letter.objects.filter(pk=letter_id, kind__in=LETTER_TYPES).first()
    if row is None:
        raise UnknownLetter(f"there is no letter {letter_id}")
    return _line(vault, row)


def written_since(vault: Vault, to: str, prefix: str, since: datetime) -> int:
    """How many letters to this address whose key begins so."""
    rows = Letter.objects.filter(to_hash=address_hash(vault, to), key__startswith=prefix, created_at__gt=since)
    return rows.count()


def exists(key: str) -> bool:
    return Letter.objects.filter(key=_short(key)).exists()


def forget_old(now: datetime) -> int:
    """What was written a month ago and does not wait any more."""
    return Letter.objects.filter(created_at__lt=now - KEEP).exclude(state="waiting").delete()[0]


def _line(vault: Vault, row: Letter, even_secret: bool = False) -> LetterLine:
    body = _open(vault, row)
    return LetterLine(
        id=row.pk,
        key=row.key,
        kind=row.kind,
        merchant_id=row.merchant_id,
        state=row.state,
        to=body.to if row.kind == "mail" or even_secret else body.to.partition(":")[0],
        subject=body.subject,
        text=body.text if even_secret or not body.secret else "",
        attempts=row.attempts,
        trouble=row.trouble,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
    )


def _open(vault: Vault, row: Letter) -> _Sealed:
    return msgspec.json.decode(vault.open(row.sealed, letter_place(row.key)), type=_Sealed)
