"""The installation kept well: what is looked over, and its backups."""

import msgspec

from tranter.config import Config
from tranter.engine.doctor import Check, checks
from tranter.engine.keeping import Kept, backup_named, backups, make_backup
from tranter.ledger.api_keys import Scope
from tranter.ledger.backup import BackupProblem
from tranter.web.api.desk import ApiDesk
from tranter.web.api.operation import Download, get, post
from tranter.web.api.paging import Page, whole
from tranter.web.api.problem import Problem
from tranter.web.api.shapes import Name, Nothing

MANAGE = Scope.MANAGE


class Health(msgspec.Struct, frozen=True):
    """`ok`: all of it is."""

    ok: bool
    checks: tuple[Check, ...]


def get_health(desk: ApiDesk) -> Health:
    """Look the installation over: files, keys, ledger, connections, what is overdue. Takes a while."""
    found = tuple(checks(_config(desk)))
    return Health(all(one.ok for one in found), found)


def list_backups(desk: ApiDesk) -> Page[Kept]:
    """The backups in the hub's own folder, the newest first."""
    return whole(backups(desk.house.config.home) if desk.house.config is not None else [])


def add_backup(desk: ApiDesk, body: Nothing) -> Kept:
    """Make a backup now, without the key."""
    config = _config(desk)
    made = make_backup(config.home, config.key_file, config.database_url, desk.now)
    return next(one for one in backups(config.home) if one.name == made.name)


def fetch_backup(desk: ApiDesk, name: Name) -> Download:
    """A backup as it lies there. It holds the ledger, sealed; not the key that opens it."""
    try:
        path = backup_named(_config(desk).home, name)
    except BackupProblem as problem:
        raise Problem("not-found", str(problem)) from problem
    return Download(path.name, path.open("rb"))


def _config(desk: ApiDesk) -> Config:
    """Raises `Problem`."""
    if desk.house.config is None:
        raise Problem("not-possible", "this hub has no folder of its own")
    return desk.house.config


OPERATIONS = (
    get("/health", get_health, scope=MANAGE, house=True),
    get("/backups", list_backups, scope=MANAGE, house=True),
    post("/backups", add_backup, scope=MANAGE, house=True, status=201),
    get("/backups/{name}", fetch_backup, scope=MANAGE, house=True, media="application/x-tar"),
)
