from django.db import models

from tranter.ledger.models.connections import Connection


class Loan(models.Model):
    """A warehouse of the house, lent to a merchant. `connection` is the merchant's own row, which has no credentials.

    `alone`: the location is lent to nobody else. One that ended keeps its prefix from other merchants for ever.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="loan")
    lender = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="loans")
    location = models.CharField(max_length=64)
    alone = models.BooleanField(default=False)
    prefix = models.CharField(max_length=32)
    sku_prefix = models.CharField(max_length=64, default="", blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
