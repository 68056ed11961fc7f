from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.house import BASE_URL, Web, served
from tranter.config import Config, ConfigError, read_config

TOKEN = "a-token-that-nobody-guesses"


def figures(web: Web, **headers: str) -> dict[str, float]:
    lines = web.get("/metrics", **headers).content.decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}


def test_it_tells_how_fresh_things_are_and_what_waits(web: Web) -> None:
    assert figures(web)['tranter_flow_stale_seconds{flow="orders",merchant="default"}'] == 0
    due_at = web.scene.flow("orders").due_at
    web.scene.clock.jump(due_at + timedelta(seconds=120))

    found = figures(web)

    assert found['tranter_flows{flow="orders",merchant="default"}'] == 1
    assert found['tranter_flows_failing{flow="orders",merchant="default"}'] == 0
    assert found['tranter_flow_stale_seconds{flow="orders",merchant="default"}'] >= 120
    assert found["tranter_up"] == 1


def test_it_names_no_buyer(web: Web) -> None:
    order = web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=6)

    text = web.get("/metrics").content.decode()

    assert order.buyer.name not in text
    assert order.order_id not in text


def test_where_others_get_in_it_wants_its_token(scene) -> None:
    config = Config(home=Path("home"), key_file=Path("keys.json"), metrics_token=TOKEN)
    with served(scene, base_url=BASE_URL, config=config) as web:
        assert web.get("/metrics").status_code == 404
        assert web.get("/metrics", Authorization="Bearer another").status_code == 404
        assert figures(web, Authorization=f"Bearer {TOKEN}")["tranter_up"] == 1


def test_without_a_token_it_is_not_there_for_the_public(public: Web) -> None:
    assert public.get("/metrics").status_code == 404


@pytest.mark.parametrize("setting", [{"TRANTER_METRICS_TOKEN": "short"}, {"TRANTER_LOG_FORMAT": "xml"}])
def test_a_setting_that_can_t_be_used_is_named(setting: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(setting))):
        read_config(setting)
