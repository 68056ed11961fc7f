"""What has a time to come back at: pushes whose outcome is to be looked up, and retries."""

from datetime import datetime, timedelta

import msgspec
from django.db.models import Count, Min, Q

from tranter.ledger.models import Flow, Intent, ListingRow
from tranter.ledger.schedule import FLOW_OF, LIVE, in_service

FAILED_LOOK_UPS = 3
FAR = timedelta(days=365)


class LookUp(msgspec.Struct, frozen=True, kw_only=True):
    """`running`: a run of this flow is under way, perhaps in another process."""

    connection_id: int
    flow: str
    at: datetime
    running: bool


def look_ups(merchant_id: int, since: datetime) -> list[LookUp]:
    """Pushes of unknown outcome, the earliest of each flow; not those that failed to be looked up again and again."""
    failed = Count("attempt", filter=Q(attempt__what="look", attempt__outcome="again", attempt__at__gte=since))
    rows = (
        in_service(Intent.objects.filter(merchant_id=merchant_id, state__in=("unknown", "claimed")))
        .annotate(failed=failed)
        .filter(failed__lt=FAILED_LOOK_UPS)
    )
    earliest: dict[tuple[int, str], datetime] = {}
    for connection_id, verb, at in rows.values_list("connection_id", "verb", "due_at"):
        place = (connection_id, FLOW_OF[verb])
        earliest[place] = min(at, earliest.get(place, at))
    running = set(Flow.objects.exclude(lease_until=None).values_list("connection_id", "name"))
    return [
        LookUp(connection_id=place[0], flow=place[1], at=at, running=place in running) for place, at in earliest.items()
    ]


def postponed_at(merchant_id: int, by: datetime) -> datetime | None:
    """When the next push is due that did not fail and only has to wait a moment, until `by` at the latest."""
    rows = in_service(Intent.objects.filter(merchant_id=merchant_id, state="ready", failing_since=None, due_at__lte=by))
    flows = Flow.objects.filter(connection__merchant_id=merchant_id, lease_until=None, failures=0, due_at__lte=by)
    runs = {
        (connection_id, name): at for connection_id, name, at in flows.values_list("connection_id", "name", "due_at")
    }
    earliest = rows.order_by().values("connection_id", "verb").annotate(at=Min("due_at"))
    places = [((one["connection_id"], FLOW_OF[one["verb"]]), one["at"]) for one in earliest]
    return min((max(at, runs[place]) for place, at in places if place in runs), default=None)


def retry_at(merchant_id: int, now: datetime) -> datetime | None:
    """When the next thing that failed, or that had to wait, is tried again. Regular runs are not among them."""
    flows = in_service(Flow.objects.filter(connection__merchant_id=merchant_id))
    failing = flows.filter(failures__gt=0)
    planned = flows.filter(every_seconds=0, due_at__lt=now + FAR).exclude(name="listing_stock")
    # A listing that was refused is asked for again every hour, for ever; one without an answer is `pushing`.
    stock = ListingRow.objects.filter(
        connection__merchant_id=merchant_id, connection__state=LIVE, pushing=True, wanted__isnull=False
    )
    times = [rows.aggregate(at=Min("due_at"))["at"] for rows in (failing, planned, stock)]
    return min((at for at in times if at is not None), default=None)
