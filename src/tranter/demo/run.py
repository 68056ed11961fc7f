"""`tranter demo`: once to the end, or live until it is stopped."""

import tempfile
import webbrowser
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console
from rich.live import Live

from tranter.demo.pages import pages
from tranter.demo.rehearsal import START, Rehearsal
from tranter.demo.screen import draw
from tranter.demo.stage import Stage, stage
from tranter.demo.verdict import Verdict, judge
from tranter.demo.world import Connected, Scenario, connect, sign_in_where_needed
from tranter.engine.clock import RealClock, ScaledClock, VirtualClock
from tranter.engine.run import Counts
from tranter.engine.schedule import run_due
from tranter.web.asked import asked_to_end

REDRAW_SECONDS = 0.2


class DemoOptions(Struct, frozen=True, kw_only=True):
    orders: int = 60
    seed: int = 7
    faults: str = "none"
    speed: float = 60.0
    port: int = 0
    browser: bool = True


def once(options: DemoOptions, console: Console | None) -> Verdict:
    """From the first purchase until all is accounted for, on a clock that jumps over idle time.

    `console` shows it on its way; without one it runs silently.
    """
    clock, real = VirtualClock(START), RealClock()
    scenario = Scenario(orders=options.orders, seed=options.seed, faults=options.faults)
    began = real.monotonic()
    with tempfile.TemporaryDirectory(prefix="tranter-demo-") as folder, stage(scenario, clock, Path(folder)) as scene:
        rehearsal = Rehearsal(scene.world, scene.hub, clock, scene.urls)
        if console is None:
            verdict = rehearsal.run()
        else:
            with Live(console=console, auto_refresh=False) as live:
                verdict = rehearsal.run(lambda: _redraw(live, scene, rehearsal.connected))
    return replace(verdict, seconds=round(real.monotonic() - began, 1))


def live(options: DemoOptions, console: Console) -> Verdict:
    """Purchases, deliveries and parcels at `speed` times real time, until Ctrl-C."""
    real = RealClock()
    clock = ScaledClock(options.speed, real.now())
    scenario = Scenario(orders=options.orders, seed=options.seed, faults=options.faults, pace_seconds=45)
    began, counts = real.monotonic(), Counts()
    with tempfile.TemporaryDirectory(prefix="tranter-demo-") as folder, stage(scenario, clock, Path(folder)) as scene:
        connected = connect(scene.hub, scene.world, scene.urls)
        scene.world.buy_from_now_on()
        with pages(scene, options.port) as door:
            _show_door(door, options.browser, console)
            with asked_to_end() as asked, Live(console=console, auto_refresh=False) as screen:
                while not asked(REDRAW_SECONDS):
                    _step(scene, connected, counts, screen)
            console.print("stopped")
        return judge(scene.world, connected, counts.orders_pulled, real.monotonic() - began)


def _show_door(door: str, browser: bool, console: Console) -> None:
    console.print(f"The pages of this hub: {door}", soft_wrap=True, highlight=False)
    if browser and console.is_terminal:
        webbrowser.open(door)


def _step(scene: Stage, connected: Connected, counts: Counts, screen: Live) -> None:
    scene.world.advance()
    sign_in_where_needed(scene.hub, scene.world, connected.book)
    counts.add(run_due(scene.hub))
    _redraw(screen, scene, connected)


def _redraw(screen: Live, scene: Stage, connected: Connected | None) -> None:
    if connected is not None:
        screen.update(draw(scene.world, connected.book, scene.world.sign_ins), refresh=True)
