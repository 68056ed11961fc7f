"""One process that serves and works, until it is asked to end. Imported when Django is configured."""

import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import structlog
from msgspec.structs import replace

from tranter.config import Config
from tranter.engine.clock import parse_clock
from tranter.engine.dispatch import STOP_SECONDS, Dispatcher
from tranter.engine.failpoints import parse_failpoint
from tranter.engine.hub import Hub
from tranter.engine.mailing import send_due
from tranter.engine.pool import LanePool
from tranter.engine.ports import Ports
from tranter.engine.power import doubt_after_cut
from tranter.engine.pulse import Life, begin_life, clock_of
from tranter.engine.residence import settle
from tranter.engine.rounds import Round, going_round
from tranter.engine.telling import tell_all
from tranter.engine.turns import in_turn
from tranter.engine.uploads import Uploads, forget_old
from tranter.engine.webhooks import Told
from tranter.engine.webhooks import send_due as send_webhooks
from tranter.ledger import people
from tranter.ledger.setup import open_ledger
from tranter.ledger.webhooks import CARTROVER
from tranter.sdk import registry
from tranter.sdk.files import UPLOAD
from tranter.sdk.manifest import Manifest
from tranter.sdk.outbound import Outbound
from tranter.sdk.transports import Everywhere
from tranter.web.asked import asked_to_end
from tranter.web.cartrover.hook import orders_told
from tranter.web.face import MAX_API_BYTES
from tranter.web.house import KEY, House
from tranter.web.request_line import Channel
from tranter.web.server import Address, ServeProblem

WEB_THREADS = 4
LETTERS_SECONDS, WEBHOOKS_SECONDS, NOTICES_SECONDS = 3.0, 1.0, 60.0
HOUR = 3600.0
SETUP_CODE_LETTERS = 12
WIDTH = 8  # calls that one run makes at a time
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


def run_until_asked(config: Config, address: Address) -> None:
    """Until SIGTERM or SIGINT. Ends the process itself when calls are still without an answer after half a minute."""
    with running(config, address) as (house, bound), asked_to_end() as wait:
        structlog.get_logger().info("up", url=bound.url, public=house.base_url or None)
        if house.setup_code:
            place = f"{house.base_url or bound.url}/welcome"
            structlog.get_logger().info("make your account, with this code", open=place, code=house.setup_code)
        wait()
        structlog.get_logger().info("stopping", seconds=STOP_SECONDS)


@contextmanager
def running(config: Config, address: Address) -> Iterator[tuple[House, Address]]:
    """Everything started; everything stopped at the end. Port 0 takes a free one."""
    with bound(address) as listener:
        life, hub = open_hub(config)
        dispatcher = Dispatcher(hub, life.is_dead, config.workers)
        house = House(
            hub=hub,
            wake=dispatcher.wake,
            alive=dispatcher.alive,
            trouble=lambda: dispatcher.trouble,
            host=address.host,
            base_url=config.base_url,
            config=config,
        )
        house = with_setup_code(house)
        dispatcher.start()
        try:
            with (
                going_round(rounds(hub, config, config.base_url or address.url)),
                listening(application(house), listener),
            ):
                yield house, Address(address.host, listener.getsockname()[1])
                dispatcher.wind_down()
        finally:
            finished = dispatcher.stop()
            life.close()
            if not finished:
                end_now()


def with_setup_code(house: House) -> House:
    """Whoever else gets here must not become the owner: they don't see this terminal."""
    if house.is_private or people.anybody_here():
        return house
    return replace(house, setup_code=house.hub.vault.hash("the first account")[:SETUP_CODE_LETTERS])


def rounds(hub: Hub, config: Config, base_url: str) -> list[Round]:
    """Gone by one process at a time, however many there are."""
    clock, random = hub.ports.clock, Random(secrets.randbits(64))
    told = Told(base_url, {CARTROVER: orders_told})
    wanted: list[tuple[str, float, Callable[[], object]]] = [
        ("letters", LETTERS_SECONDS, lambda: send_due(hub.vault, config.mail, clock.now(), random)),
        ("webhooks", WEBHOOKS_SECONDS, lambda: send_webhooks(hub, told)),
        ("notices", NOTICES_SECONDS, lambda: tell_all(hub, base_url)),
        ("uploads", HOUR, lambda: forget_old(config.uploads, clock.now())),
    ]
    return [Round(name, seconds, in_turn(hub, name, work)) for name, seconds, work in wanted]


def end_now() -> None:
    """Threads that wait for a hung call would hold the process until its deadline."""
    structlog.get_logger().warning("some calls have no answer yet; the next start looks them up")
    sys.stderr.flush()
    os._exit(0)


def open_hub(config: Config, manifests: Callable[[str], Manifest] = registry.manifest) -> tuple[Life, Hub]:
    machine = parse_clock(config.clock)
    vault = open_ledger(config.home, config.key_file, machine.now(), config.database_url)
    clock = clock_of(machine)
    life = begin_life(config.home, clock)
    outbound, drives = Outbound(allow_hosts=config.allow_hosts), {UPLOAD: Uploads(config.uploads, vault)}
    ports = Ports(
        clock=clock,
        transport=Everywhere(outbound, 1 / clock.scale, config.folders, drives),
        pool=LanePool(config.workers, WIDTH),
        random=Random(secrets.randbits(64)),
        owner=life.name,
        failpoint=parse_failpoint(config.failpoint),
        pulse=life.pulse,
    )
    hub = Hub(vault, ports, manifests)
    if settle(vault, config.base_url):
        structlog.get_logger().warning("the public address is another one", address=config.base_url)
    doubt_after_cut(hub, config.home)
    return life, hub


def application(house: House) -> Wsgi:
    """Django, with the house in every request."""
    from django.core.handlers.wsgi import WSGIHandler

    django = WSGIHandler()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ[KEY] = house
        if house.is_https:
            environ["wsgi.url_scheme"] = "https"  # a proxy took the lock off on the way
        return django(environ, start_response)

    return answer


def bound(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=128)
    except OSError as error:
        raise ServeProblem(f"{address.url} can't be served: {error.strerror}; choose another with --port") from error


@contextmanager
def listening(app: Wsgi, listener: socket.socket) -> Iterator[None]:
    """Waitress on a thread of its own. At the end what is being answered is answered first."""
    from waitress.server import create_server  # type: ignore[import-untyped]
    from waitress.wasyncore import close_all  # type: ignore[import-untyped]

    channels: dict[int, Any] = {}
    server = create_server(
        app,
        map=channels,
        sockets=[listener],
        threads=WEB_THREADS,
        max_request_body_size=2 * MAX_API_BYTES,
        ident="",
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = Channel
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: close_all(channels, ignore_all=True))
        thread.join(5)
