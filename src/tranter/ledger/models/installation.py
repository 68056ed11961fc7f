from django.db import models


class Installation(models.Model):
    """One row. `pushes_paused` is set by a restore until the remotes were looked at.

    `served_at`: the public address that it had when it ran last.
    """

    instance_id = models.CharField(max_length=64)
    key_fingerprint = models.CharField(max_length=64)
    pushes_paused = models.BooleanField(default=False)
    pause_reason = models.TextField(default="", blank=True)
    moved_to = models.CharField(max_length=300, default="", blank=True)
    served_at = models.CharField(max_length=300, default="", blank=True)
    name = models.CharField(max_length=120, default="", blank=True)
    time_zone = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()


class Merchant(models.Model):
    """`closed_days` are weekdays (0 is Monday) and dates on which no order is missed. `keep_days`: buyers' data."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, default="", blank=True)
    closed_days = models.JSONField(default=list)
    keep_days = models.IntegerField(default=30)
    journal_length = models.BigIntegerField(default=0)
    journal_hash = models.CharField(max_length=64, default="", blank=True)


class JournalEntry(models.Model):
    """Append-only. `hash` covers the entry and the one before it. No personal data."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    what = models.CharField(max_length=64)
    subject = models.CharField(max_length=200, default="", blank=True)
    detail = models.JSONField(default=dict, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "number"], name="journal_number")]
        indexes = [models.Index(fields=["merchant", "subject"], name="journal_subject")]


class TradeException(models.Model):
    """Something that waits for a person. `fingerprint` names the trouble: one open row for each."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    connection = models.ForeignKey("ledger.Connection", null=True, on_delete=models.CASCADE)
    order = models.ForeignKey("ledger.OrderRow", null=True, on_delete=models.CASCADE)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    value = models.CharField(max_length=300, default="", blank=True)
    cause = models.TextField()
    remedy = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, default="open")
    fingerprint = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "fingerprint"],
                condition=models.Q(state="open"),
                name="exception_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["merchant", "state", "kind"], name="exception_state"),
            models.Index(
                fields=["merchant", "-resolved_at"], condition=models.Q(state="resolved"), name="exception_resolved"
            ),
        ]
