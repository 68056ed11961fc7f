"""Django's settings for what is served."""

from pathlib import Path
from urllib.parse import urlsplit

from tranter.config import IDLE_VISIT_HOURS
from tranter.web.people.languages import LANGUAGES

MAX_BODY_BYTES = 1024 * 1024
MAX_API_BYTES = 16 * 1024 * 1024
"""A batch of orders is larger than any form."""
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
KEPT_SECONDS = 31536000
APPS = ("django.contrib.messages", "django.contrib.staticfiles", "django_htmx", "tranter.web")
MIDDLEWARE = (
    "tranter.web.headers.with_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tranter.web.people.visit.with_visits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
)
CONTEXT = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "tranter.web.shown.around",
)


def face(base_url: str, host: str, session_hours: int = IDLE_VISIT_HOURS) -> dict[str, object]:
    """For `ledger.setup.configure`."""
    public = urlsplit(base_url).hostname
    secure = base_url.startswith("https://")
    named = [] if host in ("0.0.0.0", "::", "") else [host]  # noqa: S104 - not a name that anybody asks for
    return {
        "INSTALLED_APPS": APPS,
        "ROOT_URLCONF": "tranter.web.urls",
        "ALLOWED_HOSTS": [*LOCAL_NAMES, *named, *([public] if public else [])],
        "CSRF_TRUSTED_ORIGINS": [f"{urlsplit(base_url).scheme}://{urlsplit(base_url).netloc}"] if public else [],
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": [_templates()],
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MAX_BODY_BYTES,
        "APPEND_SLASH": False,
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_MAX_AGE": KEPT_SECONDS,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "USE_I18N": True,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        **_sessions(secure, session_hours),
        **_accounts(secure),
    }


def _templates() -> dict[str, object]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": list(CONTEXT)},
    }


def _sessions(secure: bool, hours: int) -> dict[str, object]:
    """Behind https the cookies travel by https alone. So many hours without a click end a session."""
    return {
        "SESSION_COOKIE_NAME": "tranter",
        "SESSION_COOKIE_AGE": hours * 3600,
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_HTTPONLY": True,
    }


def _accounts(secure: bool) -> dict[str, object]:
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "LOGIN_URL": "/sign-in",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "tranter.web.accounts.Accounts",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/sign-in",
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if secure else "http",
        "MFA_ADAPTER": "tranter.web.accounts.SecondFactors",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # nobody signs up: an owner or an invitation vouches for the address
        "MFA_TOTP_TOLERANCE": 1,
    }
