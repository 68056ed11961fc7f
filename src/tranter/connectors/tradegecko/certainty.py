"""A push may take several calls. What an error means for it depends on whether something was written before."""

from collections.abc import Iterator
from contextlib import contextmanager

from tranter.sdk.errors import AuthError, BudgetUsedUp, RejectedError, TransientError, UnexpectedResponseError


@contextmanager
def nothing_written() -> Iterator[None]:
    """Around reads that come before the first write: however they fail, nothing was done."""
    try:
        yield
    except BudgetUsedUp:
        raise
    except TransientError as error:
        raise TransientError(error.reason, error.retry_after, not_done=True) from error


@contextmanager
def already_written() -> Iterator[None]:
    """Around what follows the first write: nothing that fails here means that the order isn't there."""
    try:
        yield
    except (TransientError, AuthError) as error:
        wait = error.retry_after if isinstance(error, TransientError) else None
        raise TransientError(f"something was written already: {error.reason}", wait) from error
    except RejectedError as error:
        raise UnexpectedResponseError(f"something was written already: {error.reason}") from error
