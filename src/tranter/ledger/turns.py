"""Work that one process does for all: whose turn it is."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from tranter.ledger.models import Turn


def take(name: str, owner: str, seconds: float, now: datetime) -> bool:
    """Whether this owner has it now, and keeps it so long."""
    rows = Turn.objects.filter(Q(owner=owner) | Q(until__lte=now), name=name)
    if rows.update(owner=owner, until=now + timedelta(seconds=seconds)):
        return True
    if Turn.objects.filter(name=name).exists():
        return False
    try:
        with transaction.atomic():
            Turn.objects.create(name=name, owner=owner, until=now + timedelta(seconds=seconds))
    except IntegrityError:  # another one was quicker
        return False
    return True
