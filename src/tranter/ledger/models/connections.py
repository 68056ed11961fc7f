from django.db import models

from tranter.ledger.models.installation import Merchant


def account_of(connection_id: int, account_id: str) -> str:
    """What a connection's orders are unique on: the remote's user id, or the connection's own while that is unknown."""
    return account_id or f"connection:{connection_id}"


class Connection(models.Model):
    """One account at one system. `state` is draft, live, needs_sign_in, paused or removed.

    Stock is pushed only after `stock_live_at`: the first push shows its plan and waits for a yes. `sign_in_ends_at` is
    when the refresh token runs out, where the vendor says so.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT)
    name = models.CharField(max_length=64)
    connector = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default="draft")
    state_reason = models.TextField(default="", blank=True)
    state_since = models.DateTimeField()
    account_id = models.CharField(max_length=200, default="", blank=True)
    account_name = models.CharField(max_length=200, default="", blank=True)
    facts = models.JSONField(default=dict)
    live_at = models.DateTimeField(null=True)
    stock_live_at = models.DateTimeField(null=True)
    sign_in_ends_at = models.DateTimeField(null=True)
    owner_email = models.CharField(max_length=254, default="", blank=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="connection_name")]
        indexes = [models.Index(fields=["connector", "account_id"], name="connection_account")]


class Credential(models.Model):
    """Sealed secrets of one connection. A refresh is claimed first, so that only one process makes it."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE)
    sealed = models.BinaryField()
    generation = models.IntegerField(default=1)
    claim = models.CharField(max_length=64, default="", blank=True)
    claimed_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()


class Flow(models.Model):
    """The truth about when one flow of one connection runs, and who runs it now.

    `fence` rises with every lease; a settle under an older one is refused. `rung` remembers a wake-up that came while
    the flow was running. `by_hand`: a person set `every_seconds`. `quiet_since` is when a run last found something;
    `fresh_until`, when the success after the last one is due.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    name = models.CharField(max_length=24)
    every_seconds = models.IntegerField()
    by_hand = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    rung = models.BooleanField(default=False)
    fence = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=80, default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    cursor = models.TextField(default="", blank=True)
    last_started_at = models.DateTimeField(null=True)
    last_ended_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    quiet_since = models.DateTimeField(null=True)
    fresh_until = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    trouble = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="flow_once")]
        indexes = [
            models.Index(fields=["due_at"], name="flow_due"),
            models.Index(fields=["lease_until"], name="flow_held", condition=models.Q(lease_until__isnull=False)),
        ]


class RunRow(models.Model):
    """One run of a flow that did something or failed. `counts` is word → how many."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    ok = models.BooleanField()
    counts = models.JSONField(default=dict)
    trouble = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["flow", "-started_at"], name="run_newest")]


class HookEvent(models.Model):
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    event_id = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "event_id"], name="hook_once")]


class SignIn(models.Model):
    """A consent page that was opened. Only a hash of its `state` is kept; it counts once, until `expires_at`.

    `holder` is a hash of who opened it (a browser's session, a share link): only they may bring the answer. With
    `goes_live` the connection runs afterwards. `outcome` is granted, declined, wrong_account or failed.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    state_hash = models.CharField(max_length=64, unique=True)
    redirect_uri = models.CharField(max_length=500, default="", blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=64, default="", blank=True)
    goes_live = models.BooleanField(default=True)
    outcome = models.CharField(max_length=16, default="", blank=True)
    said = models.CharField(max_length=500, default="", blank=True)
