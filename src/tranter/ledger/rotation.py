"""A new key for everything that is sealed, while the hub runs. All keys stay valid, so it may stop anywhere."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Model, QuerySet

from tranter.ledger.applications import application_place
from tranter.ledger.corrections import corrections_place
from tranter.ledger.credentials import credential_place
from tranter.ledger.decisions import fulfillment_place
from tranter.ledger.factors import FACTOR_PLACE, sealed_parts
from tranter.ledger.kept_answers import answer_place
from tranter.ledger.letters import letter_place
from tranter.ledger.many import many
from tranter.ledger.models import (
    Application,
    Credential,
    FulfillmentRow,
    KeptAnswer,
    Letter,
    OrderNote,
    OrderRow,
    RawRecord,
    TellRule,
    Webhook,
)
from tranter.ledger.notes import note_place
from tranter.ledger.notices import rule_place
from tranter.ledger.order_columns import before_place, order_place
from tranter.ledger.raw_records import raw_place
from tranter.ledger.vault import KeyFile, Vault, make_key, read_key_file, write_key_file
from tranter.ledger.webhooks import webhook_place

BATCH = 200
Progress = Callable[[int, int], None]


class Column(msgspec.Struct, frozen=True):
    """A column that is sealed, and the place that each row's value is bound to."""

    table: type[Model]
    name: str
    place: Callable[[Any], str]

    @property
    def rows(self) -> "QuerySet[Any]":
        """All that hold a value."""
        found: QuerySet[Any] = QuerySet(self.table)
        return found.exclude(**{f"{self.name}__isnull": True})


COLUMNS = (
    Column(Application, "sealed", lambda row: application_place(row.connector)),
    Column(Credential, "sealed", lambda row: credential_place(row.connection_id)),
    Column(RawRecord, "sealed", lambda row: raw_place(row.connection_id, row.kind, row.key)),
    Column(OrderRow, "sealed", lambda row: order_place(row.merchant_id, row.account, row.remote_id)),
    Column(OrderRow, "corrections", lambda row: corrections_place(row.pk)),
    Column(OrderRow, "before", lambda row: before_place(row.pk)),
    Column(OrderNote, "sealed", lambda row: note_place(row.order_id, row.at)),
    Column(FulfillmentRow, "sealed", lambda row: fulfillment_place(row.order_id, row.number)),
    Column(Letter, "sealed", lambda row: letter_place(row.key)),
    Column(TellRule, "sealed", rule_place),
    Column(Webhook, "sealed", webhook_place),
    Column(KeptAnswer, "sealed", answer_place),
)


class Rotated(msgspec.Struct, frozen=True):
    """`new_key` is false when an interrupted rotation was brought to its end instead."""

    new_key: bool
    resealed: int


def rotate(key_file: Path, progress: Progress) -> Rotated:
    """`progress` hears how many of how many rows are done. Raises `KeyProblem`."""
    vault = read_key_file(key_file)
    unfinished = vault.has_older_keys and any(_has_older(vault, column) for column in COLUMNS)
    if not unfinished:
        vault = _add_key(key_file)
    total = sum(column.rows.count() for column in COLUMNS)
    done = resealed = 0
    for column in COLUMNS:
        for batch in _batches(column):
            resealed += _reseal(vault, column, batch)
            done += len(batch)
            progress(done, total)
    resealed += _reseal_factors(vault)
    return Rotated(not unfinished, resealed)


def _reseal_factors(vault: Vault) -> int:
    """What people sign in with beside their password."""
    count = 0
    with transaction.atomic():
        for row, part in sealed_parts():
            sealed = base64.b64decode(row.data[part])
            if not vault.is_newest(sealed):
                again = vault.seal(vault.open(sealed, FACTOR_PLACE), FACTOR_PLACE)
                row.data[part] = base64.b64encode(again).decode()
                row.save(update_fields=["data"])
                count += 1
    return count


def _add_key(key_file: Path) -> Vault:
    """The oldest key stays the last: the ledger is bound to it."""
    ring = msgspec.json.decode(key_file.read_bytes(), type=KeyFile)
    write_key_file(key_file, KeyFile([make_key(), *ring.keys]))
    return read_key_file(key_file)


def _has_older(vault: Vault, column: Column) -> bool:
    values = column.rows.values_list(column.name, flat=True).iterator()
    return not all(vault.is_newest(sealed) for sealed in values)


def _batches(column: Column) -> Iterator[list[int]]:
    last = 0
    while batch := list(column.rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def _reseal(vault: Vault, column: Column, batch: list[int]) -> int:
    """One transaction. What a running hub has changed meanwhile is read again inside of it."""
    count = 0
    with transaction.atomic():
        for row in column.rows.select_for_update().filter(pk__in=many(batch)):
            value = getattr(row, column.name)
            if not vault.is_newest(value):
                place = column.place(row)
                sealed = vault.seal(vault.open(value, place), place)
                count += column.rows.filter(pk=row.pk).update(**{column.name: sealed})
    return count
