"""What a look at the account shows before a connection is saved."""

from tranter.connectors.tradegecko.client import Client
from tranter.connectors.tradegecko.rows import AccountRow, CurrencyRow, LocationRow, text_of
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.sdk.errors import AuthError, RejectedError
from tranter.sdk.verbs import Seen


def see(client: Client, settings: TradeGeckoSettings) -> Seen:
    account = client.show("/accounts/current", "account", AccountRow)
    locations = _locations(client, settings)
    _check_location(locations, settings)
    facts = {
        "currency": _currency(client, account),
        "tax_treatment": account.default_tax_treatment or "",
        "time_zone": account.time_zone or "",
        "primary_location": text_of(account.primary_location_id),
        "locations": "; ".join(f"{row.id} {row.label or ''}".strip() for row in locations),
    }
    return Seen(
        account_id=str(account.id),
        account_name=account.name or "",
        facts={name: value for name, value in facts.items() if value},
    )


def _locations(client: Client, settings: TradeGeckoSettings) -> list[LocationRow]:
    """None when this user may not see them, which matters only where one of them was chosen."""
    try:
        rows = client.all("locations", (), LocationRow)
    except (AuthError, RejectedError):
        if settings.location_id:
            raise
        return []
    return [row for row in rows if row.status in (None, "active") and row.holds_stock is not False]


def _currency(client: Client, account: AccountRow) -> str:
    """Empty when this user may not see it: orders then go without naming one."""
    try:
        rows = client.all("currencies", (), CurrencyRow)
    except (AuthError, RejectedError):
        return ""
    wanted = text_of(account.default_currency_id)
    return next((row.iso or "" for row in rows if str(row.id) == wanted), "")


def _check_location(locations: list[LocationRow], settings: TradeGeckoSettings) -> None:
    known = {str(row.id) for row in locations}
    if settings.location_id and settings.location_id not in known:
        named = ", ".join(f"{row.id} ({row.label})" for row in locations) or "none"
        raise RejectedError(
            f"TradeGecko has no location {settings.location_id} that holds stock.",
            f"Set location_id to one of these: {named}.",
            kind="location",
            value=settings.location_id,
        )
