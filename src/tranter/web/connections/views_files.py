"""Files that people bring to a connection, look at first, and fetch."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from msgspec import Struct

from tranter.engine import handing
from tranter.engine.handing import NoFiles
from tranter.ledger.connections import ConnectionRecord
from tranter.sdk.errors import ConnectorError
from tranter.sdk.files import Entry, FilePreview
from tranter.web.connections.guard import back, changing, looking
from tranter.web.connections.page import head
from tranter.web.desk import Desk, NotHere
from tranter.web.shown import show, toast


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), max_length=200)


class ShownRow(Struct, frozen=True, kw_only=True):
    lines: str
    values: tuple[str, ...]
    trouble: str


class ShownPreview(Struct, frozen=True, kw_only=True):
    name: str
    preview: FilePreview
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]


@looking
def files(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    return _page(request, desk, info, UploadForm())


@changing
def bring(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    """With `look`, only what would be read of it is shown."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, desk, info, form)
    file = form.cleaned_data["file"]
    act = handing.preview if "look" in request.POST else handing.bring
    try:
        seen = act(desk.house.hub, info, file.name, file.read())
    except NoFiles as error:
        raise NotHere(info.name) from error
    except ConnectorError as error:
        form.add_error("file", error.reason)
        return _page(request, desk, info, form)
    if "look" in request.POST:
        return _page(request, desk, info, UploadForm(), _shown(file.name, seen))
    desk.house.wake()
    given = {"name": file.name, "good": seen.good, "bad": seen.bad}
    toast(request, _("%(name)s is taken: %(good)s can be read, %(bad)s can't.") % given, bad=bool(seen.bad))
    return back(desk, "connection_files", info)


@require_safe
@looking
def fetch(request: HttpRequest, desk: Desk, info: ConnectionRecord) -> HttpResponse:
    name = request.GET.get("name", "")[:200]
    written = {one.name for one in _lying(desk, info)[1]}
    if name not in written:
        raise NotHere(name)
    body = handing.fetch(desk.house.hub, info, name)
    answer = HttpResponse(body, content_type="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="{}"'.format(name.replace('"', ""))
    return answer


def _page(
    request: HttpRequest,
    desk: Desk,
    info: ConnectionRecord,
    form: UploadForm,
    seen: ShownPreview | None = None,
) -> HttpResponse:
    waiting, written = _lying(desk, info)
    return show(
        request,
        desk,
        "connections/files.html",
        status=422 if form.errors else 200,
        head=head(desk, info, "connection_files"),
        form=form,
        seen=seen,
        waiting=waiting,
        written=written,
    )


def _lying(desk: Desk, info: ConnectionRecord) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    try:
        lying = handing.files(desk.house.hub, info)
    except NoFiles as error:
        raise NotHere(info.name) from error
    except ConnectorError:
        return (), ()
    return lying.waiting, lying.written


def _shown(name: str, seen: FilePreview) -> ShownPreview:
    columns = tuple(next((row.values for row in seen.rows if row.values), {}))
    rows = tuple(
        ShownRow(
            lines=", ".join(map(str, row.lines)),
            values=tuple(row.values.get(column, "") for column in columns),
            trouble=row.trouble,
        )
        for row in seen.rows
    )
    return ShownPreview(name=name, preview=seen, columns=columns, rows=rows)
