"""Settings, API keys: what programs sign in with. A key is shown once, in the answer to the form that made it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from tranter.engine import api_keys as engine
from tranter.engine import handing_in
from tranter.engine.api_keys import WantedKey
from tranter.ledger import api_keys
from tranter.ledger.api_keys import ApiKeyProblem, Key, Level, MadeKey, Scope
from tranter.ledger.connections import UnknownConnection
from tranter.sdk.errors import ConnectorError
from tranter.sdk.forms import SettingsError
from tranter.web.desk import Desk, NotHere
from tranter.web.rights import Right
from tranter.web.settings.forms import ApiKeyForm, level_names, scope_names
from tranter.web.settings.tabs import hand_of, inviter_of, sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


class Row(Struct, frozen=True, kw_only=True):
    key: Key
    level: str
    reaches: str
    may: str
    expired: bool


@require_safe
def keys(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = [_row(desk, one) for one in engine.keys(inviter_of(desk), desk.merchant)]
    return show(request, desk, "settings/api_keys.html", tabs=tabs(desk, "api_keys"), rows=found)


def _row(desk: Desk, one: Key) -> Row:
    names = {line.slug: line.name or line.slug for line in desk.reach}
    merchant = names.get(one.merchant or "", one.merchant or _("Every merchant"))
    may = ", ".join(str(label) for word, label in scope_names() if Scope(word) in one.scopes)
    return Row(
        key=one,
        level=level_names()[one.level.value],
        reaches=one.connection or merchant,
        may=may,
        expired=one.has_expired(desk.now),
    )


def create(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = _form(request, desk)
    if request.method == "POST" and form.is_valid():
        try:
            made = engine.make(desk.house.hub, hand_of(desk), inviter_of(desk), _wanted(desk, form.cleaned_data))
        except (ApiKeyProblem, SettingsError, UnknownConnection, ConnectorError) as problem:
            form.add_error("name", sentence(problem))
        else:
            return _shown(request, desk, made)
    status = 400 if form.is_bound else 200
    return show(request, desk, "settings/api_key_new.html", tabs=tabs(desk, "api_keys"), form=form, status=status)


def _form(request: HttpRequest, desk: Desk) -> ApiKeyForm:
    carts = []
    if desk.merchant is not None:
        carts = [info.name for info in handing_in.api_carts(desk.house.hub, desk.book)]
    return ApiKeyForm(
        request.POST if request.method == "POST" else None,
        slugs=[] if desk.merchant is not None else [(one.slug, one.name or one.slug) for one in desk.reach],
        carts=carts,
        may_house=desk.may(Right.HOUSE),
    )


def _wanted(desk: Desk, given: dict[str, Any]) -> WantedKey:
    level = Level(given["level"])
    return WantedKey(
        level=level,
        name=given["name"],
        merchant=None if level is Level.WAREHOUSE else desk.merchant or given.get("merchant") or "",
        connection=given.get("connection", "") if level is Level.CART else "",
        scopes=frozenset(Scope(word) for word in given["scopes"]),
        expires_at=engine.end_of(given["expires"], desk.zone) if given["expires"] else None,
    )


def _shown(request: HttpRequest, desk: Desk, made: MadeKey) -> HttpResponse:
    """Not kept for another page: whoever reads the ledger must not find it there."""
    return show(request, desk, "settings/api_key_made.html", tabs=tabs(desk, "api_keys"), made=made)


@require_safe
def key(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    row = _row(desk, _own(desk, number))
    return show(request, desk, "settings/api_key.html", tabs=tabs(desk, "api_keys"), row=row)


@require_POST
def cycle(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    known = _own(desk, number)
    try:
        return _shown(request, desk, engine.cycle(hand_of(desk), inviter_of(desk), known.id))
    except ApiKeyProblem as problem:
        toast(request, sentence(problem), bad=True)
        return _back(desk)


@require_POST
def revoke(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    known = _own(desk, number)
    try:
        engine.revoke(hand_of(desk), inviter_of(desk), known.id)
    except ApiKeyProblem as problem:
        toast(request, sentence(problem), bad=True)
    else:
        toast(request, _("It opens nothing any more."))
    return _back(desk)


def _own(desk: Desk, number: int) -> Key:
    by = inviter_of(desk)
    try:
        known = api_keys.key(number)
    except ApiKeyProblem as problem:
        raise NotHere(str(problem)) from problem
    strange = by.reach is not None and known.merchant not in by.reach
    if strange or (desk.merchant is not None and known.merchant not in (None, desk.merchant)):
        raise NotHere("no such key")
    return known


def _back(desk: Desk) -> HttpResponse:
    return HttpResponseRedirect(shell_of(desk).to("api_keys"), status=303)
