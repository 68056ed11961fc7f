"""Settings, Notices: who is told what."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tranter.engine import telling
from tranter.engine.channels import ChannelProblem
from tranter.engine.smtp import Undeliverable
from tranter.ledger import notices
from tranter.ledger.notices import Channel, NewRule, Topic
from tranter.ledger.team import TeamProblem
from tranter.web.desk import Desk
from tranter.web.settings.forms import TOPICS, RuleForm
from tranter.web.settings.tabs import hand_of, inviter_of, sentence, tabs
from tranter.web.shell import shell_of
from tranter.web.shown import show, toast


def rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk, _form(desk))


@require_POST
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = _form(desk, request)
    if form.is_valid():
        given = form.cleaned_data
        new = NewRule(
            merchant=given["merchant"] or None,
            topic=Topic(given["topic"]),
            channel=Channel(given["channel"]),
            address=given["address"],
            label=given["label"],
        )
        try:
            telling.add_rule(hand_of(desk), inviter_of(desk), new)
        except (TeamProblem, ChannelProblem) as problem:
            form.add_error("address", sentence(problem))
        else:
            toast(request, _("Saved."))
            return _back(desk)
    return _page(request, desk, form, 400)


@require_POST
def remove(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    try:
        telling.remove_rule(hand_of(desk), inviter_of(desk), rule)
    except TeamProblem as problem:
        toast(request, sentence(problem), bad=True)
    else:
        toast(request, _("Removed."))
    return _back(desk)


@require_POST
def try_out(request: HttpRequest, desk: Desk, rule: int) -> HttpResponse:
    """Says hello at once; the answer is shown as it came."""
    try:
        known = telling.try_rule(hand_of(desk), inviter_of(desk), rule, desk.house.mail)
    except (TeamProblem, Undeliverable) as problem:
        toast(request, sentence(problem), bad=True)
    else:
        toast(request, _("A test went to %(to)s.") % {"to": known.shown})
    return _back(desk)


def _form(desk: Desk, request: HttpRequest | None = None) -> RuleForm:
    by = inviter_of(desk)
    return RuleForm(
        request.POST if request is not None else None,
        slugs=[(one.slug, one.name or one.slug) for one in desk.reach],
        may_all=by.reach is None,
        initial={"merchant": desk.merchant or ""},
    )


def _page(request: HttpRequest, desk: Desk, form: RuleForm, status: int = 200) -> HttpResponse:
    by = inviter_of(desk)
    names = {one.slug: one.name or one.slug for one in desk.reach}
    known = notices.rules(desk.house.hub.vault, by.reach)
    topics = [
        {
            "label": label,
            "rules": [(one, names.get(one.merchant or "", "")) for one in known if one.topic is topic],
            "otherwise": telling.concerned(topic, desk.merchant) if desk.merchant is not None else [],
        }
        for topic, label in TOPICS.items()
    ]
    return show(
        request,
        desk,
        "settings/notices.html",
        status=status,
        tabs=tabs(desk, "notices"),
        topics=topics,
        form=form,
        has_mail=desk.house.mail is not None,
    )


def _back(desk: Desk) -> HttpResponse:
    return HttpResponseRedirect(shell_of(desk).to("notices"), status=303)
