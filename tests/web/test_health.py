import pytest
from django.db import connections

from tests.web.house import BASE_URL, Web, served
from tranter.testing.faultmark import fault
from tranter.web.headers import HEADERS


def test_alive_and_ready(web: Web) -> None:
    assert web.get("/livez").content == b"ok"
    assert web.get("/readyz").json() == {"ready": True, "ledger": True, "scheduler": True, "waits": False}


def test_not_ready_when_the_scheduler_is_dead(scene) -> None:
    with served(scene, alive=lambda: False) as web:
        answer = web.get("/readyz")

    assert answer.status_code == 503
    assert not answer.json()["scheduler"]


@fault("STOR-01")
def test_not_ready_when_the_ledger_can_t_be_read_but_alive(web: Web, tmp_path) -> None:
    settings = connections["default"].settings_dict
    name = settings["NAME"]
    connections.close_all()
    settings["NAME"] = str(tmp_path / "no such folder" / "ledger.sqlite3")
    try:
        assert web.get("/livez").status_code == 200
        answer = web.get("/readyz")
        assert (answer.status_code, answer.json()["ledger"]) == (503, False)
        assert web.get("/").status_code == 503
    finally:
        connections.close_all()
        settings["NAME"] = name


def test_a_probe_may_come_under_any_name(web: Web) -> None:
    assert web.get("http://10.1.2.3/livez").status_code == 200
    assert web.get("http://10.1.2.3/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/livez", "/sign-in", "/no/such/page", "/oauth/callback?state=x&code=y"])
def test_every_answer_carries_the_safe_headers(web: Web, path: str) -> None:
    answer = web.get(path)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_over_https_browsers_are_told_to_stay_there(public: Web) -> None:
    assert "max-age" in public.get(f"{BASE_URL}/livez").headers["Strict-Transport-Security"]


def test_no_page_holds_a_script_a_style_or_anything_from_elsewhere(web: Web) -> None:
    for path in ("/sign-in", "/oauth/callback?state=x&code=y"):
        page = web.get(path).content.decode()
        assert page.count("<script") == page.count('<script src="/static/')
        assert "style=" not in page
        assert "<style" not in page
        assert "//" not in page.replace("<!doctype", "")
    sheet = b"".join(web.get("/static/tranter/app.css").streaming_content)
    assert sheet.count(b"url(") == sheet.count(b'url("data:image/svg+xml,')


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/oauth/callback"])
def test_nothing_but_webhooks_takes_anything_in(web: Web, method: str, path: str) -> None:
    assert web.ask(method, path, b"x=1", {}).status_code in (403, 405)
