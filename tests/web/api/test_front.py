"""What holds for every operation: keys, bodies, refusals, pages, versions, and that nothing is done twice."""

import base64
from datetime import timedelta

import pytest

from tests.web.api.caller import Caller, caller, refused
from tests.web.house import Web
from tranter.engine import webhooks as engine
from tranter.ledger import api_keys, kept_answers
from tranter.ledger.api_keys import Level, Scope
from tranter.ledger.book import ensure_book
from tranter.ledger.models import ApiKey, KeptAnswer, Webhook
from tranter.ledger.team import Hand
from tranter.ledger.webhooks import Wanted

HOOK = {"url": "https://shop.example/hook"}


@pytest.fixture
def program(web: Web) -> Caller:
    return caller(web)


def bought(web: Web, count: int = 1) -> None:
    for _ in range(count):
        web.scene.ebay.buy_one("LAMP")
    web.scene.pass_time(minutes=20)


def test_a_key_signs_in_as_bearer_and_as_basic(web: Web, program: Caller) -> None:
    user, _, secret = program.authorization.removeprefix("Bearer ").partition(".")
    basic = base64.b64encode(f"{user}:{secret}".encode()).decode()

    assert program.get("/orders").status_code == 200
    assert Caller(web, f"Basic {basic}").get("/orders").status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer a.b", "Bearer \x00", "Basic !!", "Basic YQ==", "Digest a"])
def test_nobody_else_gets_in(web: Web, given: str) -> None:
    answer = Caller(web, given).get("/orders")

    assert refused(answer) == (401, "sign-in")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_revoked_key_opens_nothing(web: Web, program: Caller) -> None:
    hand = Hand(vault=web.scene.vault, actor="operator", now=web.scene.clock.now())
    api_keys.revoke(hand, ApiKey.objects.get().pk)

    assert refused(program.get("/orders")) == (401, "sign-in")


def test_a_browser_that_is_signed_in_has_no_key(web: Web) -> None:
    assert refused(Caller(web.as_owner()).get("/orders")) == (401, "sign-in")


def test_a_key_does_what_its_scopes_say(web: Web) -> None:
    reads = caller(web, scopes=frozenset({Scope.READ}))

    assert reads.get("/webhooks").status_code == 200
    assert refused(reads.post("/webhooks", HOOK)) == (403, "scope")
    assert refused(caller(web, scopes=frozenset({Scope.WRITE})).get("/orders")) == (403, "scope")


def test_a_key_of_one_connection_sees_that_ones_orders(web: Web) -> None:
    bought(web)
    shop = caller(web, Level.CART, connection_id=web.scene.cart.id)
    other = caller(web, Level.CART, connection_id=web.scene.warehouse.id)
    (order,) = shop.read("/orders")["items"]

    assert shop.get(f"/orders/{order['id']}").status_code == 200
    assert other.read("/orders")["items"] == []
    assert other.read(f"/orders/search?q={order['number']}")["items"] == []
    assert refused(other.get(f"/orders/{order['id']}")) == (404, "not-found")
    assert refused(shop.get("/webhooks")) == (403, "scope")


def test_a_key_of_the_installation_says_whose(web: Web) -> None:
    bought(web)
    ensure_book(web.scene.vault, "zebra", web.scene.clock.now())
    house = caller(web, Level.WAREHOUSE)

    assert refused(house.get("/orders")) == (400, "merchant-needed")
    assert len(house.read("/orders", X_Merchant="default")["items"]) == 1
    assert len(house.read("/orders", X_Merchant=str(web.scene.book.merchant_id))["items"]) == 1
    assert house.read("/orders", X_Merchant="zebra")["items"] == []
    assert refused(house.get("/orders", X_Merchant="lion")) == (404, "not-found")


def test_anothers_merchant_is_not_there(web: Web, program: Caller) -> None:
    ensure_book(web.scene.vault, "zebra", web.scene.clock.now())

    assert refused(program.get("/orders", X_Merchant="zebra")) == (404, "not-found")
    assert program.get("/orders", X_Merchant="default").status_code == 200


