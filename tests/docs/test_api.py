"""docs/api.md: its commands do what it says, at a hub that is up."""

import json
import re
import subprocess
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tests.docs.code_blocks import DOCS
from tests.web.api.caller import caller
from tests.web.conftest import scene, theatre
from tests.web.house import served
from tranter.ledger.setup import close_connections
from tranter.web.process import application

__all__ = ["scene", "theatre"]

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_command_of_the_page_works(scene) -> None:
    for _ in range(2):
        scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=20)
    with served(scene) as web:
        key = caller(web).authorization.removeprefix("Bearer ")
        with answering(application(web.house)) as hub:
            blocks = BLOCK.findall((DOCS / "api.md").read_text())
            answers = [run(block, hub, key) for block in blocks]

    assert len(answers) == 4
    assert [set(answer) for answer in answers[:2]] == [{"items", "next"}] * 2
    assert answers[1]["items"][0]["number"] != answers[0]["items"][0]["number"]
    assert set(answers[2]) == {"id", "author", "at"}
    assert answers[3]["secret"].startswith("whsec_")


def run(block: str, hub: str, key: str) -> dict:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        env={"HUB": hub, "KEY": key, "PATH": "/usr/local/bin:/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: dict = json.loads(done.stdout)
    return found


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def answering(app):
    def answer(environ, start):
        try:
            return app(environ, start)
        finally:
            close_connections()

    server = make_server("127.0.0.1", 0, answer, handler_class=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
