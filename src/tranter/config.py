"""The operator's settings: environment variables, read once."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from msgspec import Struct

from tranter.engine.smtp import MailServer, MailUrlError, parse_mail_url
from tranter.ledger.databases import BadUrl, settings_of

IDLE_VISIT_HOURS = 12
LONGEST_VISIT_DAYS = 14
SHORTEST_TOKEN = 16


class ConfigError(ValueError):
    """A setting that can't be used; the text names the variable, the cause and the way out."""


class Config(Struct, frozen=True, kw_only=True):
    home: Path
    key_file: Path
    database_url: str = ""
    base_url: str = ""
    mail: MailServer | None = None
    egress_ips: tuple[str, ...] = ()
    allow_hosts: frozenset[str] = frozenset()
    folders: tuple[Path, ...] = ()
    clock: str = "real"
    failpoint: str = ""
    metrics_token: str = ""
    log_format: str = "plain"
    workers: int = 8
    session_hours: int = IDLE_VISIT_HOURS
    session_days: int = LONGEST_VISIT_DAYS

    @property
    def database(self) -> Path | str:
        """The file of the embedded ledger, or the URL of the shared one."""
        return self.database_url or self.home / "tranter.sqlite3"

    @property
    def uploads(self) -> Path:
        return self.home / "uploads"


def read_config(environ: Mapping[str, str] | None = None) -> Config:
    env = os.environ if environ is None else environ
    home = Path(env.get("TRANTER_HOME") or platformdirs.user_data_dir("tranter")).expanduser()
    return Config(
        home=home,
        key_file=Path(env.get("TRANTER_KEY_FILE") or home / "keys.json").expanduser(),
        database_url=_database(env.get("TRANTER_DATABASE_URL", "")),
        base_url=env.get("TRANTER_BASE_URL", "").rstrip("/"),
        mail=_mail(env.get("TRANTER_EMAIL_URL", "")),
        egress_ips=_words(env.get("TRANTER_EGRESS_IPS", "")),
        allow_hosts=frozenset(word.lower() for word in _words(env.get("TRANTER_ALLOW_HOSTS", ""))),
        folders=_folders(env.get("TRANTER_FOLDERS", "")),
        clock=env.get("TRANTER_CLOCK", "real"),
        failpoint=env.get("TRANTER_FAILPOINT", ""),
        metrics_token=_token(env.get("TRANTER_METRICS_TOKEN", "")),
        log_format=_log_format(env.get("TRANTER_LOG_FORMAT", "plain")),
        workers=_count("TRANTER_WORKERS", env.get("TRANTER_WORKERS", "8")),
        session_hours=_count("TRANTER_SESSION_HOURS", env.get("TRANTER_SESSION_HOURS", str(IDLE_VISIT_HOURS))),
        session_days=_count("TRANTER_SESSION_DAYS", env.get("TRANTER_SESSION_DAYS", str(LONGEST_VISIT_DAYS))),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _folders(text: str) -> tuple[Path, ...]:
    found = tuple(Path(word).expanduser() for word in text.split(os.pathsep) if word.strip())
    for folder in found:
        if not folder.is_absolute():
            raise ConfigError(
                f"TRANTER_FOLDERS: write {str(folder)!r} as a whole path; several are parted by {os.pathsep}"
            )
    return found


def _count(name: str, text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise ConfigError(f"{name}={text!r}: write a number from 1 to 256")
    return int(text)


def _token(text: str) -> str:
    if text and len(text) < SHORTEST_TOKEN:
        raise ConfigError(f"TRANTER_METRICS_TOKEN: it is too easily guessed: take {SHORTEST_TOKEN} letters or more")
    return text


def _log_format(text: str) -> str:
    if text not in ("plain", "json"):
        raise ConfigError(f"TRANTER_LOG_FORMAT={text!r}: write plain or json")
    return text


def _mail(url: str) -> MailServer | None:
    try:
        return parse_mail_url(url) if url else None
    except MailUrlError as error:
        raise ConfigError(f"TRANTER_EMAIL_URL: {error}") from error


def _database(url: str) -> str:
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ConfigError(
            "TRANTER_DATABASE_URL: write postgresql://user:password@host/name, or leave it empty for SQLite"
        )
    try:
        settings_of(url) if url else None
    except BadUrl as error:
        raise ConfigError(f"TRANTER_DATABASE_URL: {error}") from error
    return url
