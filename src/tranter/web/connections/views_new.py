"""A new connection: which system, and which place there."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.engine import connecting, setting_up
from tranter.engine.connecting import Wish
from tranter.ledger import connections, lending
from tranter.ledger.applications import Keys
from tranter.ledger.book import HOUSE
from tranter.ledger.connections import ConnectionRecord
from tranter.sdk import registry
from tranter.sdk.forms import APPLICATION, PLACE, SettingsError
from tranter.sdk.manifest import Manifest, Role
from tranter.sdk.registry import UnknownConnector
from tranter.web.connections.forms import NameForm, SheetForm
from tranter.web.connections.guard import back, not_yours
from tranter.web.connections.page import first_step, may_change
from tranter.web.desk import Desk, NotHere
from tranter.web.rights import Right
from tranter.web.shown import show


class Offer(Struct, frozen=True, kw_only=True):
    slug: str
    label: str
    role: str


def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = []
    for name in registry.names():
        with suppress(UnknownConnector):  # one that can't be loaded must not keep the others from being used
            found.append(_offer(registry.manifest(name)))
    lent = [] if desk.merchant == HOUSE else lending.of_house()
    return show(
        request,
        desk,
        "connections/choose.html",
        offers=found,
        lent=bool(lent),
        may_lend=desk.may(Right.HOUSE),
        may_move=desk.may(Right.RULE),
    )


def _offer(manifest: Manifest) -> Offer:
    match manifest.roles:
        case (Role.CART,):
            role = _("Cart: orders come from it")
        case (Role.WAREHOUSE,):
            role = _("Warehouse: orders go to it")
        case _:
            role = _("Cart or warehouse: orders come from it, or go to it")
    return Offer(slug=manifest.slug, label=manifest.label, role=role)


class Asked(Struct, frozen=True, kw_only=True):
    """What the page asks: a name, the places, and the application's keys where nothing can be made without them."""

    name: NameForm
    places: SheetForm
    keys: SheetForm | None

    def is_valid(self) -> bool:
        """All are looked at: every error is to be shown."""
        wrong = [form for form in (self.name, self.places, self.keys) if form is not None and not form.is_valid()]
        return not wrong


def make(request: HttpRequest, desk: Desk, connector: str) -> HttpResponse:
    manifest = _manifest(connector)
    needs_keys, first = not _is_readable(desk, manifest), first_step(manifest)
    if not may_change(desk, manifest) or (needs_keys and not desk.may(Right.HOUSE)):
        return not_yours(request, desk)
    if request.method == "GET":
        asked = _asked(desk, manifest, needs_keys, None)
        return show(request, desk, "connections/new.html", manifest=manifest, asked=asked, first_step=first)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    asked = _asked(desk, manifest, needs_keys, request.POST)
    if asked.is_valid() and (made := _made(desk, manifest, asked)) is not None:
        return back(desk, "connection_access", made)
    return show(request, desk, "connections/new.html", status=422, manifest=manifest, asked=asked, first_step=first)


def _asked(desk: Desk, manifest: Manifest, needs_keys: bool, sent: Any) -> Asked:
    sheets = manifest.settings.sheets()
    held = setting_up.keys_of(desk.house.hub, manifest.slug).settings
    name = NameForm(sent, initial={"name": _free_name(desk, manifest)})
    places = SheetForm([sheet for sheet in sheets if sheet.group == PLACE], {}, sent)
    keys = SheetForm([sheet for sheet in sheets if sheet.group == APPLICATION], held, sent) if needs_keys else None
    return Asked(name=name, places=places, keys=keys)


def _is_readable(desk: Desk, manifest: Manifest) -> bool:
    """Whether a connection can be made with what is known of the application."""
    try:
        manifest.settings.read(setting_up.keys_of(desk.house.hub, manifest.slug).settings)
    except SettingsError:
        return False
    return True


def _made(desk: Desk, manifest: Manifest, asked: Asked) -> ConnectionRecord | None:
    hub, book, name = desk.house.hub, desk.book, asked.name.cleaned_data["name"]
    if connecting.existing(book, name) is not None:
        asked.name.add_error("name", _("There is a connection of this name already."))
        return None
    if asked.keys is not None:
        try:
            setting_up.give_keys(hub, manifest.slug, Keys(asked.keys.plain(), asked.keys.secrets()))
        except SettingsError as error:
            asked.keys.blame(error)
            return None
    wish = Wish(connector=manifest.slug, name=name, settings=asked.places.plain(), verify=False, live=None)
    try:
        return connecting.connect(hub, book, wish).connection
    except SettingsError as error:
        asked.places.blame(error)
        return None


def _manifest(connector: str) -> Manifest:
    try:
        return registry.manifest(connector)
    except UnknownConnector as error:
        raise NotHere(str(error)) from error


def _free_name(desk: Desk, manifest: Manifest) -> str:
    taken = {info.name for info in connections.all_of(desk.book)}
    tries = (manifest.slug, *(f"{manifest.slug}-{number}" for number in range(2, 100)))
    return next((name for name in tries if name not in taken), "")
