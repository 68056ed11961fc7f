"""How fast a key may call: a bucket that leaks. In the ledger, so that it holds for any number of web processes."""

from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from tranter.ledger.models import ApiKey


class Bucket(msgspec.Struct, frozen=True):
    """Holds `calls`; one comes back every `seconds`."""

    calls: int
    seconds: float

    def left(self, busy_until: datetime | None, now: datetime) -> int:
        """`busy_until`: when everything taken has come back."""
        if busy_until is None or busy_until <= now:
            return self.calls
        taken = -((now - busy_until) // timedelta(seconds=self.seconds))
        return max(self.calls - taken, 0)


def take(key_id: int, bucket: Bucket, now: datetime) -> int | None:
    """How many are left after this one; None when there was none to take."""
    with transaction.atomic():
        row = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
        if bucket.left(row.busy_until, now) < 1:
            return None
        busy_until = max(row.busy_until or now, now) + timedelta(seconds=bucket.seconds)
        ApiKey.objects.filter(pk=key_id).update(busy_until=busy_until)
    return bucket.left(busy_until, now)


def left(key_id: int, bucket: Bucket, now: datetime) -> int:
    """Looking takes nothing."""
    return bucket.left(ApiKey.objects.values_list("busy_until", flat=True).get(pk=key_id), now)
