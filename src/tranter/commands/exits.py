"""How a command ends: exit codes, and errors as one line that names cause and way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import click


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    SIGN_IN = 4
    REMOTE_DOWN = 5


class Failure(click.ClickException):
    """Told on stderr in one line; the process ends with `code`."""

    def __init__(self, message: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = int(code)  # type: ignore[misc]  # click declares one per class, we need one per error


@contextmanager
def opening_errors() -> Iterator[None]:
    """What can be wrong before the ledger is open."""
    from tranter.config import ConfigError
    from tranter.engine.failpoints import FailpointError
    from tranter.ledger.setup import LedgerProblem, StorageTrouble
    from tranter.ledger.vault import KeyProblem

    try:
        yield
    except (ConfigError, FailpointError) as error:
        raise Failure(str(error), Exit.USAGE) from error
    except (LedgerProblem, KeyProblem) as error:
        raise Failure(str(error)) from error
    except StorageTrouble as error:
        raise Failure(f"the ledger can't be used: {error}; see `tranter doctor`") from error
    except BrokenPipeError:  # whoever read our output has enough of it
        raise
    except OSError as error:
        raise Failure(f"{error.filename or 'a file'}: {error.strerror or error}") from error


@contextmanager
def working_errors() -> Iterator[None]:
    """What can go wrong with an open ledger: bad input, and what other systems answer."""
    from tranter.engine.consent import ConsentProblem
    from tranter.engine.handing import NoFiles
    from tranter.engine.operator import NotPossible, UnknownOrder
    from tranter.engine.order_plan import NeedsAnotherYes
    from tranter.engine.syncing import NoSuchFlow
    from tranter.engine.trial_order import NoTrial
    from tranter.ledger.api_keys import ApiKeyProblem
    from tranter.ledger.book import UnknownMerchant
    from tranter.ledger.connections import AccountTaken, UnknownConnection
    from tranter.ledger.lending import CanNotLend
    from tranter.ledger.rules import RulesChanged
    from tranter.ledger.webhooks import UnknownWebhook, WebhookProblem
    from tranter.routing.csv_rows import CsvError
    from tranter.routing.plan import PlanProblem
    from tranter.routing.rule_check import RuleProblem
    from tranter.routing.rule_list import NoSuchRule
    from tranter.sdk.errors import AuthError, ConnectorError, RejectedError
    from tranter.sdk.forms import SettingsError
    from tranter.sdk.registry import UnknownConnector

    try:
        yield
    except (
        ApiKeyProblem,
        CsvError,
        NoSuchFlow,
        NoSuchRule,
        PlanProblem,
        RuleProblem,
        SettingsError,
        UnknownConnection,
        UnknownConnector,
        UnknownMerchant,
        UnknownWebhook,
        WebhookProblem,
    ) as error:
        raise Failure(str(error), Exit.USAGE) from error
    except (AccountTaken, CanNotLend, NoFiles, NoTrial, NotPossible, RulesChanged, UnknownOrder) as error:
        raise Failure(str(error)) from error
    except NeedsAnotherYes as error:
        raise Failure(str(error), Exit.PARTLY) from error
    except (AuthError, ConsentProblem) as error:
        raise Failure(str(error), Exit.SIGN_IN) from error
    except RejectedError as error:
        raise Failure(f"{error.reason} {error.remedy}".strip()) from error
    except ConnectorError as error:
        raise Failure(error.reason, Exit.REMOTE_DOWN) from error
