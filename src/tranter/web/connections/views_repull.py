"""A stretch of time read again, from the page of a connection."""

from datetime import datetime, time, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tranter.engine import repull as engine
from tranter.engine.operator import NotPossible
from tranter.ledger.connections import ConnectionRecord
from tranter.sdk import registry
from tranter.sdk.errors import ConnectorError
from tranter.web.connections.guard import looking, not_yours
from tranter.web.connections.page import head, may_change
from tranter.web.desk import Desk
from tranter.web.settings.tabs import sentence
from tranter.web.shown import show

DAYS = 7


class StretchForm(forms.Form):
    since = forms.DateField(label=_("Bought from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("That day included."),
    )


@looking
def repull(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    if not may_change(desk, registry.manifest(info.connector)):
        return not_yours(request, desk)
    today = desk.local(desk.now).date()
    form = StretchForm(request.POST if "since" in request.POST else None)
    found = None
    if not form.is_bound:
        form = StretchForm(initial={"since": today - timedelta(days=DAYS), "until": today})
    elif form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"] + timedelta(days=1)
        asked = engine.Stretch(
            since=datetime.combine(since, time(), desk.zone), until=datetime.combine(until, time(), desk.zone)
        )
        try:
            found = engine.repull(desk.house.hub, desk.book, info, asked, desk.actor)
            desk.house.wake()
        except NotPossible as problem:
            form.add_error(None, sentence(problem))
        except ConnectorError as error:
            form.add_error(None, _now("The other system can't be asked now: %(reason)s") % {"reason": error.reason})
    return show(
        request,
        desk,
        "connections/repull.html",
        status=422 if form.errors else 200,
        head=head(desk, info, "connection"),
        form=form,
        found=found,
        new=sum(found.new.values()) if found is not None else 0,
        skipped=found.new.get("skipped", 0) if found is not None else 0,
    )
