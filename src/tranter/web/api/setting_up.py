"""From a draft to a connection that runs: signing in, links for owners, test orders, plans and their yes, files."""

from collections.abc import Mapping

import msgspec
from ninja import Query
from pydantic import Field

from tranter.engine import consent, going_live, handing, order_plan, setting_up, sharing, trial_order
from tranter.engine.consent import Consent
from tranter.engine.going_live import StockPlan
from tranter.engine.handing import Lying
from tranter.engine.order_plan import OrderPlan
from tranter.engine.setting_up import KeysSheet
from tranter.engine.stock_sheet import stock_sheet
from tranter.ledger import sharing as links
from tranter.ledger import team, trials
from tranter.ledger.api_keys import Scope
from tranter.ledger.applications import Keys
from tranter.ledger.sharing import Link
from tranter.ledger.trials import TrialView
from tranter.sdk.files import FilePreview
from tranter.web.api.connections import ConnectionShown, changing, get_connection, shown
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import Download, delete, get, post, put
from tranter.web.api.paging import Page, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import File, Given, Name, Nothing, Number, Text, Word

MANAGE = Scope.MANAGE


def begin_sign_in(desk: ApiDesk, name: Name, body: Nothing) -> Consent:
    """The consent page of the other system, to be opened by a person; the browser comes back to the hub."""
    return consent.begin(desk.hub, changing(desk, name), desk.house.base_url)


class Returned(Given):
    """The whole address that the browser ended at."""

    url: Word


def finish_sign_in(desk: ApiDesk, name: Name, body: Returned) -> ConnectionShown:
    """Where the browser can't come back to the hub: what it ended at is brought here."""
    return shown(desk, consent.finish(desk.hub, body.url, changing(desk, name).id).connection)


class LinkGiven(Given):
    email: Word


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is shown this once; it also goes by mail, where the hub can send any."""

    link: Link
    url: str


def share_connection(desk: ApiDesk, name: Name, body: LinkGiven) -> LinkMade:
    """Ask the account's owner to sign in: a link that works once, for 72 hours."""
    info = changing(desk, name)
    asked = sharing.Asked(email=team.check_address(body.email), base_url=desk.base_url)
    sent = sharing.ask(desk.hub, info, asked)
    return LinkMade(link=sent.link, url=sent.url)


def list_links(desk: ApiDesk, name: Name) -> Page[Link]:
    """The links that were sent for it, the newest first."""
    return whole(links.links_of(desk.book, desk.connection(name).id, desk.now))


def revoke_link(desk: ApiDesk, name: Name, link_id: Number) -> None:
    """Take a link back."""
    mine = {link.id for link in links.links_of(desk.book, changing(desk, name).id, desk.now)}
    if link_id not in mine or not links.revoke(desk.book, link_id, desk.now):
        raise Problem("not-found", f"{name} has no open link {link_id}")


class TestOrderGiven(Given):
    """`sku` empty: the first that both sides know."""

    sku: Text = ""
    ship_method: Text = ""


def begin_test_order(desk: ApiDesk, name: Name, body: TestOrderGiven) -> TrialView:
    """Send a test order of this cart to the warehouse, as a draft that says so."""
    return trial_order.begin(desk.hub, desk.book, desk.connection(name), body.sku, body.ship_method)


def get_test_order(desk: ApiDesk, name: Name) -> TrialView:
    """How the newest test order stands."""
    found = trials.newest(desk.book, desk.connection(name).id)
    if found is None:
        raise Problem("not-found", f"{name} has no test order")
    return found


def cancel_test_order(desk: ApiDesk, name: Name, body: Nothing) -> TrialView:
    """Take the newest test order back."""
    return trial_order.end(desk.hub, desk.book, get_test_order(desk, name).id)


class PlanShown(msgspec.Struct, frozen=True):
    """`plan` null: it brings no orders."""

    plan: OrderPlan | None


def get_plan(desk: ApiDesk, name: Name) -> PlanShown:
    """What follows for orders when it goes live. Asks the other systems, and stores nothing."""
    return PlanShown(order_plan.order_plan(desk.hub, desk.book, desk.connection(name)))


