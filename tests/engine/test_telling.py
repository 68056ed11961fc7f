"""Who is told what, when, and how often."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from tests.flow.stage import Scene
from tests.ledger.rows import order
from tranter.engine import mailing, telling
from tranter.engine.channels import ChannelProblem
from tranter.engine.smtp import Undeliverable
from tranter.engine.team import Inviter
from tranter.ledger import api_keys, connections, exceptions, letters, notices, team
from tranter.ledger.api_keys import Level, NewKey
from tranter.ledger.book import ensure_book
from tranter.ledger.exceptions import Trouble
from tranter.ledger.letters import LetterLine
from tranter.ledger.models import Connection, Flow, OrderRow
from tranter.ledger.notices import Channel, NewRule, Topic
from tranter.ledger.team import Hand, NewPerson, Role, TeamProblem
from tranter.testing.faultmark import fault

BASE = "https://hub.example"
HOUSE = Inviter(id=None, name="", reach=None)
PASSWORD = "a lamp on the harbour"


def hand(scene: Scene) -> Hand:
    return Hand(vault=scene.vault, actor="operator", now=scene.clock.now())


@pytest.fixture
def told(scene: Scene) -> Scene:
    """With an owner of the house, somebody of the merchant, and a clerk who only looks."""
    for email, role, staff in (
        ("house@example.com", Role.OWNER, True),
        ("clerk@example.com", Role.OPERATOR, False),
        ("boss@example.com", Role.OWNER, False),
        ("looks@example.com", Role.VIEWER, False),
    ):
        merchants = () if staff else ("default",)
        new = NewPerson(email=email, role=role, staff=staff, everywhere=staff, merchants=merchants)
        team.add(hand(scene), new, PASSWORD)
    return scene


def trouble(scene: Scene, kind: str = "unknown_sku", value: str = "LAMP-9", number: str = "1", **more: object) -> None:
    given = {"kind": kind, "subject": number, "value": value, "cause": "the warehouse has no such SKU", **more}
    exceptions.raise_exceptions(scene.book, [Trouble(**given)], scene.clock.now())  # type: ignore[arg-type]


def later(scene: Scene, **span: float) -> None:
    """Time passes, and nothing but time."""
    scene.clock.jump(scene.clock.now() + timedelta(**span))


def tell(scene: Scene) -> int:
    return telling.tell_all(scene.hub, BASE)


def written(scene: Scene) -> dict[str, list[LetterLine]]:
    found: dict[str, list[LetterLine]] = {}
    for line in reversed(letters.letters(scene.vault)):
        found.setdefault(line.to, []).append(line)
    return found


def test_what_has_just_happened_is_told_to_nobody_yet(told: Scene) -> None:
    trouble(told)
    later(told, minutes=4)

    assert tell(told) == 0


def test_what_cured_itself_meanwhile_is_told_to_nobody(told: Scene) -> None:
    trouble(told)
    later(told, minutes=4)
    tell(told)
    exceptions.resolve_subject(told.book, "unknown_sku", "1", told.clock.now())
    later(told, minutes=10)

    assert tell(told) == 0


def test_an_unclear_item_is_told_to_those_who_work_with_the_merchants_goods_once(told: Scene) -> None:
    trouble(told)
    later(told, minutes=6)
    tell(told)
    for _ in range(30):
        later(told, hours=1)
        tell(told)

    found = written(told)
    assert sorted(found) == ["boss@example.com", "clerk@example.com"]
    [letter] = found["clerk@example.com"]
    assert "LAMP-9" in letter.subject
    assert f"{BASE}/m/default/problems" in letter.text
    assert "tranter " not in letter.text


def test_it_says_what_it_costs(told: Scene) -> None:
    for number in range(3):
        told.ebay.buy_one("LAMP")
        told.pass_time(minutes=1)
        assert number < 3
    told.pass_time(minutes=15)
    soon = told.clock.now() + timedelta(hours=3, minutes=30)
    OrderRow.objects.update(total_minor=61000, currency="EUR", ship_by=soon, status="error")
    for row in OrderRow.objects.all():
        trouble(told, number=row.number, order_id=row.pk)
    later(told, minutes=6)
    tell(told)

    [letter] = written(told)["clerk@example.com"]
    assert "3 orders, €1,830.00, first ship-by in 3 h" in letter.subject


def test_several_things_are_one_letter_the_most_urgent_first(told: Scene) -> None:
    for kind, value in (("unknown_sku", "LAMP-9"), ("unknown_sku", "ROPE-9"), ("stock_not_in_sync", "x")):
        trouble(told, kind, value, value)
    later(told, minutes=6)
    tell(told)

    [letter] = written(told)["clerk@example.com"]
    assert "3 things need you" in letter.subject
    assert ("LAMP-9" in letter.text, "ROPE-9" in letter.text) == (True, True)


@fault("OPS-11")
def test_in_a_storm_of_a_thousand_failures_nobody_gets_more_than_three_an_hour_and_one_digest(told: Scene) -> None:
    for moment in range(25):
        faults = [
            Trouble(kind="unknown_sku", subject=f"{moment}-{one}", value=f"SKU-{moment}-{one}", cause="no such SKU")
            for one in range(40)
        ]
        exceptions.raise_exceptions(told.book, faults, told.clock.now())
        tell(told)
        later(told, minutes=5)

    mine = written(told)["clerk@example.com"]
    for first in mine:
        within = [one for one in mine if timedelta(0) <= one.created_at - first.created_at < timedelta(hours=1)]
        assert len(within) <= 3
    assert 4 <= len(mine) <= 7
    rest = [int(count) for one in mine for count in re.findall(r"And (\d+) more", one.text)]
    assert max(rest) > 300
    later(told, hours=1)
    tell(told)
    after = written(told)["clerk@example.com"]
    later(told, hours=1)
    tell(told)
    assert written(told)["clerk@example.com"] == after


def test_a_sign_in_is_told_to_the_accounts_owner(told: Scene) -> None:
    info = told.cart
    Connection.objects.filter(pk=info.id).update(owner_email="seller@example.com")
    connections.needs_sign_in(told.book, info, "the sign-in was withdrawn", told.clock.now())
    later(told, minutes=6)
    tell(told)

    found = written(told)
    assert "sign in again" in found["seller@example.com"][0].subject
    assert "boss@example.com" not in found


def test_without_an_accounts_owner_it_is_told_to_the_merchants(told: Scene) -> None:
    connections.needs_sign_in(told.book, told.cart, "the sign-in was withdrawn", told.clock.now())
    later(told, minutes=6)
    tell(told)

    assert list(written(told)) == ["boss@example.com"]


def test_a_sign_in_that_ends_is_told_thirty_seven_and_one_day_before(told: Scene) -> None:
    Flow.objects.all().delete()
    Connection.objects.filter(pk=told.cart.id).update(sign_in_ends_at=told.clock.now() + timedelta(days=40))
    told_on = []
    for day in range(41):
        if tell(told):
            told_on.append(40 - day)
        later(told, days=1)

    assert told_on == [30, 7, 1]


def test_a_key_that_expires_is_told_a_week_before_and_once(told: Scene) -> None:
    Flow.objects.all().delete()
    ends = told.clock.now() + timedelta(days=9)
    for level, merchant in ((Level.MERCHANT, "default"), (Level.WAREHOUSE, None)):
        api_keys.make(hand(told), NewKey(level=level, name=f"{level.value} till", merchant=merchant, expires_at=ends))
    told_on = []
    for day in range(10):
        if tell(told):
            told_on.append(9 - day)
        later(told, days=1)

    assert told_on == [7]
    found = written(told)
    assert f"The API key merchant till expires on {ends:%Y-%m-%d}" in found["boss@example.com"][0].subject
    assert "warehouse till" in found["house@example.com"][0].subject


@fault("OPS-04")
def test_a_rule_that_skips_what_usually_is_sent_is_told(told: Scene) -> None:
    Flow.objects.all().delete()
    now = told.clock.now()
    for number in range(30):
        order(told.book, f"old-{number}", ordered_at=now - timedelta(days=9), status="shipped")
    for number in range(4):
        order(told.book, f"new-{number}", ordered_at=now, status="skipped")
    assert tell(told) == 0

    order(told.book, "new-4", ordered_at=now, status="skipped")
    assert tell(told) == 1
    assert tell(told) == 0
    assert "far more orders than usual are skipped" in written(told)["boss@example.com"][0].subject

    OrderRow.objects.filter(number__startswith="old").update(status="skipped")
    later(told, days=2)
    for number in range(6):
        order(told.book, f"then-{number}", ordered_at=told.clock.now(), status="skipped")
    assert tell(told) == 0


def test_what_the_warehouse_refuses_is_told_to_the_house(told: Scene) -> None:
    told.ebay.buy_one("LAMP")
    told.pass_time(minutes=10)
    row = OrderRow.objects.get()
    trouble(told, "rejected", "", row.number, order_id=row.pk)
    later(told, minutes=6)
    tell(told)

    assert list(written(told)) == ["house@example.com"]


def test_a_flow_that_fails_is_told_after_the_second_retry_and_ten_minutes(told: Scene) -> None:
    flow = Flow.objects.filter(connection_id=told.cart.id).first()
    assert flow is not None

    def fail(failures: int) -> None:
        Flow.objects.filter(pk=flow.pk).update(
            failures=failures, failing_since=told.clock.now() - timedelta(minutes=11), trouble="no answer"
        )

    fail(2)
    assert tell(told) == 0
    fail(3)
    assert tell(told) == 1
    assert list(written(told)) == ["house@example.com"]


def test_nothing_arrives_is_told(told: Scene) -> None:
    for week in (7, 14, 21):
        for _ in range(12):
            told.ebay.buy_one("LAMP")
        told.pass_time(minutes=20)
        rows = OrderRow.objects.filter(ordered_at__gt=told.clock.now() - timedelta(days=1))
        rows.update(ordered_at=told.clock.now() - timedelta(days=week, hours=-1))
    later(told, hours=4)
    Flow.objects.all().delete()

    tell(told)

    assert any("nothing arrives" in one.subject for one in written(told).get("boss@example.com", []))


def test_a_rule_goes_before_whom_it_concerns(told: Scene) -> None:
    telling.add_rule(hand(told), HOUSE, NewRule(merchant=None, topic=Topic.SKU, channel=Channel.MAIL, address="a@b.co"))
    trouble(told)
    later(told, minutes=6)
    tell(told)

    assert list(written(told)) == ["a@b.co"]


def test_a_merchants_rule_goes_before_the_houses(told: Scene) -> None:
    ensure_book(told.vault, "meadow", told.clock.now())
    mine = NewRule(merchant="default", topic=Topic.SKU, channel=Channel.NOBODY, address="")
    telling.add_rule(hand(told), HOUSE, mine)
    telling.add_rule(hand(told), HOUSE, NewRule(merchant=None, topic=Topic.SKU, channel=Channel.MAIL, address="a@b.co"))
    trouble(told)
    later(told, minutes=6)
    assert tell(told) == 0

    [rule] = [one for one in notices.rules(told.vault) if one.merchant == "default"]
    telling.remove_rule(hand(told), HOUSE, rule.id)
    assert tell(told) == 1


@fault("SEC-04")
def test_a_merchants_owner_makes_rules_for_that_merchant_and_calls_no_hosts(told: Scene) -> None:
    by = Inviter(id=None, name="", reach=frozenset({"default"}))
    ensure_book(told.vault, "meadow", told.clock.now())
    for merchant in (None, "meadow"):
        new = NewRule(merchant=merchant, topic=Topic.SKU, channel=Channel.MAIL, address="a@b.co")
        with pytest.raises(TeamProblem):
            telling.add_rule(hand(told), by, new)
        foreign = telling.add_rule(hand(told), HOUSE, new)
        with pytest.raises(TeamProblem):
            telling.remove_rule(hand(told), by, foreign.id)
    for url in ("json://169.254.169.254/latest", "syslog://", "nonsense://x", "file:///etc/passwd"):
        with pytest.raises(ChannelProblem):
            add(told, by, url)
    assert add(told, by, "slack://TokenA/TokenB/TokenC").shown == "slack://…"


def add(scene: Scene, by: Inviter, url: str, topic: Topic = Topic.SKU) -> notices.Rule:
    new = NewRule(merchant="default", topic=topic, channel=Channel.APPRISE, address=url)
    return telling.add_rule(hand(scene), by, new)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A service that takes what apprise posts."""
    heard: list[dict[str, str]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if heard[-1]["message"].startswith("refuse") else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *given: object) -> None: ...  # noqa: A002 - the library's name

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    server.server_close()
    thread.join()


