"""Settings, Team: who is here, who is invited, what each may do."""

from typing import TypedDict

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from msgspec import Struct

from tranter.engine import team as engine
from tranter.ledger import factors, invitations, team
from tranter.ledger.invitations import InvitationLine
from tranter.ledger.team import Member, NewPerson, Role, TeamProblem
from tranter.web.desk import Desk, NotHere
from tranter.web.settings.forms import InviteForm, PersonForm
from tranter.web.settings.tabs import hand_of, inviter_of, sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast

FLASH = "invited"


class Choices(TypedDict):
    slugs: list[tuple[str, str]]
    may_staff: bool


class Row(Struct, frozen=True, kw_only=True):
    member: Member
    role: str
    reach: str
    is_protected: bool
    is_you: bool
    may_touch: bool


def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    by = inviter_of(desk)
    found = team.members(by.reach)
    safe = factors.protected([one.id for one in found])
    rows = [
        Row(
            member=one,
            role=engine.role_name(one.role),
            reach=reach_text(desk, one),
            is_protected=one.id in safe,
            is_you=one.id == desk.user.id,
            may_touch=by.reach is None or not (one.staff or set(one.merchants) - by.reach),
        )
        for one in found
    ]
    waiting = invitations.waiting(by.reach)
    return show(
        request,
        desk,
        "settings/team.html",
        tabs=tabs(desk, "team"),
        rows=rows,
        waiting=[(one, engine.role_name(one.person.role), one.expires_at <= desk.now) for one in waiting],
        invited=request.session.pop(FLASH, None),
        has_mail=desk.house.mail is not None,
    )


def reach_text(desk: Desk, one: Member | NewPerson) -> str:
    if one.everywhere:
        return _("Every merchant")
    names = {line.slug: line.name for line in desk.reach}
    shown = ", ".join(names.get(slug, slug) for slug in one.merchants[:3])
    more = len(one.merchants) - 3
    if more > 0:
        shown += " " + ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return _("%(merchants)s (staff)") % {"merchants": shown} if one.staff else shown


def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None, initial=_chosen(desk), **_choices(desk))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = _wanted(desk, form, given["email"], given["name"])
        try:
            line, link = engine.invite(hand_of(desk), inviter_of(desk), wanted, base_url(request, desk))
        except TeamProblem as problem:
            form.add_error("email", sentence(problem))
        else:
            return _invited(request, desk, line, link)
    return show(request, desk, "settings/invite.html", tabs=tabs(desk, "team"), form=form, status=_status(form))


def base_url(request: HttpRequest, desk: Desk) -> str:
    return desk.house.base_url or request.build_absolute_uri("/").rstrip("/")


@require_POST
def invite_again(request: HttpRequest, desk: Desk, invitation: int) -> HttpResponse:
    _own_invitation(desk, invitation)
    try:
        line, link = engine.invite_again(hand_of(desk), inviter_of(desk), invitation, base_url(request, desk))
    except TeamProblem as problem:
        toast(request, sentence(problem), bad=True)
        return _back(desk)
    return _invited(request, desk, line, link)


@require_POST
def revoke(request: HttpRequest, desk: Desk, invitation: int) -> HttpResponse:
    _own_invitation(desk, invitation)
    invitations.revoke(invitation, desk.now)
    toast(request, _("The invitation opens nothing any more."))
    return _back(desk)


def _own_invitation(desk: Desk, invitation: int) -> None:
    if invitation not in {one.id for one in invitations.waiting(inviter_of(desk).reach)}:
        raise NotHere("no such invitation")


def _invited(request: HttpRequest, desk: Desk, line: InvitationLine, link: str) -> HttpResponse:
    """The link is shown once, on the next page: for who has no mail server, or would rather tell it."""
    request.session[FLASH] = {"email": line.person.email, "link": link}
    return _back(desk)


def person(request: HttpRequest, desk: Desk, person: int) -> HttpResponse:
    known = _own_member(desk, person)
    initial = {
        "role": known.role.value,
        "where": "everywhere" if known.everywhere else "staff" if known.staff else "merchants",
        "merchants": list(known.merchants),
    }
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial, **_choices(desk))
    if request.method == "POST" and form.is_valid():
        wanted = _wanted(desk, form, known.email, known.name)
        try:
            engine.change(hand_of(desk), inviter_of(desk), known.id, wanted)
        except TeamProblem as problem:
            form.add_error(None, sentence(problem))
        else:
            toast(request, _("Saved."))
            return _back(desk)
    return show(
        request, desk, "settings/person.html", tabs=tabs(desk, "team"), form=form, person=known, status=_status(form)
    )


@require_POST
def switch(request: HttpRequest, desk: Desk, person: int) -> HttpResponse:
    known = _own_member(desk, person)
    active = request.POST.get("active") == "yes"
    if request.POST.get("active") not in ("yes", "no"):
        return _back(desk)
    try:
        engine.set_active(hand_of(desk), inviter_of(desk), known.id, active)
    except TeamProblem as problem:
        toast(request, sentence(problem), bad=True)
    else:
        text = _("%(who)s may sign in again.") if active else _("%(who)s is signed out and may not come back.")
        toast(request, text % {"who": known.email})
    return _back(desk)


def _own_member(desk: Desk, person: int) -> Member:
    """Anybody else's people are not there."""
    try:
        known = team.member(person)
        engine.check_touch(inviter_of(desk), known)
    except TeamProblem as problem:
        raise NotHere(str(problem)) from problem
    return known


def _choices(desk: Desk) -> Choices:
    slugs = [(one.slug, one.name or one.slug) for one in desk.reach]
    return {"slugs": slugs, "may_staff": inviter_of(desk).reach is None}


def _chosen(desk: Desk) -> dict[str, object]:
    return {"merchants": [desk.merchant] if desk.merchant is not None else []}


def _wanted(desk: Desk, form: PersonForm, email: str, name: str) -> NewPerson:
    given = form.cleaned_data
    where = given.get("where", "merchants")
    only = tuple(one.slug for one in desk.reach) if "merchants" not in form.fields else ()
    return NewPerson(
        email=email,
        name=name,
        role=Role(given["role"]),
        staff=where != "merchants",
        everywhere=where == "everywhere",
        merchants=() if where == "everywhere" else only or tuple(given.get("merchants", ())),
    )


def _status(form: PersonForm) -> int:
    return 400 if form.errors else 200


def _back(desk: Desk) -> HttpResponse:
    return HttpResponseRedirect(shell_of(desk).to("team"), status=303)
