from django.db import models


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered. `sealed` holds the answer; while it is being done, nothing.

    `asked` is a keyed hash of the request: the same key for something else is refused.
    """

    api_key = models.ForeignKey("ledger.ApiKey", on_delete=models.CASCADE)
    key_hash = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    began_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key_hash"], name="kept_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]