def test_another_service_hears_it_by_its_url(told: Scene, listener: tuple[str, list[dict[str, str]]]) -> None:
    url, heard = listener
    made = add(told, HOUSE, url)
    trouble(told)
    later(told, minutes=6)
    tell(told)
    mailing.send_due(told.vault, None, told.clock.now(), Random(1))

    assert "LAMP-9" in heard[0]["title"]
    assert telling.try_rule(hand(told), HOUSE, made.id, None).id == made.id
    assert "test" in heard[1]["title"]
    [line] = letters.letters(told.vault)
    assert (line.state, line.to) == ("sent", "json")
    assert url not in str(letters.letters(told.vault))


def test_a_service_that_is_down_is_told_plainly_and_tried_again(told: Scene) -> None:
    made = add(told, HOUSE, "json://127.0.0.1:9/")
    with pytest.raises(Undeliverable, match="did not take it"):
        telling.try_rule(hand(told), HOUSE, made.id, None)
    trouble(told)
    later(told, minutes=6)
    tell(told)
    mailing.send_due(told.vault, None, told.clock.now(), Random(1))

    assert letters.letters(told.vault)[0].state == "waiting"


def test_every_topic_concerns_somebody_even_where_the_merchant_has_no_people(scene: Scene) -> None:
    new = NewPerson(email="house@example.com", role=Role.OWNER, staff=True, everywhere=True)
    team.add(hand(scene), new, PASSWORD)

    assert {topic: telling.concerned(topic, "default") for topic in Topic} == {
        topic: ["house@example.com"] for topic in Topic
    }
