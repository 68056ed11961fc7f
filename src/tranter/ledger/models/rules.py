from django.db import models

from tranter.ledger.models.installation import Merchant


class RuleRow(models.Model):
    """One rule of a merchant, as JSON of the shape that `version` names. The lowest `position` comes first."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    position = models.IntegerField()
    body = models.JSONField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["merchant", "position"], name="rule_position")]


class RoutingRow(models.Model):
    """How a merchant's orders find their warehouse where no rule says so."""

    merchant = models.OneToOneField(Merchant, on_delete=models.CASCADE)
    body = models.JSONField()
    version = models.IntegerField(default=1)
