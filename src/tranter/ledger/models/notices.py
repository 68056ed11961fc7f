from django.db import models

from tranter.ledger.models.installation import Merchant


class TellRule(models.Model):
    """Who is told what. `topic` is a word of the glossary; `merchant` None: of every merchant.

    `sealed` holds the address: an e-mail's, or an apprise URL, which is a secret.
    """

    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.CASCADE)
    topic = models.CharField(max_length=24)
    kind = models.CharField(max_length=8, default="mail")
    label = models.CharField(max_length=120, default="", blank=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()


class Letter(models.Model):
    """A message on its way. `key` names what it says: one letter for each. `sealed` holds subject and text.

    `state` is waiting, sent, failed or kept: kept is for reading here, where no mail server is set.
    """

    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.CASCADE)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=8, default="mail")
    state = models.CharField(max_length=8, default="waiting")
    to_hash = models.CharField(max_length=64)
    sealed = models.BinaryField()
    attempts = models.IntegerField(default=0)
    trouble = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="letter_waiting"),
            models.Index(fields=["to_hash", "sent_at"], name="letter_to"),
        ]
