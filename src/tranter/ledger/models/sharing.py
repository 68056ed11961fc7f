from django.db import models

from tranter.ledger.models.connections import Connection
from tranter.ledger.models.people import User


class Application(models.Model):
    """The hub's own application at a vendor: what every sign-in there is made with. One per connector."""

    connector = models.CharField(max_length=40, unique=True)
    settings = models.JSONField(default=dict)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()


class ShareLink(models.Model):
    """An account owner is asked by mail to sign in. Only a hash of the token is kept; it counts once."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
