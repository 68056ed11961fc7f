"""Two transactions that lock each other out: PostgreSQL undoes one, and it is made once more."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from tests.databases import POSTGRESQL
from tests.ledger.conftest import NOW
from tranter.ledger.models import Merchant
from tranter.ledger.setup import close_connections
from tranter.ledger.vault import Vault
from tranter.ledger.writing import TRIES, made_again


@pytest.fixture(scope="session")
def kind() -> str:
    return POSTGRESQL


def test_a_deadlock_is_nobodys_trouble(vault: Vault) -> None:
    first, second = (Merchant.objects.create(slug=name, name="", created_at=NOW).pk for name in ("one", "two"))
    both_hold, tries, troubles = threading.Barrier(2), [], []

    @made_again
    def rename(one: int, other: int) -> None:
        tries.append(one)
        with transaction.atomic():
            Merchant.objects.filter(pk=one).update(name=f"by {one}")
            if tries.count(one) == 1:
                both_hold.wait(30)
            Merchant.objects.filter(pk=other).update(name=f"by {one}")

    def alone(one: int, other: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET deadlock_timeout = '50ms'")
            rename(one, other)
        except OperationalError as error:
            troubles.append(error)
        finally:
            close_connections()

    threads = [threading.Thread(target=alone, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    assert len(tries) == 3
    assert len(set(Merchant.objects.filter(pk__in=(first, second)).values_list("name", flat=True))) == 1


def test_what_goes_wrong_each_time_or_within_another_transaction_is_told(vault: Vault) -> None:
    tries = []

    @made_again
    def undone() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '40001'; END $$")

    with pytest.raises(OperationalError):
        undone()
    assert len(tries) == TRIES
    with pytest.raises(OperationalError), transaction.atomic():
        undone()
    assert len(tries) == TRIES + 1


def test_other_troubles_are_not_tried_again(vault: Vault) -> None:
    tries = []

    @made_again
    def full() -> None:
        tries.append(1)
        raise OperationalError("disk full")

    with pytest.raises(OperationalError):
        full()
    assert len(tries) == 1