class Yes(Given):
    """`many`: also where many orders leave at once."""

    many: bool = False


def go_live(desk: ApiDesk, name: Name, body: Yes) -> ConnectionShown:
    """It runs from now on. The plan is made anew: what counts is what is there at this moment."""
    order_plan.let_go(desk.hub, desk.book, changing(desk, name), 2 if body.many else 1)
    return get_connection(desk, name)


def get_stock_plan(desk: ApiDesk, name: Name) -> StockPlan:
    """What the first push of stock would change."""
    return going_live.stock_plan(desk.hub, desk.book, desk.connection(name))


def fetch_stock_plan(desk: ApiDesk, name: Name) -> Download:
    """The same as a sheet: CSV in UTF-8."""
    sheet = stock_sheet(get_stock_plan(desk, name))
    return Download(f"stock-{name}.csv", sheet.encode())


def confirm_stock(desk: ApiDesk, name: Name, body: Nothing) -> ConnectionShown:
    """Stock is sent from now on; also the yes to a mass change."""
    going_live.confirm(desk.hub, desk.book, changing(desk, name))
    return get_connection(desk, name)


def get_application(desk: ApiDesk, connector: Name) -> KeysSheet:
    """What is known of the hub's own application at a vendor; secrets by name only."""
    return setting_up.keys_of(desk.hub, connector)


class ApplicationGiven(Given):
    settings: Mapping[str, object] = Field(default_factory=dict)
    secrets: Mapping[str, str] = Field(default_factory=dict)


def set_application(desk: ApiDesk, connector: Name, body: ApplicationGiven) -> KeysSheet:
    """The keys of the hub's own application: new connections there are made with them."""
    return setting_up.give_keys(desk.hub, connector, Keys(dict(body.settings), dict(body.secrets)))


def list_files(desk: ApiDesk, name: Name) -> Lying:
    """What lies at a connection that deals in files."""
    return handing.files(desk.hub, desk.connection(name))


class FileGiven(Given):
    """`dry_run`: only show how it would be read."""

    name: Word
    text: File
    dry_run: bool = False


def bring_file(desk: ApiDesk, name: Name, body: FileGiven) -> FilePreview:
    """Bring a file; what takes it is woken."""
    bring = handing.preview if body.dry_run else handing.bring
    return bring(desk.hub, changing(desk, name), body.name, body.text.encode())


class FileAsked(Given):
    file: Word


class FileShown(msgspec.Struct, frozen=True):
    text: str


def fetch_file(desk: ApiDesk, name: Name, asked: Query[FileAsked]) -> FileShown:
    """A file that the hub wrote."""
    body = handing.fetch(desk.hub, desk.connection(name), asked.file)
    return FileShown(body.decode(errors="replace"))


ONE = "/connections/{name}"
OPERATIONS = (
    post(f"{ONE}/sign-in", begin_sign_in, scope=MANAGE),
    post(f"{ONE}/sign-in/finish", finish_sign_in, scope=MANAGE),
    get(f"{ONE}/links", list_links, scope=MANAGE),
    post(f"{ONE}/links", share_connection, scope=MANAGE, status=201),
    delete(f"{ONE}/links/{{link_id}}", revoke_link, scope=MANAGE),
    get(f"{ONE}/test-order", get_test_order),
    post(f"{ONE}/test-order", begin_test_order, scope=MANAGE, status=201),
    post(f"{ONE}/test-order/cancel", cancel_test_order, scope=MANAGE),
    get(f"{ONE}/plan", get_plan),
    post(f"{ONE}/go-live", go_live, scope=MANAGE),
    get(f"{ONE}/stock-plan", get_stock_plan),
    get(f"{ONE}/stock-plan/csv", fetch_stock_plan, media="text/csv"),
    post(f"{ONE}/stock-go-live", confirm_stock, scope=MANAGE),
    get("/applications/{connector}", get_application, scope=MANAGE, house=True),
    put("/applications/{connector}", set_application, scope=MANAGE, house=True, current=get_application),
    get(f"{ONE}/files", list_files),
    get(f"{ONE}/files/written", fetch_file),
    post(f"{ONE}/files", bring_file),
)
