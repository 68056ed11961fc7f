"""Settings of the installation: letters, backups, health, merchants. For its owners."""

from importlib.metadata import version

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tranter.config import Config
from tranter.engine import keeping
from tranter.engine.doctor import checks
from tranter.ledger import letters as ledger_letters
from tranter.ledger import merchants as ledger_merchants
from tranter.ledger.backup import BackupProblem
from tranter.ledger.letters import UnknownLetter
from tranter.ledger.merchants import MerchantProblem
from tranter.web.desk import Desk, NotHere
from tranter.web.settings.forms import NewMerchantForm
from tranter.web.settings.tabs import hand_of, sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast

LETTERS = 50


@require_safe
def letters(request: HttpRequest, desk: Desk) -> HttpResponse:
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 19 else None
    found = ledger_letters.letters(desk.house.hub.vault, LETTERS + 1, before=start)
    here = shell_of(desk).to("letters")
    return show(
        request,
        desk,
        "settings/letters.html",
        tabs=tabs(desk, "letters"),
        letters=found[:LETTERS],
        older=f"{here}?before={found[LETTERS - 1].id}" if len(found) > LETTERS else "",
        newest=here if start is not None else "",
        mail=desk.house.mail,
    )


@require_safe
def letter(request: HttpRequest, desk: Desk, letter: int) -> HttpResponse:
    try:
        found = ledger_letters.letter(desk.house.hub.vault, letter)
    except UnknownLetter as error:
        raise NotHere(str(error)) from error
    return show(request, desk, "settings/letter.html", tabs=tabs(desk, "letters"), letter=found, mail=desk.house.mail)


@require_POST
def send_letter(request: HttpRequest, desk: Desk, letter: int) -> HttpResponse:
    try:
        ledger_letters.send_again(letter, desk.now)
    except UnknownLetter as error:
        raise NotHere(str(error)) from error
    toast(request, _("It goes now."))
    return HttpResponseRedirect(shell_of(desk).to("letters"), status=303)


@require_safe
def backup(request: HttpRequest, desk: Desk) -> HttpResponse:
    config = _config(desk)
    return show(
        request,
        desk,
        "settings/backup.html",
        tabs=tabs(desk, "backup"),
        backups=keeping.backups(config.home),
        folder=config.home / keeping.FOLDER,
        key_file=config.key_file,
    )


@require_POST
def make_backup(request: HttpRequest, desk: Desk) -> HttpResponse:
    config = _config(desk)
    try:
        path = keeping.make_backup(config.home, config.key_file, config.database_url, desk.now)
    except (BackupProblem, OSError) as problem:
        toast(request, sentence(problem), bad=True)
    else:
        toast(request, _("%(name)s is made.") % {"name": path.name})
    return HttpResponseRedirect(shell_of(desk).to("backup"), status=303)


@require_safe
def download_backup(request: HttpRequest, desk: Desk, file: str) -> FileResponse:
    try:
        path = keeping.backup_named(_config(desk).home, file)
    except BackupProblem as problem:
        raise NotHere(str(problem)) from problem
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_safe
def health(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is set is shown at once; to look everything over takes a while, and is asked for."""
    config = _config(desk)
    looked = "look" in request.GET
    return show(
        request,
        desk,
        "settings/health.html",
        tabs=tabs(desk, "health"),
        config=config,
        fingerprint=desk.house.hub.vault.fingerprint,
        version=version("tranter"),
        checks=checks(config) if looked else [],
        looked=looked,
    )


@require_safe
def merchants(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _merchants(request, desk, NewMerchantForm())


@require_POST
def add_merchant(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = NewMerchantForm(request.POST)
    if form.is_valid():
        try:
            ledger_merchants.add(hand_of(desk), form.cleaned_data["slug"], form.cleaned_data["name"])
        except MerchantProblem as problem:
            form.add_error("slug", sentence(problem))
        else:
            toast(request, _("%(name)s is here.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(shell_of(desk).to("merchants"), status=303)
    return _merchants(request, desk, form, 400)


def _merchants(request: HttpRequest, desk: Desk, form: NewMerchantForm, status: int = 200) -> HttpResponse:
    reach = {one.slug for one in desk.reach}
    found = [one for one in ledger_merchants.entries() if one.slug in reach]
    return show(
        request,
        desk,
        "settings/merchants.html",
        status=status,
        tabs=tabs(desk, "merchants"),
        merchants=found,
        form=form,
    )


def _config(desk: Desk) -> Config:
    if desk.house.config is None:
        raise NotHere("this hub was started without its configuration")
    return desk.house.config
