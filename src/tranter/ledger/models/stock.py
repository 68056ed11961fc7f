from django.db import models

from tranter.ledger.models.connections import Connection


class ProductRow(models.Model):
    """`weight` is in grams, as a decimal in text: exact on both databases. Empty: nobody knows."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    remote_id = models.CharField(max_length=64)
    sku = models.CharField(max_length=200)
    name = models.CharField(max_length=500, default="", blank=True)
    barcode = models.CharField(max_length=64, default="", blank=True)
    active = models.BooleanField(default=True)
    tracked = models.BooleanField(default=True)
    at_most = models.IntegerField(null=True)
    weight = models.CharField(max_length=40, default="", blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id"], name="product_once")]
        indexes = [models.Index(fields=["connection", "sku", "active"], name="product_sku")]


class StockLevelRow(models.Model):
    """`read_at` is the version: an older reading never replaces a newer one."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    product_id = models.CharField(max_length=64)
    location = models.CharField(max_length=64, default="", blank=True)
    available = models.IntegerField(null=True)
    tracked = models.BooleanField(default=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "product_id", "location"], name="level_once")]


class ListingRow(models.Model):
    """One item code on one page of a cart, and the intent to change what it shows.

    `wanted` is written down before it is sent; `acknowledged` is the last quantity that the cart took or showed.
    `pushing` is true from the claim to the answer: a quantity whose answer was lost is not known and is sent again.
    `pushed` is the last quantity that we sent; `superseded` one that a newer wish replaced before it left.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    key = models.CharField(max_length=300)
    listing_id = models.CharField(max_length=64)
    sku = models.CharField(max_length=200, default="", blank=True)
    variation = models.CharField(max_length=200, default="", blank=True)
    marketplace = models.CharField(max_length=40, default="", blank=True)
    title = models.CharField(max_length=300, default="", blank=True)
    family = models.CharField(max_length=16, default="", blank=True)
    offer_id = models.CharField(max_length=64, default="", blank=True)
    active = models.BooleanField(default=True)
    shown = models.IntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    acknowledged = models.IntegerField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    wanted = models.IntegerField(null=True)
    wanted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    pushing = models.BooleanField(default=False)
    attempts = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    trouble = models.TextField(default="", blank=True)
    pushed = models.IntegerField(null=True)
    pushed_at = models.DateTimeField(null=True)
    superseded = models.IntegerField(null=True)
    superseded_at = models.DateTimeField(null=True)
    revisions = models.IntegerField(default=0)
    revisions_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="listing_once")]
        indexes = [
            models.Index(fields=["connection", "sku"], name="listing_sku"),
            models.Index(fields=["connection", "due_at"], condition=models.Q(wanted__isnull=False), name="listing_due"),
        ]
