from django.db import models

from tranter.ledger.models.installation import Merchant


class OrderElsewhere(models.Model):
    """A number of an order that another hub had taken when the merchant moved over: that hub sends it."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    number = models.CharField(max_length=200)
    hub = models.CharField(max_length=64)
    status = models.CharField(max_length=24)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "number"], name="elsewhere_once")]
