"""Django's settings for what is served."""

from pathlib import Path
from urllib.parse import urlsplit

MAX_BODY_BYTES = 1024 * 1024
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def face(base_url: str, host: str) -> dict[str, object]:
    """For `ledger.setup.configure`."""
    public = urlsplit(base_url).hostname
    named = [] if host in ("0.0.0.0", "::", "") else [host]  # noqa: S104 - not a name that anybody asks for
    return {
        "ROOT_URLCONF": "tranter.web.urls",
        "ALLOWED_HOSTS": [*LOCAL_NAMES, *named, *([public] if public else [])],
        "MIDDLEWARE": ["tranter.web.headers.with_headers", "django.middleware.csrf.CsrfViewMiddleware"],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "templates"],
            }
        ],
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MAX_BODY_BYTES,
        "APPEND_SLASH": False,
    }
