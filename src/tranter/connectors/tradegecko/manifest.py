"""TradeGecko's data sheet."""

from tranter.connectors.tradegecko.connector import build
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.sdk.auth import OAuth2
from tranter.sdk.forms import Settings
from tranter.sdk.manifest import Limits, Manifest, Pace, Role

HOUR = 3600.0


def auth(settings: Settings) -> OAuth2:
    """Every refresh kills the refresh token that it used."""
    if not isinstance(settings, TradeGeckoSettings):
        raise TypeError("these are not the settings of TradeGecko")
    return OAuth2(
        authorize_url=f"{settings.base_url}/oauth/authorize",
        token_url=f"{settings.base_url}/oauth/token",
        redirect_uri=settings.redirect_uri,
        body="json",
        client="body",
        rotates=True,
    )


manifest = Manifest(
    slug="tradegecko",
    label="TradeGecko",
    roles=(Role.WAREHOUSE,),
    settings=TradeGeckoSettings,
    build=build,
    pace=Pace(calls=300, seconds=300.0),
    limits=Limits(
        visibility_seconds=5.0,
        # TradeGecko keeps an idempotency key for a day; an hour is left for clocks that differ.
        repeat_safe_seconds=23 * HOUR,
        look_up_batch=50,
    ),
    auth=auth,
    location_setting="location_id",
    docs="https://github.com/tradegecko/smaug",
)
