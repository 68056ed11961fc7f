"""Settings, Webhooks: addresses of the merchant's own that are told what happens, and what became of each message."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tranter.engine import webhooks as engine
from tranter.ledger import webhooks
from tranter.ledger.webhooks import UnknownWebhook, WebhookLine, WebhookProblem
from tranter.web.desk import Desk, NotHere
from tranter.web.settings.forms import NewWebhookForm, WebhookForm
from tranter.web.settings.tabs import sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast

FLASH = "webhook_secret"
PAGE = 50


@require_safe
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _list(request, desk, NewWebhookForm())


def _list(request: HttpRequest, desk: Desk, form: WebhookForm, status: int = 200) -> HttpResponse:
    found = webhooks.listed(desk.book)
    return show(
        request, desk, "settings/webhooks.html", status=status, tabs=tabs(desk, "webhooks"), hooks=found, form=form
    )


@require_POST
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = NewWebhookForm(request.POST)
    if form.is_valid():
        try:
            made, secret = engine.add(desk.book, form.wanted(), desk.actor, desk.now)
        except WebhookProblem as problem:
            form.add_error("url", sentence(problem))
        else:
            request.session[FLASH] = {"id": made.id, "secret": secret}
            return _to(desk, made.id)
    return _list(request, desk, form, 400)


@require_safe
def one(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    hook = _known(desk, pk)
    form = WebhookForm(initial={"url": hook.url, "events": list(hook.events)})
    return _one(request, desk, hook, form)


def _one(request: HttpRequest, desk: Desk, hook: WebhookLine, form: WebhookForm, status: int = 200) -> HttpResponse:
    """The secret is shown once, on the next page."""
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    found = webhooks.messages(desk.book, hook.id, before=before, limit=PAGE + 1)
    attempts = webhooks.attempts_of(desk.book, [line.id for line in found[:PAGE]])
    told = request.session.get(FLASH)
    made = request.session.pop(FLASH)["secret"] if told and told["id"] == hook.id else ""
    here = shell_of(desk).to("webhook", pk=hook.id)
    return show(
        request,
        desk,
        "settings/webhook.html",
        status=status,
        tabs=tabs(desk, "webhooks"),
        hook=hook,
        form=form,
        secret=made,
        messages_=[(line, attempts.get(line.id, [])[:5]) for line in found[:PAGE]],
        older=f"{here}?before={found[PAGE - 1].id}" if len(found) > PAGE else "",
        newest=here if before is not None else "",
    )


@require_POST
def change(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    hook, form = _known(desk, pk), WebhookForm(request.POST)
    if form.is_valid():
        try:
            engine.change(desk.book, pk, form.wanted(), desk.actor, desk.now)
        except WebhookProblem as problem:
            form.add_error("url", sentence(problem))
        else:
            toast(request, _("Saved."))
            return _to(desk, pk)
    return _one(request, desk, hook, form, 400)


Deed = Callable[[HttpRequest, Desk, int], str]


@require_POST
def do(request: HttpRequest, desk: Desk, pk: int, deed: str) -> HttpResponse:
    _known(desk, pk)
    if deed not in DEEDS:
        raise NotHere(deed)
    said = DEEDS[deed](request, desk, pk)
    if said:
        toast(request, said)
    return _to(desk, pk) if deed != "remove" else HttpResponseRedirect(shell_of(desk).to("webhooks"), status=303)


def _pause(request: HttpRequest, desk: Desk, pk: int) -> str:
    webhooks.pause(desk.book, pk, "", desk.actor, desk.now)
    return _("Paused. What happens meanwhile waits, for 30 days at most.")


def _resume(request: HttpRequest, desk: Desk, pk: int) -> str:
    webhooks.resume(desk.book, pk, desk.actor, desk.now)
    return _("It goes on, with all that waits.")


def _renew(request: HttpRequest, desk: Desk, pk: int) -> str:
    _line, secret = webhooks.renew_secret(desk.book, pk, desk.actor, desk.now)
    request.session[FLASH] = {"id": pk, "secret": secret}
    return ""


def _remove(request: HttpRequest, desk: Desk, pk: int) -> str:
    webhooks.remove(desk.book, pk, desk.actor, desk.now)
    return _("The webhook is removed.")


def _try(request: HttpRequest, desk: Desk, pk: int) -> str:
    tried = engine.try_out(desk.house.hub, desk.book, pk)
    if tried.taken:
        return _("The test was taken (%(status)d).") % {"status": tried.status}
    toast(request, _("The test was not taken: %(why)s") % {"why": tried.note}, bad=True)
    return ""


def _replay(request: HttpRequest, desk: Desk, pk: int) -> str:
    """One message, or all that were given up."""
    text = request.POST.get("message", "")
    if text.isdecimal() and len(text) < 19:
        count = webhooks.replay(desk.book, [int(text)], desk.now)
    else:
        count = webhooks.replay_failed(desk.book, pk, datetime.fromtimestamp(0, UTC), desk.now)
    return ngettext("%(count)d message goes once more.", "%(count)d messages go once more.", count) % {"count": count}


DEEDS: Mapping[str, Deed] = {
    "pause": _pause,
    "resume": _resume,
    "renew": _renew,
    "remove": _remove,
    "test": _try,
    "replay": _replay,
}


def _known(desk: Desk, pk: int) -> WebhookLine:
    if pk >= 2**63:
        raise NotHere(str(pk))
    try:
        return webhooks.one(desk.book, pk)
    except UnknownWebhook as error:
        raise NotHere(str(error)) from error


def _to(desk: Desk, pk: int) -> HttpResponse:
    return HttpResponseRedirect(shell_of(desk).to("webhook", pk=pk), status=303)
