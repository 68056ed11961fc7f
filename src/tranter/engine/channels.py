"""The ways to a reader beside mail: apprise knows Slack, Teams, Telegram and many more, each as a URL.

A URL that names a host of its own makes the hub call that host: only an owner of the house may set one.
"""

from typing import Any

from tranter.engine.smtp import Undeliverable

OF_THIS_MACHINE = {"file", "syslog", "dbus", "kde", "glib", "qt", "gnome", "macosx", "windows"}


class ChannelProblem(ValueError):
    """The URL can't be used; the text says why."""


def check_channel(url: str, may_name_hosts: bool) -> None:
    """Raises `ChannelProblem`."""
    channel = _channel(url)
    if channel is None:
        raise ChannelProblem("no service takes this URL: see the list of apprise for how yours is written")
    named = any("{host}" in template for template in channel.templates)
    local = url.partition(":")[0].lower() in OF_THIS_MACHINE
    if (named or local) and not may_name_hosts:
        raise ChannelProblem("a URL with a host of its own is for an owner of the house to set")


def post(url: str, subject: str, text: str) -> None:
    """Raises `Undeliverable`, without the URL: it is a secret."""
    channel = _channel(url)
    scheme = url.partition(":")[0]
    if channel is None:
        raise Undeliverable(f"no service takes this {scheme} URL any more", for_good=True)
    try:
        taken = channel.notify(body=text, title=subject)
    except (TypeError, OSError) as error:
        raise Undeliverable(f"{scheme}: {type(error).__name__}") from error
    if not taken:
        raise Undeliverable(f"{scheme}: the service did not take it")


def _channel(url: str) -> Any:
    import logging

    from apprise import Apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses
    return Apprise.instantiate(url.strip(), suppress_exceptions=True)
