"""The picture in the README: the demo's screen in the middle of a storm, as an SVG that loads nothing."""

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from tranter.demo.rehearsal import START, Rehearsal
from tranter.demo.screen import draw
from tranter.demo.stage import stage
from tranter.demo.world import Scenario
from tranter.engine.clock import VirtualClock
from tranter.ledger import overview

WIDTH = 118
FONT_FACES = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
MENTION = re.compile(r"\s*<!--.*?-->", re.DOTALL)
BORROWED_FONT = re.compile(r"Fira Code, ?monospace|Fira Code")


class _Taken(Exception):
    """The picture is there: the rest of the rehearsal isn't needed."""


def take(target: Path) -> None:
    """Writes the screen at the moment when half of the orders are confirmed."""
    clock, scenario = VirtualClock(START), Scenario(orders=60, seed=7, faults="storm")
    with tempfile.TemporaryDirectory() as folder, stage(scenario, clock, Path(folder)) as scene:
        rehearsal = Rehearsal(scene.world, scene.hub, clock, scene.urls)

        def look() -> None:
            book = rehearsal.connected.book if rehearsal.connected is not None else None
            if book is None or overview.status_counts(book)["confirmed"] < scenario.orders // 2:
                return
            console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
            console.print(draw(scene.world, book, scene.world.sign_ins))
            svg = console.export_svg(title="tranter demo", theme=MONOKAI)
            target.write_text(BORROWED_FONT.sub("monospace", MENTION.sub("", FONT_FACES.sub("", svg))))
            raise _Taken

        try:
            rehearsal.run(look)
        except _Taken:
            return
