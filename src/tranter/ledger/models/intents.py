from django.db import models

from tranter.ledger.models.connections import Connection
from tranter.ledger.models.installation import Merchant
from tranter.ledger.models.orders import FulfillmentRow, OrderRow, ShipmentRow


class Intent(models.Model):
    """One call, written down before it is made. `key` is made of its meaning and never changes.

    States: ready (to be sent at `due_at`), claimed (being sent), unknown (sent, outcome not known: looked up at
    `due_at`), done, rejected (waits for a repair), canceled (nothing was sent and nothing will be).
    `doubtful`: an earlier attempt may have been carried out. `look_first`: look before sending, whatever is known.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, db_index=False)
    verb = models.CharField(max_length=24)
    key = models.CharField(max_length=300, unique=True)
    state = models.CharField(max_length=10, default="ready")
    generation = models.IntegerField(default=1)
    attempts = models.IntegerField(default=0)
    absences = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    fence = models.BigIntegerField(default=0)
    lane = models.CharField(max_length=64, default="", blank=True)
    look_first = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    first_sent_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)
    order = models.ForeignKey(OrderRow, null=True, on_delete=models.CASCADE)
    fulfillment = models.ForeignKey(FulfillmentRow, null=True, on_delete=models.CASCADE)
    shipment = models.ForeignKey(ShipmentRow, null=True, on_delete=models.CASCADE, db_index=False)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["connection", "verb", "due_at"],
                condition=~models.Q(state__in=["done", "rejected", "canceled"]),
                name="intent_open",
            ),
            models.Index(fields=["merchant", "state"], name="intent_state"),
            models.Index(fields=["shipment"], condition=models.Q(shipment__isnull=False), name="intent_shipment"),
        ]


class Attempt(models.Model):
    """One time an intent was carried out or looked up, and what came back."""

    intent = models.ForeignKey(Intent, on_delete=models.CASCADE)
    number = models.IntegerField()
    at = models.DateTimeField()
    what = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12)
    note = models.TextField(default="", blank=True)
    calls = models.JSONField(default=list)
