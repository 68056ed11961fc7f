"""A real SMTP server in this process, with the manners that a test gives it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

USER, PASSWORD = "hub@example.com", "p/ss#w@rd"


class Office:
    """What arrived is in `mails`; an address in `strangers` is refused, with the code that stands there."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.strangers: dict[str, str] = {}
        self.data_answer = "250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if address in self.strangers:
            return self.strangers[address]
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.data_answer

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


def check(server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
    known = (told.login, told.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(office: Office, port: int = 0, **manners: Any) -> Iterator[int]:
    """The port that it listens on."""
    controller = Controller(office, hostname="127.0.0.1", port=port or free_port(), **manners)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context