def test_the_journal_names_the_key(web: Web, program: Caller) -> None:
    program.done("/webhooks", HOOK)
    from tranter.ledger.journal import lines

    assert lines(web.scene.book)[0].actor == f"key:{ApiKey.objects.get().pk}"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 5000, b'{"url": '])
def test_a_body_that_is_no_json_is_told_so(program: Caller, body: bytes) -> None:
    assert refused(program.ask("POST", "/webhooks", body)) == (400, "unreadable-body")


@pytest.mark.parametrize(
    "body",
    [{}, [], 1, "x", None, {"url": 1}, {"url": "a" * 500}, {**HOOK, "more": 1}, {"url": "\ud800"}, {"url": "a\x00b"}],
)
def test_what_a_body_lacks_or_has_too_much_is_named(program: Caller, body: object) -> None:
    answer = program.ask("POST", "/webhooks", b"null" if body is None else body)

    assert refused(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["where"].startswith("body")


def test_a_value_that_is_not_possible_is_named(program: Caller) -> None:
    answer = program.post("/webhooks", {"url": "shop.example"})

    assert refused(answer) == (422, "refused")
    assert "https://" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/orders?limit=0", "/orders?limit=x", "/orders?tab=rain", "/orders?since=today"])
def test_a_question_that_can_not_be_read_is_told_so(program: Caller, path: str) -> None:
    assert refused(program.get(path)) == (422, "invalid")


def test_other_bodies_than_json_are_refused(program: Caller) -> None:
    assert refused(program.ask("POST", "/webhooks", b"url=x", Content_Type="text/plain")) == (415, "media-type")


def test_a_body_that_is_too_large_is_refused(program: Caller) -> None:
    assert refused(program.ask("POST", "/webhooks", b" " * 2_000_000)) == (413, "too-large")


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "1%00"])
def test_a_number_that_is_none_is_not_there(program: Caller, number: str) -> None:
    assert refused(program.get(f"/orders/{number}"))[0] in (404, 422)


def test_what_is_not_there_is_told_so(program: Caller) -> None:
    assert refused(program.get("/orders/999")) == (404, "not-found")
    assert refused(program.get("/nothing/of/the/kind")) == (404, "not-found")
    assert refused(program.get("")) == (404, "not-found")


def test_a_method_that_is_not_there_names_those_that_are(program: Caller) -> None:
    answer = program.ask("PUT", "/webhooks", {})

    assert refused(answer) == (405, "method")
    assert answer.headers["Allow"] == "GET, POST"


def test_what_is_not_possible_now_is_a_conflict(web: Web, program: Caller) -> None:
    bought(web)
    (order,) = program.read("/orders")["items"]
    answer = program.post(f"/orders/{order['id']}/release")

    assert refused(answer) == (409, "not-possible")
    assert "is not held" in answer.json()["detail"]


