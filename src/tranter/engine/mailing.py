"""Sending letters: `write` puts one into the outbox, `send_due` carries what is due to the mail server.

It may be sent twice when the process dies between the server's yes and our note of it; both then carry one message id.
"""

from datetime import datetime, timedelta
from random import Random

import structlog

from tranter.engine.channels import post
from tranter.engine.retry import again_at
from tranter.engine.smtp import Envelope, MailServer, Undeliverable, deliver
from tranter.ledger import letters
from tranter.ledger.letters import LetterLine, Message, write
from tranter.ledger.vault import Vault

__all__ = ["Message", "send_due", "send_now", "write"]

GIVE_UP = timedelta(days=3)


def send_due(vault: Vault, server: MailServer | None, now: datetime, random: Random) -> int:
    """How many letters went. Without a mail server mails are kept, to be read here."""
    if server is None:
        letters.keep_mails(now)
    went = 0
    for line in letters.claim(vault, now, ["apprise", *(["mail"] if server is not None else [])]):
        went += _send(vault, server, line, now, random)
    return went


def _send(vault: Vault, server: MailServer | None, line: LetterLine, now: datetime, random: Random) -> bool:
    try:
        _carry(vault, server, line)
    except Undeliverable as trouble:
        tired = trouble.for_good or now - line.created_at > GIVE_UP
        next_at = None if tired else again_at(now, line.attempts, None, random)
        letters.not_sent(line.id, str(trouble), next_at)
        structlog.get_logger().warning("letter not sent", letter=line.id, again=next_at is not None)
        return False
    letters.sent(vault, line.id, now)
    return True


def _carry(vault: Vault, server: MailServer | None, line: LetterLine) -> None:
    if line.kind == "apprise":
        post(line.to, line.subject, line.text)
        return
    if server is None:
        raise Undeliverable("there is no mail server: set TRANTER_EMAIL_URL")
    message = Message(key=line.key, to=line.to, subject=line.subject, text=line.text)
    send_now(vault, server, message, line.created_at)


def send_now(vault: Vault, server: MailServer, message: Message, now: datetime) -> None:
    """Past the outbox. Raises `Undeliverable`."""
    key = vault.hash(f"message id {message.key}")
    deliver(server, Envelope(key=key, to=message.to, subject=message.subject, text=message.text, at=now))
