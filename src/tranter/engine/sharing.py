"""An account's owner is asked by a link to sign in, wherever they are; neither side sees the other's credentials."""

from msgspec import Struct

from tranter.engine import consent, mailing
from tranter.engine.consent import Asker, Consent, SignedIn
from tranter.engine.hub import Hub
from tranter.ledger import connections, sharing
from tranter.ledger.book import house_name, merchant_name
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.sharing import Link, Wanted
from tranter.sdk import registry


class Asked(Struct, frozen=True, kw_only=True):
    """`user_id` of who asks; None at the command line. `base_url` is where the link leads to."""

    email: str
    base_url: str
    user_id: int | None = None


class Sent(Struct, frozen=True, kw_only=True):
    """The message as it was written: where nothing sends mail, it is copied by hand."""

    link: Link
    url: str
    subject: str
    text: str


class Invitation(Struct, frozen=True, kw_only=True):
    """What an account's owner is shown before anything happens."""

    link: Link
    house: str
    merchant: str
    vendor: str
    connection: ConnectionRecord


def ask(hub: Hub, info: ConnectionRecord, asked: Asked) -> Sent:
    connections.check_own(info)
    book, now = hub.book(info), hub.ports.clock.now()
    wanted = Wanted(connection_id=info.id, email=asked.email, user_id=asked.user_id)
    link, token = sharing.make(book, wanted, now)
    connections.set_owner(book, info, asked.email)
    url = f"{asked.base_url.rstrip('/')}/setup/{token}"
    vendor = registry.manifest(info.connector).label
    business = merchant_name(book)
    subject = f"{business} asks you to connect your {vendor} account"
    until = f"{link.expires_at:%Y-%m-%d %H:%M} UTC"
    text = (
        f"Hello,\n\n{business} carries its orders with Tranter ({house_name()}), and asks you to connect your {vendor}"
        f" account.\n\nOpen this link, see what it is for, and sign in at {vendor} yourself:\n\n{url}\n\n"
        f"It works once, until {until}. Nobody here sees your password, and you can take the permission back at"
        f" {vendor} at any time.\n\nIf you did not expect this, don't open it."
    )
    message = mailing.Message(
        key=f"setup-link/{link.id}",
        to=asked.email,
        subject=subject,
        text=text,
        merchant_id=info.merchant_id,
        secret=True,
    )
    mailing.write(hub.vault, message, now)
    return Sent(link=link, url=url, subject=subject, text=text)


def look(hub: Hub, token: str) -> Invitation:
    """Uses nothing up. Raises `LinkProblem`."""
    return _invitation(hub, sharing.look(token, hub.ports.clock.now()))


def redeem(hub: Hub, token: str) -> Invitation:
    return _invitation(hub, sharing.redeem(token, hub.ports.clock.now()))


def held(hub: Hub, link_id: int) -> Invitation:
    """What the browser that redeemed it goes on with. Raises `LinkProblem`."""
    return _invitation(hub, sharing.held(link_id, hub.ports.clock.now()))


def begin(hub: Hub, invitation: Invitation, holder: str, base_url: str) -> Consent:
    """Raises `ConsentProblem`."""
    asker = Asker(holder=holder, goes_live=False)
    return consent.begin(hub, invitation.connection, base_url, asker)


def granted(hub: Hub, link_id: int, done: SignedIn) -> None:
    """Both sides are told."""
    now = hub.ports.clock.now()
    link = sharing.held(link_id, now)
    if link.connection_id != done.connection.id or not sharing.granted(link_id, now):
        return
    invitation = _invitation(hub, link)
    account = done.seen.account_name or done.seen.account_id
    vendor = invitation.vendor
    business = invitation.merchant
    to_owner = (
        f"Hello,\n\nyour {vendor} account {account} is connected to Tranter ({invitation.house}), for {business}."
        f" It can read orders there and send stock and tracking numbers; it has never seen your password.\n\n"
        f"You can take the permission back at {vendor} at any time. If it was not you who signed in, do so now."
    )
    to_maker = (
        f"Hello,\n\n{link.email} has signed in at {vendor}: the connection {done.connection.name} of {business}"
        f" has access to the account {account}. Nothing moves yet: look at its test, then let it go live."
    )
    pairs = [(link.email, f"Your {vendor} account is connected", to_owner)]
    if link.made_by:
        pairs.append((link.made_by, f"{link.email} has connected {account}", to_maker))
    for place, (to, subject, text) in enumerate(pairs):
        message = mailing.Message(
            key=f"setup-link/{link.id}/granted/{place}",
            to=to,
            subject=subject,
            text=text,
            merchant_id=done.connection.merchant_id,
        )
        mailing.write(hub.vault, message, now)


def _invitation(hub: Hub, link: Link) -> Invitation:
    info = connections.by_id(link.connection_id)
    return Invitation(
        link=link,
        house=house_name(),
        merchant=merchant_name(hub.book(info)),
        vendor=registry.manifest(info.connector).label,
        connection=info,
    )
