from django.db import models

from tranter.ledger.models.connections import Connection
from tranter.ledger.models.installation import Merchant


class Alias(models.Model):
    """Another name of a SKU, perhaps for some days only. An empty connection name means everywhere."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    connection = models.CharField(max_length=64, default="", blank=True)
    alias = models.CharField(max_length=200)
    sku = models.CharField(max_length=200)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "connection", "alias"], name="alias_once")]


class Kit(models.Model):
    """A SKU that stands for several: what is in it, as people write it. It counts everywhere: no connection."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    connection = models.CharField(max_length=64, default="", blank=True)
    sku = models.CharField(max_length=200)
    recipe = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "connection", "sku"], name="kit_once")]


class CartFilter(models.Model):
    """What of a cart's orders, items and listings is ours: one rule for each field. No connection: at every cart."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    connection = models.CharField(max_length=64, default="", blank=True)
    field = models.CharField(max_length=24)
    rule = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "connection", "field"], name="filter_once")]


class ShipMethodMap(models.Model):
    """A cart's shipping code → the warehouse's method."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    connection = models.CharField(max_length=64)
    code = models.CharField(max_length=200)
    method = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "connection", "code"], name="ship_method_once")]


class CarrierMap(models.Model):
    """A warehouse's carrier word → the cart's."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    connection = models.CharField(max_length=64)
    word = models.CharField(max_length=200)
    carrier = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "connection", "word"], name="carrier_once")]


class MappingChange(models.Model):
    """What one edit of a mapping replaced, so that it can be undone. `rows` are [key, before, after]; null: absent."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    kind = models.CharField(max_length=16)
    rows = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["merchant", "-at"], name="mapping_change_newest")]


class RemoteLink(models.Model):
    """A remote id worth remembering: which company is this buyer, which address is this one."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=128)
    remote_id = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "key"], name="link_once")]
