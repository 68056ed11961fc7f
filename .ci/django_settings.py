"""For the type checker alone: which Django app holds the models."""

SECRET_KEY = "for the type checker"
INSTALLED_APPS = ["tranter.ledger.apps.LedgerConfig"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
