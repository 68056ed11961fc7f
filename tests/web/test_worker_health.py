"""A worker says how it is at a port of its own, and ends when it is asked to."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.postgres import Server


def asked(url: str) -> tuple[int, str]:
    try:
        with urlopen(Request(url, headers={"Host": "worker-3.example"}), timeout=20) as reply:
            return reply.status, reply.read().decode()
    except HTTPError as error:
        return error.code, ""


def test_a_worker_says_how_it_is(tmp_path: Path, postgres: Server) -> None:
    environment = {**os.environ, "TRANTER_HOME": str(tmp_path), "TRANTER_DATABASE_URL": postgres.fresh()}
    tranter = [sys.executable, "-m", "tranter"]
    subprocess.run([*tranter, "migrate"], env=environment, check=True, capture_output=True)
    command = [*tranter, "worker", "--health-port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as hub:
        assert hub.stdout is not None
        found = next(match for line in hub.stdout if (match := re.search(r"health.*(http://[\w.:]+)", line)))
        here = found[1]

        assert asked(f"{here}/livez") == (200, "ok")
        assert asked(f"{here}/readyz")[0] == 200
        assert "tranter_up 1.0" in asked(f"{here}/metrics")[1]
        assert asked(f"{here}/")[0] == asked(f"{here}/api/v1/orders")[0] == 404

        began = time.monotonic()
        hub.send_signal(signal.SIGTERM)
        rest = hub.stdout.read()
        assert hub.wait(30) == 0, rest
        assert time.monotonic() - began < 30
    assert "Traceback" not in rest
