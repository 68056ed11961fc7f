"""A shared ledger that the tools of its server have put back."""

from datetime import datetime

from django.db.models import F

from tranter.ledger.book import pause_pushes
from tranter.ledger.models import Credential, Flow


def pause_restored(now: datetime) -> None:
    """It knows less than the other systems do: nothing is sent. What nobody holds any more is let go."""
    pause_pushes(
        f"this ledger was said to be restored at {now:%Y-%m-%d %H:%M} UTC; nothing is sent until "
        "`tranter reconcile` has seen what the other systems already have"
    )
    Flow.objects.update(lease_until=None, lease_owner="", fence=F("fence") + 1)
    Credential.objects.update(claim="", claimed_until=None)
