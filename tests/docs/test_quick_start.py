"""The README's way without a browser, with the commands as it names them."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.code_blocks import ROOT

TRANTER = str(Path(sys.executable).with_name("tranter"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """What the README says to type, without its comments."""
    return [shlex.split(line, comments=True) for line in README.splitlines() if line.startswith("tranter ")]


@contextmanager
def running(words: list[str], environment: dict[str, str]) -> Iterator[str]:
    """A simulator on any free port; the command that it prints."""
    words = [word if word not in ("9911", "9912") else "0" for word in words]
    with subprocess.Popen([TRANTER, *words[1:]], env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.terminate()


def ran(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([TRANTER, *words[1:]], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_quick_start_carries_orders(tmp_path: Path) -> None:
    environment = {**os.environ, "TRANTER_HOME": str(tmp_path), "COLUMNS": "200"}
    ebay, gecko, *others = commands()
    faster = [word if word != "5" else "0.01" for word in ebay]
    with running(faster, environment) as first, running(gecko, environment) as second:
        hosts = []
        for printed in (first, second):
            allowed, *words = shlex.split(printed)
            hosts.append(allowed.partition("=")[2])
            ran(words, {**environment, "TRANTER_ALLOW_HOSTS": hosts[-1]})
        environment["TRANTER_ALLOW_HOSTS"] = ",".join(hosts)
        by_name = {words[1]: words for words in others}
        ran(by_name["go-live"], environment)
        counts = json.loads(ran(by_name["sync"], environment).splitlines()[-1])
        assert counts["orders_pulled"] > 0
        assert counts["fulfillments_pushed"] > 0
        assert counts["stock_pushed"] > 0
        ran(by_name["orders"], environment)
        ran(by_name["exceptions"], environment)
        number = json.loads(ran(["tranter", "orders", "--json"], environment))
        first_order = (number["orders"] if isinstance(number, dict) else number)[0]["number"]
        ran([*by_name["explain"][:2], first_order], environment)


def test_the_readme_says_the_two_commands() -> None:
    assert "make demo" in README
    assert "make test" in README
