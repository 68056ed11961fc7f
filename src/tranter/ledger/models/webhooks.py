from django.db import models

from tranter.ledger.models.installation import Merchant
from tranter.ledger.models.orders import OrderRow


class Webhook(models.Model):
    """Where a merchant wants to be told what happens. `sealed` holds the address and the secrets that sign.

    `events` empty: all of them. `state` is live or paused; what happens meanwhile waits.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    style = models.CharField(max_length=12, default="standard")
    events = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="live")
    state_reason = models.CharField(max_length=300, default="", blank=True)
    failing_since = models.DateTimeField(null=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)


class WebhookMessage(models.Model):
    """One event for one webhook, written down with what happened. `state` is waiting, sent or failed."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    message_id = models.CharField(max_length=64, unique=True)
    event = models.CharField(max_length=40)
    at = models.DateTimeField()
    order = models.ForeignKey(OrderRow, null=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=200, default="", blank=True)
    detail = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="waiting")
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["webhook", "due_at"], condition=models.Q(state="waiting"), name="webhook_message_waiting"
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_message_newest"),
        ]


class WebhookAttempt(models.Model):
    """One time a message was carried there, and what was answered. `status` 0: no answer came."""

    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE)
    at = models.DateTimeField()
    taken = models.BooleanField()
    status = models.IntegerField(default=0)
    note = models.CharField(max_length=300, default="", blank=True)
