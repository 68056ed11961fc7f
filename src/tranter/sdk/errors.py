"""Four errors, named by what happens next."""


class ConnectorError(Exception):
    """`reason` is for a person and carries neither secrets nor buyers' data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientError(ConnectorError):
    """Wait, then go on. `not_done` is true only when the remote provably did nothing (never sent, 429).

    A write that raises it with `not_done` false becomes unknown and is looked up before it is sent again.
    """

    def __init__(self, reason: str, retry_after: float | None = None, not_done: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.not_done = not_done


class BudgetUsedUp(TransientError):
    """Our own count says that the vendor would refuse: nothing was sent."""


class AuthError(ConnectorError):
    """The connection is paused until somebody signs in again."""


class PasswordAsked(AuthError):
    """The server stands behind a password of its own: nobody's token is looked at."""

    def __init__(self) -> None:
        super().__init__(
            "the server asks for an extra user name and password before it lets anybody in (HTTP Basic): "
            "have the hub's addresses let through there, or the password taken off"
        )


class RejectedError(ConnectorError):
    """The remote refused this one record, definitely: hold it, go on with the others.

    `kind` groups exceptions with one cause (`unknown_sku`, `address`, `carrier` …); `value` is what is to be mapped or
    corrected (the SKU, the carrier's name).
    """

    def __init__(self, reason: str, remedy: str = "", kind: str = "rejected", value: str = "") -> None:
        super().__init__(reason)
        self.remedy = remedy
        self.kind = kind
        self.value = value


class UnexpectedResponseError(ConnectorError):
    """A reply that no rule covers: stop, keep it, show it. After a write the outcome is unknown."""

    def __init__(self, reason: str, excerpt: str = "") -> None:
        super().__init__(reason)
        self.excerpt = excerpt
