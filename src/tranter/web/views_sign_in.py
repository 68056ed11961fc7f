"""Where a consent page returns to."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tranter.engine import consent, sharing
from tranter.engine.consent import ConsentProblem, SignedIn
from tranter.ledger import people
from tranter.ledger.setup import StorageTrouble
from tranter.ledger.sign_in import SignInOutcome, holder_hash
from tranter.web.connections.views_owner import KEPT
from tranter.web.connections.windows import holders_of, is_opened
from tranter.web.desk import Desk
from tranter.web.house import house_of
from tranter.web.shown import show


@require_http_methods(["GET"])  # not HEAD: a link checker must not use the answer up
def callback(request: HttpRequest) -> HttpResponse:
    hub = house_of(request).hub
    try:
        done = consent.finish(hub, request.get_full_path(), holders=holders_of(request))
    except ConsentProblem as problem:
        return _refused(request, problem)
    except StorageTrouble:
        text = _("The ledger can't be written at present. Begin again later.")
        return _say(request, _("Nobody was signed in"), text, 503)
    house_of(request).wake()
    return _granted(request, done)


def _granted(request: HttpRequest, done: SignedIn) -> HttpResponse:
    account = done.seen.account_name or done.seen.account_id
    if done.holder in {holder_hash(holder) for holder in holders_of(request)} and request.session.get(KEPT):
        sharing.granted(house_of(request).hub, int(request.session.pop(KEPT)), done)
    if done.connection.runs:
        text = _("%(name)s is connected to the account %(account)s and runs. You can close this window.")
    else:
        text = _("%(name)s has access to the account %(account)s. You can close this window.")
    return _say(request, _("Signed in"), text % {"name": done.connection.name, "account": account}, 200)


def _refused(request: HttpRequest, problem: ConsentProblem) -> HttpResponse:
    said = str(problem)
    titles = {
        SignInOutcome.DECLINED: _("Declined"),
        SignInOutcome.WRONG_ACCOUNT: _("That is another account"),
    }
    title = titles.get(problem.outcome, _("Nobody was signed in"))
    return _say(request, title, f"{said[:1].upper()}{said[1:]}", 400)


def _say(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    person = people.person(request.user) if request.user.is_authenticated else None
    can_go_on = status != 200 and bool(request.session.get(KEPT))
    values = {"title": title, "text": text, "good": status == 200, "again": can_go_on}
    return is_opened(show(request, Desk(request, person, None), "connections/returned.html", status=status, **values))
