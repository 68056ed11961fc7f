from django.db import models

from tranter.ledger.models.connections import Connection
from tranter.ledger.models.installation import Merchant


class RawRecord(models.Model):
    """The newest payload of one remote record, sealed. `state` is new, old (it was read), unreadable, waiting or half.

    Of one that is half the vendor tells more in a moment: it is read then.

    "new" and "old" are as long as each other, and the payload is the last column: so SQLite writes a word, and not the
    row anew, nor the page beside it that the payload's end is on.
    A waiting one is `about` a remote order that the hub does not know, or does not know yet.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="new")
    about = models.CharField(max_length=200, default="", blank=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "key"], name="raw_once")]
        indexes = [
            models.Index(
                fields=["connection", "kind", "state"],
                condition=~models.Q(state__in=["old", "erased"]),
                name="raw_unread",
            ),
            models.Index(fields=["connection", "about"], condition=models.Q(state="waiting"), name="raw_waiting"),
        ]


class OrderRow(models.Model):
    """One order of one cart account. The buyer's side of it is in `sealed`; columns hold what is searched.

    `cust_ref` is the number by which warehouses call it: given once, never changed after one was asked.
    `undecided` marks what routing has to look at (again). `held_*` say why it waits for a person. `wish` is what a
    person wants of it: hold, cancel, replace (stop it at the warehouse and send it again), or nothing special.
    `corrections` are a person's, sealed: they go before what the cart says. `before` is the order as it was when it was
    sent, sealed, where the cart has touched it since. `lead` is the order in whose delivery this one is to go. A test
    order (`is_test`) is known to no cart. `ruled` says what rules made of it, as [rule, what it did]. `waits_until`: it
    is decided again then.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, db_index=False)
    account = models.CharField(max_length=200)
    remote_id = models.CharField(max_length=200)
    number = models.CharField(max_length=200)
    cust_ref = models.CharField(max_length=200, null=True)
    marketplace = models.CharField(max_length=40, default="", blank=True)
    status = models.CharField(max_length=12, default="new")
    cart_state = models.CharField(max_length=20)
    reason = models.TextField(default="", blank=True)
    held_kind = models.CharField(max_length=40, default="", blank=True)
    held_value = models.CharField(max_length=300, default="", blank=True)
    released = models.JSONField(default=list)
    undecided = models.BooleanField(default=True)
    backlog = models.BooleanField(default=False)
    wish = models.CharField(max_length=8, default="", blank=True)
    tags = models.JSONField(default=list)
    ruled = models.JSONField(default=list)
    waits_until = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    buyer_hash = models.CharField(max_length=64, default="", blank=True)
    receiver_hash = models.CharField(max_length=64, default="", blank=True)
    is_test = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    ship_method = models.CharField(max_length=200, default="", blank=True)
    ship_by = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    final_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    sealed = models.BinaryField()
    corrections = models.BinaryField(null=True)
    before = models.BinaryField(null=True)
    lead = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="mates", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "account", "remote_id"], name="order_once"),
            models.UniqueConstraint(fields=["merchant", "cust_ref"], name="cust_ref_once"),
        ]
        indexes = [
            models.Index(fields=["merchant", "number"], name="order_number"),
            models.Index(fields=["connection", "ship_method"], name="order_ship_method"),
            # Lists walk these two alone: a page reads no row that it does not show.
            models.Index(
                fields=[
                    "merchant",
                    "status",
                    "ordered_at",
                    "id",
                    "connection",
                    "marketplace",
                    "ship_method",
                    "is_test",
                ],
                name="order_status",
            ),
            models.Index(
                fields=[
                    "status",
                    "ordered_at",
                    "id",
                    "merchant",
                    "connection",
                    "marketplace",
                    "ship_method",
                    "is_test",
                ],
                name="order_status_of_all",
            ),
            models.Index(fields=["merchant"], condition=models.Q(is_test=True), name="order_test"),
            models.Index(
                fields=["merchant", "connection", "ordered_at"],
                condition=models.Q(undecided=True),
                name="order_undecided",
            ),
            models.Index(
                fields=["merchant", "erased_at"], condition=models.Q(erased_at__isnull=False), name="order_erased"
            ),
            # Buyers who wanted to be erased. Of an order that is erased because it was long final nobody is known.
            models.Index(
                fields=["merchant", "buyer_hash"],
                condition=models.Q(erased_at__isnull=False) & ~models.Q(buyer_hash=""),
                name="order_erased_buyer",
            ),
            # Few have one. With the others in the index, statistics would tell SQLite that a value finds all of them.
            models.Index(fields=["lead"], condition=models.Q(lead__isnull=False), name="order_lead"),
            models.Index(
                fields=["merchant", "final_at"],
                condition=models.Q(erased_at__isnull=True, final_at__isnull=False),
                name="order_to_erase",
            ),
            models.Index(fields=["merchant", "held_kind", "held_value"], name="order_held"),
            models.Index(
                fields=["connection", "waits_until"],
                condition=models.Q(waits_until__isnull=False),
                name="order_waits_until",
            ),
            # Each order is at another place of this one: the smaller it is, the fewer of its pages are split.
            models.Index(fields=["buyer_hash", "merchant"], name="order_buyer"),
            # The newest orders of one person are read off this one, however many there are of a common name.
            models.Index(fields=["receiver_hash", "ordered_at", "id", "merchant"], name="order_receiver"),
            models.Index(fields=["merchant", "-ordered_at", "-id"], name="order_newest"),
            models.Index(
                fields=["merchant", "status", "ship_by"], condition=models.Q(final_at__isnull=True), name="order_open"
            ),
        ]


