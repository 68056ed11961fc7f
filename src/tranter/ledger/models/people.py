from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tranter.ledger.models.installation import Merchant


class User(AbstractBaseUser):
    """Who signs in. `role` is owner, operator or viewer.

    `staff` belongs to the installation: reaches every merchant (`everywhere`), or those that a `Reach` names. Everybody
    else belongs to the merchants of their `Reach`, and never changes what the installation shares.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, default="", blank=True)
    role = models.CharField(max_length=10, default="viewer")
    staff = models.BooleanField(default=False)
    everywhere = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, default="", blank=True)
    language = models.CharField(max_length=10, default="", blank=True)
    theme = models.CharField(max_length=8, default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    def get_full_name(self) -> str:
        return self.name or self.email


class Reach(models.Model):
    """A merchant that a user sees."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reaches")
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "merchant"], name="reach_once")]


class Invitation(models.Model):
    """An account that waits for its person. Only a hash of the link's token is kept; it counts once."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, default="", blank=True)
    role = models.CharField(max_length=10)
    staff = models.BooleanField(default=False)
    everywhere = models.BooleanField(default=False)
    merchants = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SavedView(models.Model):
    """A filter that a user comes back to. `query` is the page's query string; `place` the page."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.CASCADE)
    place = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "merchant", "place", "name"], nulls_distinct=False, name="saved_view_once"
            )
        ]
