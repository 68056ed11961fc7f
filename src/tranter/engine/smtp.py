"""The mail server: its address as one URL, and one letter handed to it. TLS certificates are always verified."""

import smtplib
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

PORTS = {"smtp": 587, "smtps": 465}
OPTIONS = {"tls", "from"}
LOCAL = ("localhost", "127.0.0.1", "::1")
TIMEOUT_SECONDS = 20
EXAMPLE = "smtp://user:password@mail.example.com:587/?from=hub@example.com"


class MailUrlError(ValueError):
    """The URL can't be used; the text says what of it."""


class Undeliverable(Exception):
    """The letter did not go. `for_good`: the server refuses it, and would again."""

    def __init__(self, reason: str, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class MailServer(Struct, frozen=True, kw_only=True):
    """`starttls`: the connection begins plain and is encrypted before anything is said; `tls`: from its first byte."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    starttls: bool = True
    tls: bool = False

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"


class Envelope(Struct, frozen=True, kw_only=True):
    """`key` names what is said, so that a letter that went twice is known for one."""

    key: str
    to: str
    subject: str
    text: str
    at: datetime


def parse_mail_url(url: str) -> MailServer:
    """`smtp://user:password@host:587/?tls=starttls&from=hub@example.com` or `smtps://…`. Raises `MailUrlError`."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise MailUrlError(f"begin with smtp:// or smtps://, as in {EXAMPLE}")
    if not parts.hostname:
        raise MailUrlError(f"it names no host: write it as {EXAMPLE}")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError as error:
        raise MailUrlError("the port is no number: a / # or @ in the password is written as %2F %23 %40") from error
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - OPTIONS):
        raise MailUrlError(f"it knows no option {unknown[0]!r}; there are tls and from")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    server = MailServer(
        host=parts.hostname,
        port=port,
        sender=options.get("from") or (user if "@" in user else ""),
        user=user,
        password=password,
        starttls=parts.scheme == "smtp" and _wants_starttls(options.get("tls", "starttls")),
        tls=parts.scheme == "smtps",
    )
    return _checked(server)


def _wants_starttls(word: str) -> bool:
    if word not in ("starttls", "none"):
        raise MailUrlError(f"tls={word}: write tls=starttls or tls=none, or smtps:// for TLS from the first byte")
    return word == "starttls"


def _checked(server: MailServer) -> MailServer:
    if "@" not in server.sender.strip("@") or any(sign in server.sender for sign in "\r\n"):
        raise MailUrlError("say whom letters come from: add from=hub@example.com")
    if server.password and not server.user:
        raise MailUrlError("there is a password and no user: write user:password@host")
    if server.password and not (server.tls or server.starttls) and server.host not in LOCAL:
        raise MailUrlError("tls=none would send the password in the clear: leave it out, or leave the password out")
    return server


def deliver(server: MailServer, envelope: Envelope) -> None:
    """Raises `Undeliverable`."""
    from django.core.mail import EmailMessage
    from django.core.mail.backends.smtp import EmailBackend

    connection = EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.starttls,
        use_ssl=server.tls,
        timeout=TIMEOUT_SECONDS,
    )
    mail = EmailMessage(
        subject=" ".join(envelope.subject.split()),
        body=envelope.text,
        from_email=server.sender,
        to=[envelope.to],
        headers={
            "Date": format_datetime(envelope.at),
            "Message-ID": f"<{envelope.key}@{server.sender.rpartition('@')[2].strip('> ')}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise Undeliverable(f"{server.place} refuses the address: {_said(code, words)}", code >= 500) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Undeliverable(f"{server.place} refuses user and password: {_said(*error.args[:2])}") from error
    except smtplib.SMTPResponseException as error:
        reason = f"{server.place} says {_said(error.smtp_code, error.smtp_error)}"
        raise Undeliverable(reason, isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500) from error
    except (OSError, ValueError) as error:  # SMTPException is an OSError, too; ValueError: an address that is none
        raise Undeliverable(f"{server.place}: {error}", isinstance(error, ValueError)) from error
    finally:
        connection.close()


def _said(code: object, words: object) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(f"{code} {text}".split())[:200]
