"""Moving over from another hub: its carts as drafts, its ways of shipping and its aliases; nothing of it is sent."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tranter.engine import connecting, mapping
from tranter.engine.connecting import Wish
from tranter.engine.hub import Hub
from tranter.ledger import connections, elsewhere, mappings, schedule
from tranter.ledger.book import Book
from tranter.ledger.connections import AccountTaken
from tranter.ledger.mappings import ALIAS, SHIP_METHOD, Place
from tranter.sdk import registry
from tranter.sdk.forms import SettingsError
from tranter.sdk.manifest import Manifest, Role
from tranter.sdk.setups import CartThere, OpenThere, SetupThere
from tranter.sdk.verbs import TellsSetup

STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
EARLIEST = "earliest_order_date"
OTHER_WORDS = {"api": ("api access", "api")}
"""What others call an API cart."""


class CannotTell(SettingsError):
    """This connector can't be moved over from."""


class PlannedCart(Struct, frozen=True, kw_only=True):
    """`connector` is empty where none here speaks to it. `exists`: a connection of this name is here already."""

    source: str
    kind: str
    name: str
    connector: str
    exists: bool


class PlannedWord(Struct, frozen=True, kw_only=True):
    """`here` is what it becomes already: where that differs, what stands here stays."""

    connection: str
    word: str
    becomes: str
    here: str | None

    @property
    def is_new(self) -> bool:
        return self.here is None

    @property
    def differs(self) -> bool:
        return self.here is not None and self.here != self.becomes


class MovePlan(Struct, frozen=True, kw_only=True):
    """`hub` is what the other one is called. `unclear`: words that mean two things there. `left_out`: what the key was
    not told."""

    hub: str
    carts: tuple[PlannedCart, ...]
    methods: tuple[PlannedWord, ...]
    aliases: tuple[PlannedWord, ...]
    unclear: tuple[str, ...]
    open: OpenThere
    left_out: tuple[str, ...]


class Moved(Struct, frozen=True, kw_only=True):
    """`left_there`: orders that the other hub has, and that are not sent from here. `refused`: a cart's name and why no
    draft could be made of it."""

    drafts: tuple[str, ...]
    methods: int
    aliases: int
    left_there: int
    refused: tuple[tuple[str, str], ...]


def look(hub: Hub, book: Book, connector: str, settings: Mapping[str, object], secrets: Mapping[str, str]) -> MovePlan:
    """Reads the other side and saves nothing. Raises `SettingsError`, `CannotTell` and the connector's errors."""
    manifest = registry.manifest(connector)
    there, _ = hub.draft(manifest, manifest.settings.read(settings), secrets)
    if not isinstance(there, TellsSetup):
        raise CannotTell(f"{manifest.label} does not tell what is set up there")
    return _plan(book, manifest.label, there.read_setup())


def _plan(book: Book, hub: str, setup: SetupThere) -> MovePlan:
    known = {info.name for info in connections.all_of(book)}
    carts = tuple(_cart(one, known) for one in setup.carts)
    names = {cart.source: cart.name for cart in carts}
    methods = {(names[one.cart], one.code): one.method for one in setup.methods if one.method and one.cart in names}
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for one in setup.aliases:
        meanings[one.alias].add(one.sku)
    aliases = {("", alias): next(iter(skus)) for alias, skus in meanings.items() if len(skus) == 1}
    return MovePlan(
        hub=hub,
        carts=carts,
        methods=_words(book, SHIP_METHOD, methods),
        aliases=_words(book, ALIAS, aliases),
        unclear=tuple(sorted(alias for alias, skus in meanings.items() if len(skus) > 1)),
        open=setup.open,
        left_out=setup.left_out,
    )


def _cart(cart: CartThere, known: set[str]) -> PlannedCart:
    name = STRANGE.sub("-", cart.source).strip("-._")[:64] or "cart"
    return PlannedCart(
        source=cart.source, kind=cart.kind, name=name, connector=_connector_of(cart), exists=name in known
    )


def _connector_of(cart: CartThere) -> str:
    """By what the other side calls the system; by the cart's own name where it says nothing else."""
    for said in (cart.kind, cart.label, cart.source):
        word = said.casefold().strip()
        for name in registry.names():
            manifest = registry.manifest(name)
            if Role.CART in manifest.roles and word in (name, manifest.label.casefold(), *OTHER_WORDS.get(name, ())):
                return name
    return ""


def _words(book: Book, kind: str, wanted: Mapping[Place, str]) -> tuple[PlannedWord, ...]:
    here = mappings.current(book, kind, wanted)
    return tuple(
        PlannedWord(connection=place[0], word=place[1], becomes=becomes, here=here.get(place))
        for place, becomes in sorted(wanted.items())
    )


def carry_out(hub: Hub, book: Book, plan: MovePlan, earliest: datetime, actor: str) -> Moved:
    """Drafts of what is not here yet, and mappings that are new. What stands here already stays as it is.

    A draft takes no order from before `earliest`: those are the other hub's. What that hub is busy with is noted before
    all else: it is not sent from here, whichever cart brings it.
    """
    left_there = _leave(hub, book, plan, actor)
    drafts: list[str] = []
    refused: list[tuple[str, str]] = []
    for cart in plan.carts:
        if not cart.connector or cart.exists:
            continue
        try:
            connecting.connect(hub, book, _draft(registry.manifest(cart.connector), cart.name, earliest))
        except (SettingsError, AccountTaken) as error:
            refused.append((cart.name, str(error)))
        else:
            drafts.append(cart.name)
    methods = {(one.connection, one.word): one.becomes for one in plan.methods if one.is_new}
    aliases = {(one.connection, one.word): one.becomes for one in plan.aliases if one.is_new}
    edits: dict[str, Mapping[Place, str | None]] = {SHIP_METHOD: methods, ALIAS: aliases}
    mapping.save(hub, book, {kind: some for kind, some in edits.items() if some}, actor)
    return Moved(
        drafts=tuple(drafts),
        methods=len(methods),
        aliases=len(aliases),
        left_there=left_there,
        refused=tuple(refused),
    )


def _leave(hub: Hub, book: Book, plan: MovePlan, actor: str) -> int:
    """How many orders stay at the other hub. Those that are here already, unsent, are decided again."""
    now = hub.ports.clock.now()
    statuses = {number: one.status for one in plan.open.orders for number in one.numbers}
    if elsewhere.note(book, plan.hub, statuses, actor, now):
        for info in connections.all_of(book):
            schedule.ring(info.id, ["decide"], now)
    return sum(1 for one in plan.open.orders if one.numbers)


def _draft(manifest: Manifest, name: str, earliest: datetime) -> Wish:
    dated = EARLIEST in manifest.settings.model_fields
    settings: dict[str, object] = {EARLIEST: earliest.date().isoformat()} if dated else {}
    return Wish(connector=manifest.slug, name=name, settings=settings, verify=False, live=None)
