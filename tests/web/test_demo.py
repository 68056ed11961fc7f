"""The demo's pages: an owner walks in by the link that it prints. And what it prints."""

import json
import os
import re
import signal
import subprocess
import sys
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

MAIN = "from tranter.cli import main; main()"


def test_of_a_stormy_demo_nothing_but_the_verdict_is_on_standard_output() -> None:
    asked = ["demo", "--once", "--orders", "8", "--seed", "3", "--faults", "storm", "--json"]
    done = subprocess.run([sys.executable, "-c", MAIN, *asked], stdout=subprocess.PIPE, text=True, check=True)
    assert json.loads(done.stdout)["orders_placed"] == 8


def test_the_demo_opens_its_pages_to_whoever_has_the_link() -> None:
    command = [sys.executable, "-u", "-c", MAIN, "demo", "--no-browser", "--speed", "120"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "300"})
    try:
        assert process.stdout is not None
        door = next(found.group() for line in process.stdout if (found := re.search(r"http://\S+/enter/\S+", line)))
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.open(door).read().decode())
        assert token is not None
        answer = browser.open(door, urlencode({"csrfmiddlewaretoken": token.group(1)}).encode())
        assert answer.url.endswith("/m/default/today")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
