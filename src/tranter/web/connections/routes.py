from tranter.web.connections import (
    views,
    views_access,
    views_files,
    views_import,
    views_lanes,
    views_live,
    views_mapping,
    views_new,
    views_owner,
    views_repull,
)
from tranter.web.rights import Right
from tranter.web.route import Route, View, both, route

HERE = "m/<slug:merchant>/connections"
ONE = f"{HERE}/<str:connection>"


def _one(tail: str, view: View, right: Right = Right.SEE) -> Route:
    """A page of one connection."""
    word = tail.split("/<", maxsplit=1)[0].replace("/", "_").replace("-", "_")
    return route(
        f"{ONE}/{tail}" if tail else ONE, view, name=f"connection_{word}" if word else "connection", right=right
    )


ROUTES: list[Route] = [
    *both("connections", views.connections, name="connections", right=Right.SEE),
    route(f"{HERE}/import", views_import.move_over, name="move_over", right=Right.RULE),
    route(f"{HERE}/new", views_new.choose, name="connection_new", right=Right.WORK),
    route(f"{HERE}/new/<slug:connector>", views_new.make, name="connection_make", right=Right.WORK),
    route(f"{HERE}/bring-back", views_lanes.bring_back, name="connection_bring_back", right=Right.WORK),
    _one("", views.connection),
    _one("access", views_access.access),
    _one("sign-in", views_access.sign_in, Right.WORK),
    _one("sign-in/state", views_access.state),
    _one("sign-in/pasted", views_access.pasted, Right.WORK),
    _one("keys", views_access.keys, Right.HOUSE),
    _one("token", views_access.token, Right.WORK),
    _one("share", views_access.share, Right.WORK),
    _one("share/revoke", views_access.revoke, Right.WORK),
    _one("settings", views.settings),
    _one("test", views_live.test),
    _one("test/seen", views_live.seen),
    _one("test/order", views_live.test_order, Right.WORK),
    _one("test/cancel", views_live.cancel_test_order, Right.WORK),
    _one("go-live", views_live.go_live),
    _one("go-live/plan", views_live.plan),
    _one("go-live/since", views_live.since, Right.WORK),
    _one("stock-plan", views_live.stock_plan),
    _one("stock-plan/csv", views_live.stock_csv),
    _one("stock-plan/yes", views_live.stock_yes, Right.WORK),
    _one("mapping", views_mapping.mapping),
    _one("files", views_files.files),
    _one("files/bring", views_files.bring, Right.WORK),
    _one("files/fetch", views_files.fetch, Right.WORK),
    _one("runs", views_lanes.runs),
    _one("sync", views_lanes.sync, Right.WORK),
    _one("repull", views_repull.repull, Right.WORK),
    _one("every", views_lanes.every, Right.WORK),
    _one("pause", views_lanes.pause, Right.WORK),
    _one("resume", views_lanes.resume, Right.WORK),
    _one("duplicate", views_lanes.duplicate, Right.WORK),
    _one("remove", views_lanes.remove, Right.WORK),
    route("setup", views_owner.again, name="setup_again", right=Right.OPEN),
    route("setup/<str:token>", views_owner.invitation, name="setup_link", right=Right.OPEN),
]
