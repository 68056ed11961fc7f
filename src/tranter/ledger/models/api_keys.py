from django.db import models

from tranter.ledger.models.connections import Connection
from tranter.ledger.models.installation import Merchant


class ApiKey(models.Model):
    """What a program signs in with. `level` is cart, merchant or warehouse; only a hash of the key is kept.

    A key of level cart has a connection and its merchant, one of level merchant a merchant, one of level warehouse
    neither: it is the installation's. `busy_until`: when the calls that it made are paid back, at one per 0.6 s.
    """

    level = models.CharField(max_length=10)
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.CASCADE)
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=64)
    api_user = models.CharField(max_length=32, unique=True)
    key_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
