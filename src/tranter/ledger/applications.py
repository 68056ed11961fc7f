"""The hub's own application at each vendor: what every sign-in there is made with. One per connector."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tranter.ledger.models import Application
from tranter.ledger.vault import Vault


class Keys(msgspec.Struct, frozen=True):
    """Plain settings (where it returns to) and secrets (its id and password)."""

    settings: Mapping[str, object] = {}
    secrets: Mapping[str, str] = {}


NO_KEYS = Keys()


def application_place(connector: str) -> str:
    return f"application.sealed:{connector}"


def load(vault: Vault, connector: str) -> Keys:
    """Nothing at all when nobody gave them yet."""
    row = Application.objects.filter(connector=connector).first()
    if row is None:
        return NO_KEYS
    plain = vault.open(row.sealed, application_place(connector))
    return Keys(row.settings, msgspec.json.decode(plain, type=dict[str, str]))


def save(vault: Vault, connector: str, keys: Keys, now: datetime) -> None:
    """Secrets that are not given stay as they were."""
    held = load(vault, connector)
    merged = {**held.secrets, **{name: value for name, value in keys.secrets.items() if value}}
    sealed = vault.seal(msgspec.json.encode(merged), application_place(connector))
    Application.objects.update_or_create(
        connector=connector,
        defaults={"settings": dict(keys.settings), "sealed": sealed, "changed_at": now},
    )