class OrderLineRow(models.Model):
    """`quantity` is what the cart asks for now; zero when the cart took the line back."""

    order = models.ForeignKey(OrderRow, on_delete=models.CASCADE, db_index=False)
    line_id = models.CharField(max_length=200)
    sku = models.CharField(max_length=200, default="", blank=True)
    item_sku = models.CharField(max_length=200, default="", blank=True)
    quantity = models.IntegerField()
    listing_id = models.CharField(max_length=64, default="", blank=True)
    variation = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "line_id"], name="order_line_once")]
        indexes = [
            models.Index(fields=["listing_id"], name="order_line_listing"),
            models.Index(fields=["item_sku"], name="order_line_item_sku"),
        ]


class OrderNote(models.Model):
    """What a person wrote beside an order, sealed."""

    order = models.ForeignKey(OrderRow, on_delete=models.CASCADE)
    author = models.CharField(max_length=254)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class FulfillmentRow(models.Model):
    """`state` is planned, sent, canceling or canceled. `committed_at` is when the warehouse began to hold the stock.

    `within` is the fulfillment of another order in whose delivery this one goes: that one has the intents, and this one
    follows its state.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(OrderRow, on_delete=models.CASCADE, db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, db_index=False)
    number = models.IntegerField(default=1)
    state = models.CharField(max_length=10, default="planned")
    remote_id = models.CharField(max_length=200, default="", blank=True)
    remote_number = models.CharField(max_length=200, default="", blank=True)
    url = models.CharField(max_length=500, default="", blank=True)
    committed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    within = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="carried", db_index=False)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="fulfillment_once")]
        indexes = [
            models.Index(fields=["connection", "remote_id"], name="fulfillment_remote"),
            models.Index(fields=["connection", "committed_at"], name="fulfillment_committed"),
            models.Index(fields=["merchant", "remote_number"], name="fulfillment_number"),
            # As the lead of an order: few go within another.
            models.Index(fields=["within"], condition=models.Q(within__isnull=False), name="fulfillment_within"),
        ]


class FulfillmentLineRow(models.Model):
    """A component of a kit has a line of its own, beside the cart's `of_line`: `per_unit` of it for each kit."""

    fulfillment = models.ForeignKey(FulfillmentRow, on_delete=models.CASCADE, related_name="lines", db_index=False)
    line_id = models.CharField(max_length=200)
    sku = models.CharField(max_length=200)
    product_id = models.CharField(max_length=64, default="", blank=True)
    remote_line_id = models.CharField(max_length=64, default="", blank=True)
    quantity = models.IntegerField()
    of_line = models.CharField(max_length=200, default="", blank=True)
    per_unit = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fulfillment", "line_id"], name="fulfillment_line_once")]
        indexes = [models.Index(fields=["product_id"], name="fulfillment_line_product")]


class ShipmentRow(models.Model):
    """One parcel, or what of it is one order's. `lines` is [[line id, units], …].

    `confirmed_at` is when the cart took it. `loaded_at` is when the hub learned that it had left.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(OrderRow, on_delete=models.CASCADE)
    fulfillment = models.ForeignKey(FulfillmentRow, on_delete=models.CASCADE)
    remote_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10)
    carrier = models.CharField(max_length=100, default="", blank=True)
    tracking_number = models.CharField(max_length=200, default="", blank=True)
    tracking_url = models.CharField(max_length=500, default="", blank=True)
    service = models.CharField(max_length=100, default="", blank=True)
    shipped_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField()
    lines = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_tracking = models.CharField(max_length=200, default="", blank=True)
    cart_remote_id = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id", "order"], name="shipment_once_each")]
        indexes = [
            models.Index(fields=["merchant", "tracking_number"], name="shipment_tracking"),
            models.Index(fields=["connection", "carrier"], name="shipment_carrier"),
        ]


class ReturnRow(models.Model):
    """What a buyer sends back to the warehouse, or what of it is one order's. `lines` is [[SKU, units], …]."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT)
    order = models.ForeignKey(OrderRow, on_delete=models.CASCADE)
    remote_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10)
    carrier = models.CharField(max_length=100, default="", blank=True)
    tracking_number = models.CharField(max_length=200, default="", blank=True)
    modified_at = models.DateTimeField()
    lines = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id", "order"], name="return_once_each")]
