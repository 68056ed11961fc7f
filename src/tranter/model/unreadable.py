"""A vendor's record that can't become one of our values."""


class Unreadable(ValueError):
    """Raised by mappings only. The record waits as an exception with `cause` and `remedy`; the others go on."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
