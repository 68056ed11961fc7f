"""The key itself, the merchants, and the hub."""

from datetime import datetime

import msgspec
from ninja import Query

from tranter.ledger import installation, letters, merchants
from tranter.ledger.api_keys import Level, Scope
from tranter.ledger.letters import LetterLine
from tranter.ledger.merchants import MerchantSettings
from tranter.ledger.people import MerchantLine
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import get, patch, post
from tranter.web.api.paging import Page, Paged, by_number, whole
from tranter.web.api.shapes import Given, Nothing, Number, Text, Word

MANAGE = Scope.MANAGE


class KeyShown(msgspec.Struct, frozen=True, kw_only=True):
    """`merchants` are those in reach."""

    name: str
    level: Level
    scopes: tuple[Scope, ...]
    connection: str | None
    created_at: datetime
    expires_at: datetime | None
    merchants: tuple[MerchantLine, ...]
    hub: str


def get_key(desk: ApiDesk) -> KeyShown:
    """What this key is, and whom it reaches."""
    key = desk.key
    return KeyShown(
        name=key.name,
        level=key.level,
        scopes=tuple(sorted(key.scopes, key=lambda one: one.value)),
        connection=key.connection,
        created_at=key.created_at,
        expires_at=key.expires_at,
        merchants=tuple(desk.reach),
        hub=installation.hub_name(),
    )


class MerchantGiven(Given):
    """`slug` is its short name, for addresses and commands."""

    slug: Word
    name: Word


def list_merchants(desk: ApiDesk) -> Page[MerchantLine]:
    """The merchants in reach."""
    return whole(desk.reach)


def add_merchant(desk: ApiDesk, body: MerchantGiven) -> MerchantLine:
    """Another merchant in this house."""
    made = merchants.add(desk.hand, body.slug, body.name)
    return merchants.lines(made.merchant_id)[0]


def get_merchant(desk: ApiDesk) -> MerchantSettings:
    """How the merchant is set."""
    return merchants.settings_of(desk.book)


class MerchantChanged(Given):
    """What is not named stays. `closed_days`: weekdays (0 is Monday) and dates."""

    name: Word | None = None
    time_zone: Text | None = None
    closed_days: tuple[int | Text, ...] | None = None
    keep_days: int | None = None


def change_merchant(desk: ApiDesk, body: MerchantChanged) -> MerchantSettings:
    """Its name, time zone, closed days, and how long buyers' data is kept."""
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    wanted = msgspec.structs.replace(merchants.settings_of(desk.book), **given)
    return merchants.change(desk.book, wanted, desk.actor, desk.now)


class HubShown(msgspec.Struct, frozen=True):
    name: str
    time_zone: str


def get_hub(desk: ApiDesk) -> HubShown:
    """What the hub is called."""
    return HubShown(installation.hub_name(), installation.hub_time_zone() or "UTC")


class HubChanged(Given):
    """What is not named stays."""

    name: Text | None = None
    time_zone: Text | None = None


def change_hub(desk: ApiDesk, body: HubChanged) -> HubShown:
    """Its name in letters and pages, and the time zone of whoever has chosen none."""
    merchants.check_zone(body.time_zone or "")
    name = installation.hub_name() if body.name is None else body.name
    installation.rename_hub(name, installation.hub_time_zone() if body.time_zone is None else body.time_zone)
    return get_hub(desk)


def list_letters(desk: ApiDesk, asked: Query[Paged]) -> Page[LetterLine]:
    """What the hub mails, the newest first."""

    def fetch(before: int | None, limit: int) -> list[LetterLine]:
        return letters.letters(desk.hub.vault, limit, before=before)

    return by_number(desk, "letters", asked, fetch, lambda one: one.id)


def get_letter(desk: ApiDesk, letter_id: Number) -> LetterLine:
    """One letter, with its text as long as it was not sent."""
    return letters.letter(desk.hub.vault, letter_id)


def send_letter(desk: ApiDesk, letter_id: Number, body: Nothing) -> LetterLine:
    """Let a letter that failed or was kept go now."""
    letters.send_again(letter_id, desk.now)
    return letters.letter(desk.hub.vault, letter_id)


OPERATIONS = (
    get("/key", get_key, carts=True),
    get("/merchants", list_merchants),
    post("/merchants", add_merchant, scope=MANAGE, house=True, status=201),
    get("/merchant", get_merchant),
    patch("/merchant", change_merchant, scope=MANAGE, current=get_merchant),
    get("/hub", get_hub),
    patch("/hub", change_hub, scope=MANAGE, house=True, current=get_hub),
    get("/letters", list_letters, scope=MANAGE, house=True),
    get("/letters/{letter_id}", get_letter, scope=MANAGE, house=True),
    post("/letters/{letter_id}/send", send_letter, scope=MANAGE, house=True),
)
