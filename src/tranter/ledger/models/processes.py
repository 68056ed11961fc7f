from django.db import models


class ProcessRow(models.Model):
    """One that works at a shared ledger. `beat_at` is when it last said that it lives."""

    name = models.CharField(max_length=80, unique=True)
    beat_at = models.DateTimeField()


class Turn(models.Model):
    """Work that one process does for all, and which one at present."""

    name = models.CharField(max_length=40, unique=True)
    owner = models.CharField(max_length=80)
    until = models.DateTimeField()


class AccountCalls(models.Model):
    """What all processes together have taken of an account's calls in one slot of time.

    `account` is a hash. `granted` is what the last that asked was given.
    """

    account = models.CharField(max_length=64, primary_key=True)
    slot = models.BigIntegerField()
    taken = models.IntegerField()
    granted = models.IntegerField()
    closed_until = models.DateTimeField(null=True)
