"""The halves of `tranter up`, each in as many processes as wanted, around a ledger on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from tranter.config import Config
from tranter.engine.dispatch import STOP_SECONDS, Dispatcher
from tranter.engine.job_line import JobLine
from tranter.engine.rounds import going_round
from tranter.ledger.bell import ring_out
from tranter.sdk import registry
from tranter.sdk.manifest import Manifest
from tranter.web.asked import asked_to_end
from tranter.web.house import House
from tranter.web.process import Wsgi, application, bound, end_now, listening, open_hub, rounds, with_setup_code
from tranter.web.server import Address

HEALTH = ("/livez", "/readyz", "/metrics")


def work_until_asked(
    config: Config, manifests: Callable[[str], Manifest] = registry.manifest, health: Address | None = None
) -> None:
    """Until SIGTERM or SIGINT. Ends the process itself when calls are still without an answer after half a minute."""
    with (
        asked_to_end() as wait,
        working(config, manifests) as dispatcher,
        saying_how_it_is(dispatcher, config, health),
    ):
        wait()
        structlog.get_logger().info("stopping", seconds=STOP_SECONDS)


@contextmanager
def working(config: Config, manifests: Callable[[str], Manifest] = registry.manifest) -> Iterator[Dispatcher]:
    life, hub = open_hub(config, manifests)
    dispatcher = Dispatcher(hub, life.is_dead, config.workers, lambda size: JobLine(size, hub.ports.clock))
    dispatcher.start()
    structlog.get_logger().info("working", owner=life.name, runs=config.workers)
    try:
        with going_round(rounds(hub, config, config.base_url)):
            yield dispatcher
            dispatcher.wind_down()
    finally:
        finished = dispatcher.stop()
        life.close()
        if not finished:
            end_now()


@contextmanager
def saying_how_it_is(dispatcher: Dispatcher, config: Config, address: Address | None) -> Iterator[Address | None]:
    """`/livez`, `/readyz` and `/metrics` of a worker, and nothing else. Gives where; port 0 takes a free one."""
    if address is None:
        yield None
        return
    house = House(
        hub=dispatcher.hub,
        wake=dispatcher.wake,
        alive=dispatcher.alive,
        trouble=lambda: dispatcher.trouble,
        host=address.host,
        config=config,
    )
    with bound(address) as listener, listening(health_only(application(house)), listener):
        here = Address(address.host, listener.getsockname()[1])
        structlog.get_logger().info("health", url=here.url)
        yield here


def health_only(app: Wsgi) -> Wsgi:
    """Whoever probes may call this machine by any name."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] not in HEALTH:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"not here"]
        return app({**environ, "HTTP_HOST": "localhost"}, start_response)

    return answer


def serve_until_asked(config: Config, address: Address) -> None:
    """Pages, webhooks, the API. It makes only the calls that a person waits for."""
    with asked_to_end() as wait, bound(address) as listener:
        life, hub = open_hub(config)
        house = with_setup_code(
            House(
                hub=hub,
                wake=ring_out,
                alive=lambda: True,
                trouble=lambda: "",
                host=address.host,
                base_url=config.base_url,
                config=config,
            )
        )
        with listening(application(house), listener):
            structlog.get_logger().info("serving", url=Address(address.host, listener.getsockname()[1]).url)
            if house.setup_code:
                structlog.get_logger().info("make your account, with this code", code=house.setup_code)
            wait()
        life.close()
