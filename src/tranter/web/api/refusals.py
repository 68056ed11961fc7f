"""What the hub can't or won't do, as answers: one place for every error that it raises."""

from collections.abc import Iterator
from contextlib import contextmanager

from tranter.engine.catalogue import NoSuchSku
from tranter.engine.channels import ChannelProblem
from tranter.engine.consent import ConsentProblem
from tranter.engine.corrections import BadCorrection
from tranter.engine.handing import NoFiles
from tranter.engine.mapping import BadTable
from tranter.engine.operator import NotPossible, UnknownOrder
from tranter.engine.order_plan import NeedsAnotherYes
from tranter.engine.remedies import NoCure
from tranter.engine.smtp import Undeliverable
from tranter.engine.syncing import NoSuchFlow
from tranter.engine.trial_order import NoTrial
from tranter.ledger.api_keys import ApiKeyProblem
from tranter.ledger.backup import BackupProblem
from tranter.ledger.book import UnknownMerchant
from tranter.ledger.connections import AccountTaken, UnknownConnection
from tranter.ledger.errands import UnknownErrand
from tranter.ledger.lending import CanNotLend
from tranter.ledger.letters import UnknownLetter
from tranter.ledger.mapping_changes import CanNotUndo
from tranter.ledger.merchants import MerchantProblem
from tranter.ledger.rules import RulesChanged
from tranter.ledger.setup import StorageTrouble
from tranter.ledger.team import TeamProblem
from tranter.ledger.webhooks import UnknownWebhook, WebhookProblem
from tranter.model.dated import BadDates
from tranter.model.kit import BadRecipe
from tranter.routing.csv_rows import CsvError
from tranter.routing.filters import BadFilter
from tranter.routing.plan import PlanProblem
from tranter.routing.rule_check import RuleProblem
from tranter.routing.rule_list import NoSuchRule
from tranter.sdk.errors import AuthError, ConnectorError, RejectedError
from tranter.sdk.forms import SettingsError
from tranter.sdk.registry import UnknownConnector
from tranter.web.api.problem import Problem

NOT_HERE = (
    UnknownConnection,
    UnknownConnector,
    UnknownErrand,
    UnknownLetter,
    UnknownMerchant,
    UnknownOrder,
    UnknownWebhook,
    NoSuchFlow,
    NoSuchRule,
)
NOT_SO = (
    ApiKeyProblem,
    BackupProblem,
    BadCorrection,
    BadDates,
    BadFilter,
    BadRecipe,
    BadTable,
    ChannelProblem,
    CsvError,
    MerchantProblem,
    NoSuchSku,
    PlanProblem,
    RuleProblem,
    SettingsError,
    TeamProblem,
    WebhookProblem,
)
NOT_NOW = (
    AccountTaken,
    CanNotLend,
    CanNotUndo,
    ConsentProblem,
    NoCure,
    NoFiles,
    NoTrial,
    NotPossible,
    RulesChanged,
)


@contextmanager
def judged() -> Iterator[None]:
    """Raises `Problem` in the place of what the hub raises."""
    try:
        yield
    except NOT_HERE as error:
        raise Problem("not-found", str(error)) from error
    except NOT_SO as error:
        raise Problem("refused", str(error)) from error
    except NeedsAnotherYes as error:
        raise Problem("needs-yes", str(error)) from error
    except NOT_NOW as error:
        raise Problem("not-possible", str(error)) from error
    except AuthError as error:
        raise Problem("sign-in-there", error.reason) from error
    except RejectedError as error:
        raise Problem("other-system", f"{error.reason} {error.remedy}".strip()) from error
    except ConnectorError as error:
        raise Problem("other-system", error.reason) from error
    except Undeliverable as error:
        raise Problem("other-system", str(error)) from error
    except StorageTrouble as error:
        raise Problem("no-storage", headers={"Retry-After": "60"}) from error
