"""What every view is handed: the running hub, and how this installation is reached."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.http import HttpRequest
from msgspec import Struct

from tranter.config import LONGEST_VISIT_DAYS, Config
from tranter.engine.hub import Hub
from tranter.engine.smtp import MailServer

KEY = "tranter.house"


class House(Struct, frozen=True, kw_only=True):
    """`base_url` is the public address, empty where there is none. `host` is what the server listens on.

    `setup_code` makes a stranger the owner, while there is none.
    `wake` tells the dispatcher that something is due; `alive` asks whether it runs, `trouble` why it waits.
    """

    hub: Hub
    wake: Callable[[], None]
    alive: Callable[[], bool]
    trouble: Callable[[], str]
    host: str = "127.0.0.1"
    base_url: str = ""
    config: Config | None = None
    setup_code: str = ""

    @property
    def longest_visit(self) -> timedelta:
        """So long may somebody stay signed in, however busy."""
        return timedelta(days=self.config.session_days if self.config is not None else LONGEST_VISIT_DAYS)

    @property
    def mail(self) -> MailServer | None:
        """Without one, letters are kept and shown, to be sent by hand."""
        return self.config.mail if self.config is not None else None

    @property
    def is_private(self) -> bool:
        """Only this machine gets here: nothing public is named, and nobody else can connect."""
        public = urlsplit(self.base_url).hostname or ""
        return is_loopback(self.host) and (not public or is_loopback(public))

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def house_of(request: HttpRequest) -> House:
    house: House = request.META[KEY]
    return house


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
