"""Commands that need no other system: the simulators alone, and the demo with a hub between them."""

import sys
from typing import TYPE_CHECKING, Any

import click

from tranter.commands.exits import Exit, Failure
from tranter.commands.output import print_json, tell

if TYPE_CHECKING:
    from tranter.testing.simulator import SimClock

STEP_SECONDS = 0.2


@click.command()
@click.argument("system", metavar="ebay|tradegecko")
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="On 127.0.0.1; 0 takes any free one.")
@click.option("--orders", type=click.IntRange(0), default=0, show_default=True, help="Orders that will be bought.")
@click.option("--every", "pace", type=click.FloatRange(0), default=10.0, show_default=True, help="Seconds between.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same world.")
@click.option("--faults", default="none", show_default=True, metavar="none|storm|NAME=SHARE,…", help="What goes wrong.")
@click.option("--json", "as_json", is_flag=True, help="Address and credentials as one JSON line on stdout.")
def simulate(system: str, port: int, as_json: bool, **world: Any) -> None:
    """Run a small eBay or TradeGecko on this machine until Ctrl-C. Speed it up with TRANTER_CLOCK."""
    from tranter.commands.desk import read_settings
    from tranter.demo.simulators import UnknownSimulator
    from tranter.engine.clock import parse_clock
    from tranter.testing.simulator import FaultPlan, SocketFront

    clock = parse_clock(read_settings().clock)
    try:
        plan = FaultPlan.parse(world["faults"], world["seed"])
        vendor = _vendor(system, clock, world)
        front = SocketFront(vendor, plan, port)
    except (UnknownSimulator, ValueError) as error:
        raise Failure(str(error), Exit.USAGE) from error
    except OSError as error:
        raise Failure(f"port {port}: {error.strerror}; choose another one") from error
    vendor.base_url = front.url
    front.start()
    _introduce(system, front.url, vendor.credentials(), as_json)
    try:
        while True:
            vendor.advance()
            clock.sleep(STEP_SECONDS * clock.scale)
    except KeyboardInterrupt:
        tell("stopped")
    finally:
        front.close()


def _vendor(system: str, clock: "SimClock", world: dict[str, Any]) -> Any:
    from tranter.demo import simulators

    if system == "ebay":
        vendor = simulators.simulator(system, clock, world["seed"], "http://127.0.0.1")
        plan = simulators.plan_of(system)(world["seed"], world["orders"], ()) if world["orders"] else []
        vendor.schedule_plan(plan, world["pace"])
        return vendor
    options: dict[str, Any] = {}
    if system == "tradegecko":
        # The warehouse holds what the simulated cart sells, and its staff packs and ships.
        parts = simulators.parts_of(system)
        options = {"skus": simulators.parts_of("ebay").default_skus(), "staff": parts.Staff(at_work=True)}
    return simulators.simulator(system, clock, world["seed"], "http://127.0.0.1", **options)


def _introduce(system: str, url: str, secrets: dict[str, str], as_json: bool) -> None:
    """How to connect it, ready to be pasted."""
    settings = {"base_url": url}
    if system == "ebay":
        settings = {"environment": "custom", "base_url": url, "marketplaces": "EBAY_US"}
    known = {name: secrets.pop(name) for name in ("ru_name",) if name in secrets}
    settings |= known
    if as_json:
        print_json({"url": url, "settings": settings, "secrets": secrets})
    else:
        words = [f"--set {name}={value}" for name, value in settings.items()]
        words += [f"--secret {name}={value}" for name, value in secrets.items()]
        host = url.removeprefix("http://")
        click.echo(f"TRANTER_ALLOW_HOSTS={host} tranter connect {system} --name {system} {' '.join(words)}")
        tell(f"a simulated {system} listens at {url}; Ctrl-C ends it")
    sys.stdout.flush()


@click.command()
@click.option("--once", is_flag=True, help="Run to the end instead of until Ctrl-C.")
@click.option("--orders", type=click.IntRange(1, 100_000), default=60, show_default=True, help="Orders to be bought.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same world.")
@click.option("--speed", type=click.FloatRange(1, 10_000), default=60.0, show_default=True, help="Times real time.")
@click.option("--faults", default="none", show_default=True, metavar="none|storm|NAME=SHARE,…", help="What goes wrong.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where its pages are; 0 takes any free one.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open its pages.")
@click.option("--json", "as_json", is_flag=True, help="The verdict as the last line, and nothing else.")
def demo(once: bool, as_json: bool, **scene: Any) -> None:
    """Show orders moving: both simulators, a hub between them with its pages, and a verdict counted from outside."""
    import logging
    from pathlib import Path

    from rich.console import Console

    from tranter.ledger.setup import configure
    from tranter.testing.simulator import FaultPlan
    from tranter.web.face import face
    from tranter.web.server import speak_on_stderr

    try:
        FaultPlan.parse(scene["faults"])
    except ValueError as error:
        raise Failure(f"--faults {scene['faults']!r}: {error}", Exit.USAGE) from error
    configure(Path("made-by-the-demo.sqlite3"), face("", "127.0.0.1"))  # the demo opens a ledger of its own
    speak_on_stderr(least=logging.ERROR)  # what goes wrong by appointment is seen on the screen
    from tranter.demo.run import DemoOptions, live
    from tranter.demo.run import once as run_once

    options = DemoOptions(**scene)
    console = Console(stderr=as_json)
    shown = console if console.is_terminal and not as_json else None
    verdict = run_once(options, shown) if once else live(options, console)
    if as_json:
        print_json(verdict)
    else:
        for name in verdict.__struct_fields__:
            click.echo(f"{name.replace('_', ' ')}: {getattr(verdict, name)}")
    if once and not verdict.accounted_for:
        raise Failure("not every order is accounted for")
