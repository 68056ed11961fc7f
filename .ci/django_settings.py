"""For the type checker alone: which Django app holds the models."""

SECRET_KEY = "for the type checker"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tranter.ledger.apps.LedgerConfig",
]
AUTH_USER_MODEL = "ledger.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
