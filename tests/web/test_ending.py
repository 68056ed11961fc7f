"""`tranter up` as its operator ends it: by a signal."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_served_hub_that_is_told_to_stop_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tranter", "up", "--port", "0"]
    environment = {**os.environ, "TRANTER_HOME": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as hub:
        assert hub.stdout is not None
        said = next(line for line in hub.stdout if re.search(r"url=http", line))
        hub.send_signal(number)
        rest = hub.stdout.read()
        assert hub.wait(30) == 0, said + rest
    assert "Traceback" not in rest