def test_a_mistake_of_ours_is_told_without_its_words(program: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from tranter.ledger import webhooks

    def broken(book: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(webhooks, "listed", broken)
    answer = program.get("/webhooks")

    assert refused(answer) == (500, "mistake")
    assert b"secret words" not in answer.content


def test_a_key_that_calls_too_fast_is_told_to_wait(web: Web, program: Caller) -> None:
    ApiKey.objects.update(busy_until=web.scene.clock.now() + timedelta(seconds=60))
    answer = program.get("/orders")
    assert refused(answer) == (429, "too-many")
    assert answer.headers["Retry-After"] == "1"
    web.scene.clock.advance(40)

    assert program.get("/orders").status_code == 200


# pages


def test_a_list_is_walked_to_its_end(web: Web, program: Caller) -> None:
    bought(web, 5)
    seen, cursor = [], ""
    for _ in range(9):
        page = program.read(f"/orders?limit=2&cursor={cursor}")
        seen += [order["id"] for order in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 5
    assert seen == [order["id"] for order in program.read("/orders")["items"]]


def test_a_cursor_that_is_not_ours_is_refused(web: Web, program: Caller) -> None:
    bought(web, 3)
    cursor = program.read("/orders?limit=1")["next"]
    hook = program.done("/webhooks", HOOK)["webhook"]["id"]

    for bent in ("x", "....", cursor[:-2], cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "é"):
        assert refused(program.get(f"/orders?cursor={bent}")) == (400, "bad-cursor")
    assert refused(program.get(f"/webhooks/{hook}/messages?cursor={cursor}")) == (400, "bad-cursor")


# versions


def test_what_has_not_changed_is_not_sent_again(program: Caller) -> None:
    made = program.done("/webhooks", HOOK)["webhook"]
    first = program.get(f"/webhooks/{made['id']}")
    again = program.get(f"/webhooks/{made['id']}", If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert program.get(f"/webhooks/{made['id']}", If_None_Match='"other"').status_code == 200


def test_a_change_is_made_only_to_what_the_caller_knows(program: Caller) -> None:
    made = program.done("/webhooks", HOOK)["webhook"]
    path = f"/webhooks/{made['id']}"
    mark = program.get(path).headers["ETag"]
    changed = program.ask("PATCH", path, {"events": ["order.sent"]}, If_Match=mark)
    assert (changed.status_code, changed.json()["events"]) == (200, ["order.sent"])

    assert refused(program.ask("PATCH", path, {"events": []}, If_Match=mark)) == (412, "changed")
    assert refused(program.ask("DELETE", path, If_Match=mark)) == (412, "changed")
    assert program.ask("DELETE", path, If_Match="*").status_code == 204


# nothing twice


def test_what_is_asked_twice_is_done_once_and_answered_the_same(program: Caller) -> None:
    first = program.post("/webhooks", HOOK, Idempotency_Key="a")
    again = program.post("/webhooks", HOOK, Idempotency_Key="a")

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Webhook.objects.count() == 1


def test_a_refusal_is_kept_too(web: Web, program: Caller) -> None:
    bought(web)
    (order,) = program.read("/orders")["items"]
    path = f"/orders/{order['id']}/release"
    first = program.post(path, Idempotency_Key="a")

    assert refused(program.post(path, Idempotency_Key="a")) == refused(first) == (409, "not-possible")


def test_the_same_key_for_something_else_is_refused(program: Caller) -> None:
    program.done("/webhooks", HOOK, Idempotency_Key="a")

    assert refused(program.post("/webhooks", {"url": "https://b.example/"}, Idempotency_Key="a")) == (422, "key-reused")
    assert Webhook.objects.count() == 1


def test_each_program_has_keys_of_its_own(web: Web, program: Caller) -> None:
    program.done("/webhooks", HOOK, Idempotency_Key="a")
    caller(web).done("/webhooks", HOOK, Idempotency_Key="a")

    assert Webhook.objects.count() == 2


def test_what_is_being_done_is_not_done_beside_it(program: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request comes while the first one is at work."""
    inside, add = [], engine.add

    def slowly(book: object, wanted: Wanted, *rest: object) -> object:
        inside.append(refused(program.post("/webhooks", HOOK, Idempotency_Key="a")))
        return add(book, wanted, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "add", slowly)
    program.done("/webhooks", HOOK, Idempotency_Key="a")

    assert inside == [(409, "under-way")]
    assert Webhook.objects.count() == 1


def test_what_died_at_work_is_done_by_who_asks_again(web: Web, program: Caller) -> None:
    program.done("/webhooks", HOOK, Idempotency_Key="a")
    KeptAnswer.objects.update(sealed=None)
    assert refused(program.post("/webhooks", HOOK, Idempotency_Key="a")) == (409, "under-way")
    web.scene.clock.jump(web.scene.clock.now() + timedelta(minutes=6))

    assert program.post("/webhooks", HOOK, Idempotency_Key="a").status_code == 201


def test_a_failure_of_ours_is_not_kept(program: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(engine, "add", broken)
        assert refused(program.post("/webhooks", HOOK, Idempotency_Key="a")) == (500, "mistake")

    assert program.post("/webhooks", HOOK, Idempotency_Key="a").status_code == 201


def test_answers_are_kept_for_two_days_and_sealed(web: Web, program: Caller) -> None:
    program.done("/webhooks", HOOK, Idempotency_Key="a")
    kept = KeptAnswer.objects.get()
    assert b"shop.example" not in bytes(kept.sealed)
    now = web.scene.clock.now()

    assert kept_answers.forget_old(now + timedelta(hours=47)) == 0
    assert kept_answers.forget_old(now + timedelta(hours=49)) == 1
