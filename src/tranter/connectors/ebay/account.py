"""Whose account it is, whether it may sell, and what becomes of its sold-out listings."""

from datetime import timedelta

from msgspec import Struct

from tranter.connectors.ebay.client import Client, read
from tranter.connectors.ebay.trading import Trading, element, text_of
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.verbs import Seen

OUT_OF_STOCK_CONTROL = "out_of_stock_control"
ON, OFF, UNKNOWN = "on", "off", "unknown"
NOTABLE_SKEW = timedelta(seconds=60)


class _User(Struct, rename="camel"):
    user_id: str
    username: str = ""
    account_type: str = ""
    registration_marketplace_id: str = ""


class _Privilege(Struct, rename="camel"):
    seller_registration_completed: bool | None = None


def verify(client: Client, trading: Trading) -> Seen:
    """`userId` never changes, a user name may. What is missing beside it is "unknown", not a failure."""
    user = read(client.get("/commerce/identity/v1/user/", host=client.hosts.apiz), _User)
    facts = {
        OUT_OF_STOCK_CONTROL: _gently_out_of_stock_control(trading),
        "may_sell": _may_sell(client),
        "account_type": user.account_type or UNKNOWN,
        "registration_marketplace": user.registration_marketplace_id or UNKNOWN,
    }
    if abs(client.skew) >= NOTABLE_SKEW:
        facts["clock_skew_seconds"] = f"{client.skew.total_seconds():.0f}"
    return Seen(account_id=user.user_id, account_name=user.username, facts=facts)


def out_of_stock_control(trading: Trading) -> str:
    """ "on": a listing at zero hides and comes back. "off": it ends for good.

    https://developer.ebay.com/devzone/xml/docs/reference/ebay/GetUserPreferences.html
    """
    root = trading.call("GetUserPreferences", element("ShowOutOfStockControlPreference", "true"))
    said = text_of(root, "OutOfStockControlPreference").lower()
    if said in ("true", "false"):
        return ON if said == "true" else OFF
    return UNKNOWN


def _gently_out_of_stock_control(trading: Trading) -> str:
    try:
        return out_of_stock_control(trading)
    except (TransientError, RejectedError, AuthError, UnexpectedResponseError):
        return UNKNOWN


def _may_sell(client: Client) -> str:
    try:
        privilege = read(client.get("/sell/account/v1/privilege"), _Privilege)
    except (TransientError, RejectedError, AuthError, UnexpectedResponseError):
        return UNKNOWN
    if privilege.seller_registration_completed is None:
        return UNKNOWN
    return "yes" if privilege.seller_registration_completed else "no"
