"""Access: the sign-in in a pop-up or in this window, a token, or a link for the account's owner."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from tranter.engine import consent, setting_up, sharing
from tranter.engine.consent import Asker, ConsentProblem
from tranter.engine.sharing import Asked, Sent
from tranter.ledger import sharing as links
from tranter.ledger import sign_in as sign_ins
from tranter.ledger.applications import Keys
from tranter.ledger.connections import AccountTaken, ConnectionRecord
from tranter.sdk import registry
from tranter.sdk.errors import ConnectorError
from tranter.sdk.forms import ACCESS, APPLICATION, FieldSheet, SettingsError
from tranter.web.connections.forms import PastedForm, ShareForm, SheetForm
from tranter.web.connections.guard import back, changing, looking
from tranter.web.connections.page import head
from tranter.web.connections.windows import forward, holder_of, opens_windows
from tranter.web.desk import Desk
from tranter.web.rights import Right
from tranter.web.shown import show, toast


class Forms(Struct, frozen=True, kw_only=True):
    keys: SheetForm
    token: SheetForm
    share: ShareForm
    pasted: PastedForm


@looking
def access(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    return _page(request, desk, info, _forms(desk, info))


def _forms(desk: Desk, info: ConnectionRecord) -> Forms:
    sheet = setting_up.keys_of(desk.house.hub, info.connector)
    return Forms(
        keys=SheetForm(_sheets(info, APPLICATION), sheet.settings, needed=sheet.missing),
        token=SheetForm(_sheets(info, ACCESS), {}),
        share=ShareForm(initial={"email": info.owner_email}),
        pasted=PastedForm(),
    )


def _sheets(info: ConnectionRecord, group: str) -> list[FieldSheet]:
    return [sheet for sheet in registry.manifest(info.connector).settings.sheets() if sheet.group == group]


def _page(
    request: HttpRequest, desk: Desk, info: ConnectionRecord, forms: Forms, sent: Sent | None = None
) -> HttpResponse:
    hub, keys = desk.house.hub, setting_up.keys_of(desk.house.hub, info.connector)
    faulty = any(form.errors for form in (forms.keys, forms.token, forms.share, forms.pasted))
    response = show(
        request,
        desk,
        "connections/access.html",
        status=422 if faulty else 200,
        head=head(desk, info, "connection_access"),
        forms=forms,
        sent=sent,
        by_mail=desk.house.mail is not None,
        missing=[sheet.label for sheet in _sheets(info, APPLICATION) if sheet.name in keys.missing],
        has_consent=registry.manifest(info.connector).auth is not None,
        may_give_keys=desk.may(Right.HOUSE),
        is_signed_in=setting_up.is_let_in(hub, info),
        links=links.links_of(desk.book, info.id, desk.now),
        last_sign_in=sign_ins.last_id(info.id),
        egress=desk.house.config.egress_ips if desk.house.config is not None else (),
    )
    return opens_windows(response)


@changing
def sign_in(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """Answers with a page that goes on to the vendor: a browser would not let a form lead there."""
    info = setting_up.complete_keys(desk.house.hub, desk.book, info)
    asker = Asker(holder=holder_of(request), goes_live=False)
    try:
        begun = consent.begin(desk.house.hub, info, base_url(request, desk), asker)
    except ConsentProblem:
        toast(request, _("Give the keys of your application first; then you can sign in."), bad=True)
        return back(desk, "connection_access", info)
    return forward(request, desk, begun.url, registry.manifest(info.connector).label)


def base_url(request: HttpRequest, desk: Desk) -> str:
    """The public address; on one's own machine the one that the browser uses."""
    return desk.house.base_url or f"{request.scheme}://{request.get_host()}"


@looking
def state(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """For the page that waits for a sign-in which this browser began."""
    after = int(request.GET.get("after", "0")) if request.GET.get("after", "0").isdecimal() else 0
    ended = sign_ins.newest(info.id, holder_of(request), after, desk.now)
    return JsonResponse({"outcome": ended.outcome.value, "said": ended.said})


@changing
def pasted(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """Where the vendor's page can't come back to this hub, its address is brought by hand."""
    forms = _forms(desk, info)
    form = PastedForm(request.POST)
    if form.is_valid():
        try:
            done = consent.finish(desk.house.hub, form.cleaned_data["address"], info.id)
        except ConsentProblem as problem:
            form.add_error("address", f"{problem}.")
        else:
            desk.house.wake()
            toast(request, _("Signed in as %(account)s.") % {"account": done.seen.account_name or done.seen.account_id})
            return back(desk, "connection_access", info)
    return _page(request, desk, info, Forms(keys=forms.keys, token=forms.token, share=forms.share, pasted=form))


@changing
def keys(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    forms = _forms(desk, info)
    form = SheetForm(_sheets(info, APPLICATION), {}, request.POST)
    if form.is_valid():
        try:
            setting_up.give_keys(desk.house.hub, info.connector, Keys(form.plain(), form.secrets()))
            if not info.account_id:
                setting_up.take_keys(desk.house.hub, desk.book, info)
        except SettingsError as error:
            form.blame(error)
        else:
            toast(request, _("The keys are kept: every new connection is made with them."))
            return back(desk, "connection_access", info)
    return _page(request, desk, info, Forms(keys=form, token=forms.token, share=forms.share, pasted=forms.pasted))


@changing
def token(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    forms = _forms(desk, info)
    form = SheetForm(_sheets(info, ACCESS), {}, request.POST)
    asks = registry.manifest(info.connector).settings.asks_for_token()
    if form.is_valid() and asks and not form.secrets():
        form.add_error(None, _("Type a token in."))
    if not form.errors:
        try:
            made = setting_up.sign_in_by_token(desk.house.hub, desk.book, info, form.secrets())
        except (SettingsError, AccountTaken) as error:
            form.add_error(None, str(error))
        except ConnectorError as error:
            form.add_error(None, _("That did not work: %(reason)s.") % {"reason": error.reason.rstrip(".")})
        else:
            desk.house.wake()
            account = made.connection.account_name or made.connection.account_id
            toast(request, _("Signed in as %(account)s.") % {"account": account})
            return back(desk, "connection_access", info)
    return _page(request, desk, info, Forms(keys=forms.keys, token=form, share=forms.share, pasted=forms.pasted))


@changing
def share(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """The message is shown once, in the answer: nobody can look it up later."""
    forms = _forms(desk, info)
    form = ShareForm(request.POST)
    sent = None
    if form.is_valid():
        asked = Asked(email=form.cleaned_data["email"], base_url=base_url(request, desk), user_id=desk.user.id)
        info = setting_up.complete_keys(desk.house.hub, desk.book, info)
        sent = sharing.ask(desk.house.hub, info, asked)
        form = ShareForm()
    page = Forms(keys=forms.keys, token=forms.token, share=form, pasted=forms.pasted)
    return _page(request, desk, info, page, sent)


@changing
def revoke(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    wanted = [int(text) for text in request.POST.getlist("link") if text.isdecimal()]
    mine = {link.id for link in links.links_of(desk.book, info.id, desk.now)}
    count = sum(links.revoke(desk.book, link_id, desk.now) for link_id in wanted if link_id in mine)
    toast(request, ngettext("%(n)s link is taken back.", "%(n)s links are taken back.", count) % {"n": count})
    return back(desk, "connection_access", info)
