from django.db import models

from tranter.ledger.models.installation import Merchant
from tranter.ledger.models.people import User


class Errand(models.Model):
    """One thing that a person wants done to many orders, carried out one by one in the background.

    `left` are the order ids still to do; a process that dies leaves the rest for the next one. `said` counts the
    answers: `word/what of` → how often. State: waiting, running, done, stopped; `owner` is the process at work.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    what = models.CharField(max_length=24)
    detail = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    said = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="waiting")
    owner = models.CharField(max_length=80, default="", blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state"], condition=models.Q(state__in=["waiting", "running"]), name="errand_open")
        ]
