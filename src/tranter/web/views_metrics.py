"""Prometheus: `GET /metrics`."""

from hmac import compare_digest

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from tranter.ledger import gauges
from tranter.web.house import House, house_of


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """With the token of TRANTER_METRICS_TOKEN; without one only where nobody but this machine gets here."""
    house = house_of(request)
    if not _may(request, house):
        raise Http404
    return HttpResponse(generate_latest(_registry(house)), content_type=CONTENT_TYPE_LATEST)


def _may(request: HttpRequest, house: House) -> bool:
    token = house.config.metrics_token if house.config is not None else ""
    if not token:
        return house.is_private
    return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())


def _registry(house: House) -> CollectorRegistry:
    """Made anew for each reading: the ledger knows, and every process of the hub says the same."""
    made, now = CollectorRegistry(), house.hub.ports.clock.now()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"tranter_{name}", text, labels, registry=made)

    stale = gauge(
        "flow_stale_seconds",
        "How long the next success of the connection longest without is overdue",
        "merchant",
        "flow",
    )
    count = gauge("flows", "Flows of connections that run", "merchant", "flow")
    failing = gauge("flows_failing", "Those whose last run failed; by flows: the error ratio", "merchant", "flow")
    running = gauge("flows_running", "Those that run now", "merchant", "flow")
    for one in gauges.flows(now):
        count.labels(one.merchant, one.flow).set(one.count)
        failing.labels(one.merchant, one.flow).set(one.failing)
        running.labels(one.merchant, one.flow).set(one.running)
        if one.stale_seconds is not None:
            stale.labels(one.merchant, one.flow).set(one.stale_seconds)
    waiting = gauge("pushes_waiting", "Pushes that are not settled", "merchant", "verb")
    unknown = gauge("pushes_unknown", "Those whose answer was lost, and that are looked up", "merchant", "verb")
    late = gauge("backlog_seconds", "How long the oldest push has been due", "merchant", "verb")
    for push in gauges.backlog(now):
        waiting.labels(push.merchant, push.verb).set(push.count)
        unknown.labels(push.merchant, push.verb).set(push.unknown)
        late.labels(push.merchant, push.verb).set(push.late_seconds)
    open_ones = gauge("exceptions", "What waits for a person", "merchant", "kind")
    for trouble in gauges.exceptions():
        open_ones.labels(trouble.merchant, trouble.kind).set(trouble.count)
    gauge("calls", "Calls made to other systems by this process").set(house.hub.calls_made())
    gauge("up", "1 while work goes on").set(0 if house.trouble() else 1)
    return made
