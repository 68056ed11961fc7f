from django.db import models


class ProcessRow(models.Model):
    """One that works at a shared ledger. `beat_at` is when it last said that it lives."""

    name = models.CharField(max_length=80, unique=True)
    beat_at = models.DateTimeField()
