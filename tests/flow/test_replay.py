import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _play(folder: Path, seed: int, hash_seed: str) -> "subprocess.Popen[str]":
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.flow.replay", str(folder), str(seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_same_seed_tells_the_same_story_whatever_the_hash_seed(tmp_path: Path) -> None:
    plays = [_play(tmp_path / name, seed, name) for name, seed in (("1", 7), ("77", 7), ("2", 8))]
    stories = [play.communicate(timeout=100)[0].splitlines()[-1] for play in plays]

    assert stories[0] == stories[1] != stories[2]
    assert [story.endswith("True") for story in stories] == [True] * 3
