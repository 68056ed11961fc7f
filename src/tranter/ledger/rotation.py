"""A new key for everything that is sealed, while the hub runs. All keys stay valid, so it may stop anywhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from django.db import transaction

from tranter.ledger.applications import application_place
from tranter.ledger.credentials import credential_place
from tranter.ledger.decisions import fulfillment_place
from tranter.ledger.letters import letter_place
from tranter.ledger.models import Application, Credential, FulfillmentRow, Letter, OrderRow, RawRecord
from tranter.ledger.orders import order_place, raw_place
from tranter.ledger.vault import KeyFile, Vault, make_key, read_key_file, write_key_file

Row = Application | Credential | RawRecord | OrderRow | FulfillmentRow | Letter
Table = type[Application] | type[Credential] | type[RawRecord] | type[OrderRow] | type[FulfillmentRow] | type[Letter]
TABLES: tuple[Table, ...] = (Application, Credential, RawRecord, OrderRow, FulfillmentRow, Letter)
BATCH = 200
Progress = Callable[[int, int], None]


class Rotated(msgspec.Struct, frozen=True):
    """`new_key` is false when an interrupted rotation was brought to its end instead."""

    new_key: bool
    resealed: int


def rotate(key_file: Path, progress: Progress) -> Rotated:
    """`progress` hears how many of how many rows are done. Raises `KeyProblem`."""
    vault = read_key_file(key_file)
    unfinished = vault.has_older_keys and any(_has_older(vault, table) for table in TABLES)
    if not unfinished:
        vault = _add_key(key_file)
    total = sum(table.objects.count() for table in TABLES)
    done = resealed = 0
    for table in TABLES:
        for batch in _batches(table):
            resealed += _reseal(vault, table, batch)
            done += len(batch)
            progress(done, total)
    return Rotated(not unfinished, resealed)


def _add_key(key_file: Path) -> Vault:
    """The oldest key stays the last: the ledger is bound to it."""
    ring = msgspec.json.decode(key_file.read_bytes(), type=KeyFile)
    write_key_file(key_file, KeyFile([make_key(), *ring.keys]))
    return read_key_file(key_file)


def _has_older(vault: Vault, table: Table) -> bool:
    values = table.objects.values_list("sealed", flat=True).iterator()
    return not all(vault.is_newest(sealed) for sealed in values)


def _batches(table: Table) -> Iterator[list[int]]:
    last = 0
    while batch := list(table.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def _reseal(vault: Vault, table: Table, batch: list[int]) -> int:
    """One transaction. What a running hub has changed meanwhile is read again inside of it."""
    count = 0
    with transaction.atomic():
        for row in table.objects.select_for_update().filter(pk__in=batch):
            if not vault.is_newest(row.sealed):
                place = _place(row)
                sealed = vault.seal(vault.open(row.sealed, place), place)
                count += table.objects.filter(pk=row.pk).update(sealed=sealed)
    return count


def _place(row: Row) -> str:
    match row:
        case Application():
            return application_place(row.connector)
        case Credential():
            return credential_place(row.connection_id)
        case RawRecord():
            return raw_place(row.connection_id, row.kind, row.key)
        case OrderRow():
            return order_place(row.merchant_id, row.account, row.remote_id)
        case FulfillmentRow():
            return fulfillment_place(row.order_id, row.number)
        case Letter():
            return letter_place(row.key)
