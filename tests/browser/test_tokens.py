"""The colours, by arithmetic: what is read is 4.5:1 on every ground that it stands on, what is only seen 3:1."""

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).resolve().parents[2] / "src/tranter/web/static/tranter/app.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TONES = ("good", "warn", "bad", "info", "accent")
GROUNDS = ("paper", "card", "sunk", "raised")
READ = [
    *((text, ground) for text in ("ink", "soft", *TONES, "accent-strong") for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((text, f"{tone}-soft") for text in ("ink", "soft") for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
]
SEEN = [("edge", ground) for ground in GROUNDS] + [("accent", ground) for ground in (*GROUNDS, "line")]


def colours(theme: int) -> dict[str, str]:
    return {name: pair[theme] for name, *pair in PAIR.findall(SHEET.read_text(encoding="utf-8"))}


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_and_edges_be_seen(theme: int) -> None:
    known = colours(theme)
    weak = {
        f"{one} on {ground}": round(found, 2)
        for pairs, least in ((READ, 4.5), (SEEN, 3.0))
        for one, ground in pairs
        if (found := contrast(known[one], known[ground])) < least
    }

    assert weak == {}
