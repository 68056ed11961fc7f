"""What the connection pages show."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.engine import handing, lanes, setting_up
from tranter.engine.lanes import Health, Standing
from tranter.engine.setting_up import Stage
from tranter.ledger import schedule
from tranter.ledger.book import house_name
from tranter.ledger.connections import ConnectionRecord, UnknownConnection, all_of, by_name
from tranter.ledger.people import MerchantLine, book_of
from tranter.sdk import registry
from tranter.sdk.forms import PLACE, Choice, FieldKind, SettingsError
from tranter.sdk.manifest import Manifest, Role
from tranter.web.connections.words import HEALTH_PILLS, STAGE_PILLS, sentence
from tranter.web.desk import Desk, NotHere
from tranter.web.pills import Pill
from tranter.web.rights import Right
from tranter.web.shell import shell_of

SETTING_UP = (Stage.DRAFT, Stage.AWAITING_OWNER, Stage.READY)
Address = Callable[[str], str]


class Tab(Struct, frozen=True, kw_only=True):
    url: str
    label: str
    is_current: bool
    count: int | None = None
    tone: str = ""


class Step(Struct, frozen=True, kw_only=True):
    url: str
    label: str
    done: bool
    is_current: bool


class Head(Struct, frozen=True, kw_only=True):
    """What stands above every page of one connection. `writable`: whether the viewer may change it."""

    info: ConnectionRecord
    vendor: str
    places: tuple[Choice, ...]
    standing: Standing
    pill: Pill
    sentence: str
    tabs: list[Tab]
    steps: list[Step]
    writable: bool
    is_cart: bool

    @property
    def is_being_set_up(self) -> bool:
        return self.standing.stage in SETTING_UP


class Card(Struct, frozen=True, kw_only=True):
    """One connection in the list. `merchant` is named where the list holds several merchants' ones."""

    name: str
    url: str
    vendor: str
    account: str
    places: tuple[Choice, ...]
    merchant: str
    pill: Pill
    sentence: str
    last_at: datetime | None
    waits: int


def cards(desk: Desk) -> list[Card]:
    found = []
    for merchant in desk.merchants:
        book = book_of(desk.house.hub.vault, merchant)
        infos = all_of(book)
        stages = setting_up.stages(desk.house.hub, infos)
        flows = schedule.flows_of(book.merchant_id)
        found += [_card(desk, merchant, info, stages[info.id], flows) for info in infos]
    return found


def _card(
    desk: Desk, merchant: MerchantLine, info: ConnectionRecord, stage: Stage, flows: list[schedule.FlowLine]
) -> Card:
    mine = [line for line in flows if line.connection == info.name]
    manifest = registry.manifest(info.connector)
    stands = lanes.standing(info, stage, mine, desk.now)
    return Card(
        name=info.name,
        url=shell_of(desk).to("connection", merchant=merchant.slug, connection=info.name),
        vendor=manifest.label if info.lender is None else _("Warehouse of %(house)s") % {"house": house_name()},
        account=info.account_name or info.account_id,
        places=places_of(manifest, info),
        merchant=merchant.name if desk.merchant is None else "",
        pill=pill_of(stands),
        sentence=sentence(stands),
        last_at=max((line.last_ok_at for line in mine if line.last_ok_at is not None), default=None),
        waits=sum(1 for line in mine if line.failures),
    )


def pill_of(stands: Standing) -> Pill:
    if stands.health is Health.SETTING_UP:
        return STAGE_PILLS[stands.stage]
    if stands.health is Health.HEALTHY and stands.ends_at is not None:
        return Pill("warn", _("Sign-in ends soon"))
    return HEALTH_PILLS[stands.health]


def places_of(manifest: Manifest, info: ConnectionRecord) -> tuple[Choice, ...]:
    """The marketplaces of this connection, as its form knows them; none where its settings are another version's."""
    try:
        shown = manifest.settings.read(info.settings).shown_values()
    except SettingsError:
        return ()
    found: list[Choice] = []
    for sheet in manifest.settings.sheets():
        values = shown.get(sheet.name)
        if sheet.group == PLACE and isinstance(values, list):
            found += [choice for choice in sheet.choices if choice.value in values]
    return tuple(found)


def the_connection(desk: Desk, name: str) -> ConnectionRecord:
    try:
        return by_name(desk.book, name)
    except UnknownConnection as error:
        raise NotHere(str(error)) from error


def may_change(desk: Desk, manifest: Manifest) -> bool:
    """A merchant's people see the warehouse, and change nothing of it: it is the house's."""
    return desk.may(Right.WORK) and (desk.user.staff or (Role.CART in manifest.roles and not manifest.house_only))


def head(desk: Desk, info: ConnectionRecord, current: str) -> Head:
    """`current` is the name of the page that is shown."""
    hub, manifest = desk.house.hub, registry.manifest(info.connector)
    mine = [line for line in schedule.flows_of(desk.book.merchant_id) if line.connection == info.name]
    stands = lanes.standing(info, setting_up.stage_of(hub, info), mine, desk.now)

    def to(page: str) -> str:
        return shell_of(desk).to(page, connection=info.name)

    return Head(
        info=info,
        vendor=manifest.label if info.lender is None else _("Warehouse of %(house)s") % {"house": house_name()},
        places=places_of(manifest, info),
        standing=stands,
        pill=pill_of(stands),
        sentence=sentence(stands),
        tabs=_tabs(to, current, handing.deals_in_files(hub, info))
        if info.lender is None
        else _tabs_of_share(to, current),
        steps=_steps(to, stands.stage, current, first_step(manifest)),
        writable=info.lender is None and may_change(desk, manifest),
        is_cart=Role.CART in manifest.roles,
    )


def _tabs(to: Address, current: str, has_files: bool) -> list[Tab]:
    named = (
        ("connection", _("Overview")),
        ("connection_settings", _("Settings")),
        ("connection_mapping", _("Mapping")),
        *((("connection_files", _("Files")),) if has_files else ()),
        ("connection_runs", _("Runs")),
        ("connection_access", _("Access")),
        ("connection_test", _("Test")),
        ("connection_go_live", _("Stock push")),
    )
    return [Tab(url=to(name), label=label, is_current=name == current) for name, label in named]


def _tabs_of_share(to: Address, current: str) -> list[Tab]:
    """It has no settings and no sign-in of its own."""
    named = (("connection", _("Overview")), ("connection_mapping", _("Mapping")), ("connection_runs", _("Runs")))
    return [Tab(url=to(name), label=label, is_current=name == current) for name, label in named]


def first_step(manifest: Manifest) -> str:
    """What is asked first of a new connection."""
    has_sites = any(one.group == PLACE and one.kind is FieldKind.CHOICES for one in manifest.settings.sheets())
    return _("Marketplace") if has_sites else _("Account")


def _steps(to: Address, stage: Stage, current: str, first: str) -> list[Step]:
    signed_in = stage is Stage.READY
    named = (
        ("connections", first, True),
        ("connection_access", _("Access"), signed_in),
        ("connection_settings", _("Settings"), signed_in and current in ("connection_test", "connection_go_live")),
        ("connection_test", _("Test"), signed_in and current == "connection_go_live"),
        ("connection_go_live", _("Go live"), False),
    )
    return [
        Step(
            url="" if name == "connections" else to(name),
            label=label,
            done=done and name != current,
            is_current=name == current,
        )
        for name, label, done in named
    ]
