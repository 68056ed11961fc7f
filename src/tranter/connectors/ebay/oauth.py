"""eBay's OAuth in data.

https://developer.ebay.com/api-docs/static/oauth-authorization-code-grant.html (2026-11)
"""

from tranter.connectors.ebay.settings import EbaySettings
from tranter.sdk.auth import OAuth2
from tranter.sdk.forms import Settings

# The names are the same in the sandbox.
SCOPES = tuple(
    f"https://api.ebay.com/oauth/api_scope{name}"
    for name in (
        "",
        "/sell.fulfillment",
        "/sell.inventory",
        "/sell.account.readonly",
        "/commerce.identity.readonly",
        "/commerce.notification.subscription",
    )
)


def auth(settings: Settings) -> OAuth2:
    if not isinstance(settings, EbaySettings):
        raise TypeError(f"these are not eBay's settings: {type(settings).__name__}")
    return OAuth2(
        authorize_url=f"{settings.hosts.auth}/oauth2/authorize",
        token_url=f"{settings.hosts.api}/identity/v1/oauth2/token",
        redirect_uri=settings.ru_name,
        scopes=SCOPES,
    )
