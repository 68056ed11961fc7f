"""Where a visitor begins: the first one of all, and one who is invited."""

import hmac

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tranter.ledger import invitations, people, team
from tranter.ledger.invitations import InvitationProblem
from tranter.ledger.team import Hand, Member, TeamProblem
from tranter.web.desk import Desk
from tranter.web.people.forms import InvitationForm, WelcomeForm
from tranter.web.people.visit import begin_visit
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


@require_safe
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    if desk.person is not None:
        return HttpResponseRedirect(shell_of(desk).to("today"))
    return HttpResponseRedirect("/sign-in" if people.anybody_here() else "/welcome")


def welcome(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The first visitor becomes the owner. Where others can get here, too, only with the code from the terminal."""
    if people.anybody_here():
        return HttpResponseRedirect("/sign-in")
    asks_code = not desk.house.is_private
    form = WelcomeForm(request.POST if request.method == "POST" else None, asks_code=asks_code)
    if request.method == "POST" and form.is_valid():
        if asks_code and not _knows(desk, form.cleaned_data["code"]):
            form.add_error("code", _("This is not the code of the hub that runs now."))
        elif (made := _first_owner(desk, form)) is not None:
            return _let_in(request, made)
    return show(request, desk, "people/welcome.html", form=form, status=400 if form.errors else 200)


def _knows(desk: Desk, code: str) -> bool:
    wanted = desk.house.setup_code
    return bool(wanted) and hmac.compare_digest(code.strip().lower().encode(), wanted.encode())


def _first_owner(desk: Desk, form: WelcomeForm) -> Member | None:
    given = form.cleaned_data
    hand = Hand(vault=desk.house.hub.vault, actor="operator", now=desk.now)
    try:
        return team.create_first_owner(hand, given["email"], given["name"], given["password"], given["hub_name"])
    except TeamProblem as problem:
        form.add_error("email" if "e-mail" in str(problem) else "password", _sentence(problem))
        return None


def invitation(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """To look at it uses nothing up; it counts when the form is sent."""
    try:
        line = invitations.look(token, desk.now)
    except InvitationProblem as problem:
        return _no_invitation(request, desk, problem)
    form = InvitationForm(request.POST if request.method == "POST" else None, initial={"name": line.person.name})
    if request.method == "POST" and form.is_valid():
        hand = Hand(vault=desk.house.hub.vault, actor="invitation", now=desk.now)
        try:
            made = invitations.redeem(hand, token, form.cleaned_data["name"], form.cleaned_data["password"])
        except InvitationProblem as problem:
            return _no_invitation(request, desk, problem)
        except TeamProblem as problem:
            form.add_error("password", _sentence(problem))
        else:
            return _let_in(request, made)
    status = 400 if form.errors else 200
    return show(request, desk, "people/invitation.html", form=form, line=line, status=status)


def _no_invitation(request: HttpRequest, desk: Desk, problem: InvitationProblem) -> HttpResponse:
    title = _("This link opens nothing")
    return show(request, desk, "message.html", title=title, text=_sentence(problem), status=410)


def _let_in(request: HttpRequest, made: Member) -> HttpResponse:
    user = people.account(made.id)
    begin_visit(request, user)
    record_authentication(request, user, method="password", reauthenticated=True)  # it was chosen a moment ago
    toast(request, _("Welcome, %(name)s.") % {"name": made.name or made.email})
    return HttpResponseRedirect("/")


def _sentence(problem: Exception) -> str:
    text = str(problem)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
