"""A connection from the first wish until it runs."""

from typing import Any

import pytest

from tests.engine.test_consent import HUB, give_ru_name, visit
from tests.flow.stage import Scene, Setting, Theatre
from tranter.demo.world import EBAY_URL, GECKO_URL
from tranter.engine import consent, setting_up, sharing
from tranter.engine.connecting import Wish, connect
from tranter.engine.consent import Asker, ConsentProblem
from tranter.engine.setting_up import Stage, stage_of
from tranter.engine.sharing import Asked
from tranter.ledger import applications, connections, credentials, letters, removed, sign_in
from tranter.ledger import sharing as links
from tranter.ledger.applications import Keys
from tranter.ledger.connections import AccountTaken, ConnectionRecord, ConnectionState, UnknownConnection
from tranter.ledger.models import Application, ShareLink
from tranter.ledger.removed import NameTaken
from tranter.ledger.sharing import LinkProblem
from tranter.ledger.sign_in import SignInOutcome
from tranter.sdk.forms import SettingsError
from tranter.testing.faultmark import fault

BROWSER = "session:one"


@pytest.fixture
def empty(theatre: Theatre) -> Scene:
    """Both vendors are there; nothing is connected."""
    return theatre.scene(Setting())


def give_keys(scene: Scene) -> None:
    secrets = scene.ebay.credentials()
    plain = {"environment": "custom", "base_url": EBAY_URL, "ru_name": scene.ebay.options.ru_name}
    hidden = {name: secrets[name] for name in ("client_id", "client_secret")}
    setting_up.give_keys(scene.hub, "ebay", Keys(plain, hidden))


def draft(scene: Scene, name: str = "shop", **settings: Any) -> ConnectionRecord:
    wish = Wish(connector="ebay", name=name, settings=settings, verify=False, live=None)
    return connect(scene.hub, scene.book, wish).connection


def signed_in(scene: Scene, info: ConnectionRecord) -> ConnectionRecord:
    begun = consent.begin(scene.hub, info, HUB, Asker(holder=BROWSER, goes_live=False))
    return consent.finish(scene.hub, visit(scene, begun.url), holders=(BROWSER,)).connection


def test_the_application_s_keys_are_asked_for_once(empty: Scene) -> None:
    assert setting_up.keys_of(empty.hub, "ebay").missing == ("ru_name", "client_id", "client_secret")

    give_keys(empty)

    assert setting_up.keys_of(empty.hub, "ebay").missing == ()
    one = draft(empty)
    assert one.settings["ru_name"] == empty.ebay.options.ru_name
    assert credentials.load(empty.vault, one.id)[0]["client_id"] == empty.ebay.credentials()["client_id"]


def test_keys_lie_sealed(empty: Scene) -> None:
    give_keys(empty)

    secret = empty.ebay.credentials()["client_secret"].encode()
    assert secret not in bytes(Application.objects.get().sealed)
    assert applications.load(empty.vault, "ebay").secrets["client_secret"].encode() == secret


def test_what_is_no_part_of_an_application_is_refused(empty: Scene) -> None:
    with pytest.raises(SettingsError, match="buffer"):
        setting_up.give_keys(empty.hub, "ebay", Keys({"buffer": 3}))


def test_a_draft_takes_keys_that_came_later(empty: Scene) -> None:
    made = draft(empty, environment="custom", base_url=EBAY_URL)
    give_keys(empty)

    setting_up.take_keys(empty.hub, empty.book, made)

    assert signed_in(empty, connections.by_id(made.id)).account_id


def test_it_is_a_draft_then_ready_then_live(empty: Scene) -> None:
    give_keys(empty)
    made = draft(empty, marketplaces=["EBAY_US"])
    assert stage_of(empty.hub, made) is Stage.DRAFT

    made = signed_in(empty, made)
    assert stage_of(empty.hub, made) is Stage.READY
    assert made.state is ConnectionState.DRAFT

    connections.set_state(empty.book, made.id, ConnectionState.LIVE, "", empty.clock.now())
    assert stage_of(empty.hub, connections.by_id(made.id)) is Stage.LIVE


def test_only_the_browser_that_began_may_bring_the_answer(empty: Scene) -> None:
    give_keys(empty)
    made = draft(empty)
    begun = consent.begin(empty.hub, made, HUB, Asker(holder=BROWSER, goes_live=False))
    returned = visit(empty, begun.url)

    with pytest.raises(ConsentProblem, match="another browser"):
        consent.finish(empty.hub, returned, holders=("session:two",))
    with pytest.raises(ConsentProblem, match="another browser"):
        consent.finish(empty.hub, returned)

    assert consent.finish(empty.hub, returned, holders=(BROWSER,)).seen.account_id


def outcome(scene: Scene, info: ConnectionRecord, sign_in_id: int) -> SignInOutcome:
    return sign_in.ended(info.id, sign_in_id, scene.clock.now()).outcome


def test_whoever_waits_is_told_how_it_ended(empty: Scene) -> None:
    give_keys(empty)
    made = draft(empty)
    begun = consent.begin(empty.hub, made, HUB, Asker(holder=BROWSER, goes_live=False))
    assert outcome(empty, made, begun.sign_in_id) is SignInOutcome.WAITING

    consent.finish(empty.hub, visit(empty, begun.url), holders=(BROWSER,))

    assert outcome(empty, made, begun.sign_in_id) is SignInOutcome.GRANTED


def test_a_refusal_is_kept_for_the_page_that_waits(empty: Scene) -> None:
    give_keys(empty)
    made = draft(empty)
    begun = consent.begin(empty.hub, made, HUB, Asker(holder=BROWSER, goes_live=False))

    with pytest.raises(ConsentProblem):
        consent.finish(empty.hub, visit(empty, begun.url, "decline"), holders=(BROWSER,))

    assert outcome(empty, made, begun.sign_in_id) is SignInOutcome.DECLINED
    assert not setting_up.is_signed_in(empty.hub, made)


def test_nobody_came_back_in_time(empty: Scene) -> None:
    give_keys(empty)
    made = draft(empty)
    begun = consent.begin(empty.hub, made, HUB, Asker(holder=BROWSER, goes_live=False))

    empty.clock.advance(601)

    assert outcome(empty, made, begun.sign_in_id) is SignInOutcome.EXPIRED


def test_an_account_that_is_connected_already_is_the_wrong_one(scene: Scene) -> None:
    give_keys(scene)
    second = draft(scene, "second", marketplaces=["EBAY_US"])
    begun = consent.begin(scene.hub, second, HUB, Asker(holder=BROWSER, goes_live=False))

    with pytest.raises(ConsentProblem, match="connected as shop"):
        consent.finish(scene.hub, visit(scene, begun.url), holders=(BROWSER,))

    assert outcome(scene, second, begun.sign_in_id) is SignInOutcome.WRONG_ACCOUNT


def test_other_marketplaces_of_the_same_account_are_another_connection(scene: Scene) -> None:
    give_keys(scene)

    assert signed_in(scene, draft(scene, "german", marketplaces=["EBAY_DE"])).account_id == scene.cart.account_id


def test_a_sign_in_again_goes_on_with_what_waited(scene: Scene) -> None:
    give_ru_name(scene)
    state = ConnectionState.NEEDS_SIGN_IN
    connections.set_state(scene.book, scene.cart.id, state, "expired", scene.clock.now())

    assert signed_in(scene, scene.cart).state is ConnectionState.LIVE


def test_it_is_known_when_the_sign_in_runs_out(empty: Scene) -> None:
    give_keys(empty)

    made = signed_in(empty, draft(empty))

    assert made.sign_in_ends_at is not None
    assert 500 < (made.sign_in_ends_at - empty.clock.now()).days < 560


def test_changed_settings_leave_the_state_alone(scene: Scene) -> None:
    connections.set_state(scene.book, scene.cart.id, ConnectionState.PAUSED, "holidays", scene.clock.now())

    setting_up.change(scene.hub, scene.book, scene.cart, {"buffer": 2})

    assert scene.cart.settings["buffer"] == 2
    assert scene.cart.state is ConnectionState.PAUSED
    assert scene.cart.state_reason == "holidays"


def test_wrong_settings_name_their_field(scene: Scene) -> None:
    with pytest.raises(SettingsError) as refused:
        setting_up.change(scene.hub, scene.book, scene.cart, {"share_percent": 140, "buffer": -1})

    assert set(refused.value.fields) == {"share_percent", "buffer"}


def test_a_token_given_by_hand_signs_in(empty: Scene) -> None:
    wish = Wish(connector="tradegecko", name="depot", settings={"base_url": GECKO_URL}, verify=False, live=None)
    made = connect(empty.hub, empty.book, wish).connection

    setting_up.sign_in_by_token(empty.hub, empty.book, made, empty.secrets("tradegecko"))

    assert stage_of(empty.hub, connections.by_id(made.id)) is Stage.READY


def test_a_copy_has_the_settings_and_no_credentials(scene: Scene) -> None:
    setting_up.change(scene.hub, scene.book, scene.cart, {"buffer": 2, "marketplaces": ["EBAY_US"]})

    made = setting_up.duplicate(scene.hub, scene.book, scene.cart, "second").connection

    assert made.settings == scene.cart.settings
    assert made.state is ConnectionState.DRAFT
    assert not setting_up.is_signed_in(scene.hub, made)
    with pytest.raises(SettingsError, match="already"):
        setting_up.duplicate(scene.hub, scene.book, scene.cart, "second")


def test_a_removed_connection_is_gone_and_its_orders_stay(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    removed = scene.cart

    setting_up.remove(scene.hub, scene.book, removed, "operator")

    with pytest.raises(UnknownConnection):
        connections.by_name(scene.book, "shop")
    assert credentials.load(scene.vault, removed.id) == ({}, 0)
    assert scene.status(order) == "at_wms"
    scene.pass_time(hours=1)
    assert connections.by_id(removed.id).state is ConnectionState.REMOVED


@fault("OPS-05")
def test_a_removed_connection_is_brought_back_within_30_days_and_its_tracking_goes_on(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    scene.poll_rarely()
    before = scene.cart
    setting_up.remove(scene.hub, scene.book, before, "operator")
    scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(hours=3)
    assert scene.ebay.fulfillments(order.order_id) == []

    info = setting_up.bring_back(scene.hub, scene.book, "shop", "operator")
    assert (info.id, info.state, info.settings) == (before.id, ConnectionState.NEEDS_SIGN_IN, before.settings)
    scene.sign_in_again("shop")
    scene.pass_time(hours=3)

    assert scene.status(order) == "confirmed"


def test_after_30_days_or_under_a_name_that_is_taken_nothing_comes_back(scene: Scene) -> None:
    scene.poll_rarely()
    setting_up.remove(scene.hub, scene.book, scene.cart, "operator")
    draft(scene, "shop", marketplaces=["EBAY_US"])
    with pytest.raises(NameTaken):
        setting_up.bring_back(scene.hub, scene.book, "shop", "operator")
    scene.clock.advance(31 * 86400)

    assert removed.removed(scene.book, scene.clock.now()) == []
    with pytest.raises(UnknownConnection):
        setting_up.bring_back(scene.hub, scene.book, "shop", "operator")


def test_whoever_connects_the_account_again_goes_on_with_its_orders(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)
    setting_up.remove(scene.hub, scene.book, scene.cart, "operator")
    give_keys(scene)

    again = signed_in(scene, draft(scene, "shop", marketplaces=["EBAY_US"]))
    connections.set_state(scene.book, again.id, ConnectionState.LIVE, "", scene.clock.now())
    scene.pass_time(minutes=15)

    assert scene.row(order).connection_id == again.id
    assert len(scene.at_warehouse(order)) == 1


# By a link


@pytest.fixture
def asked(empty: Scene) -> tuple[ConnectionRecord, str]:
    """A draft, and the token that its account's owner got by mail."""
    give_keys(empty)
    made = draft(empty, marketplaces=["EBAY_US"])
    sent = sharing.ask(empty.hub, made, Asked(email="ada@example.com", base_url=HUB))
    return made, sent.url.rpartition("/")[2]


def test_the_owner_signs_in_by_a_link(empty: Scene, asked: tuple[ConnectionRecord, str]) -> None:
    made, token = asked
    assert stage_of(empty.hub, made) is Stage.AWAITING_OWNER

    invitation = sharing.redeem(empty.hub, token)
    begun = sharing.begin(empty.hub, invitation, BROWSER, HUB)
    done = consent.finish(empty.hub, visit(empty, begun.url), holders=(BROWSER,))
    sharing.granted(empty.hub, invitation.link.id, done)

    assert stage_of(empty.hub, connections.by_id(made.id)) is Stage.READY
    (link,) = links.links_of(empty.book, made.id, empty.clock.now())
    assert link.state is links.LinkState.GRANTED
    subjects = {one.subject for one in letters.letters(empty.vault) if one.to == "ada@example.com"}
    assert "Your eBay account is connected" in subjects


def test_a_link_counts_once_and_looking_uses_nothing_up(empty: Scene, asked: tuple[ConnectionRecord, str]) -> None:
    _, token = asked
    for _ in range(3):
        assert sharing.look(empty.hub, token).vendor == "eBay"
    sharing.redeem(empty.hub, token)

    with pytest.raises(LinkProblem, match="used before"):
        sharing.redeem(empty.hub, token)


def test_after_a_refusal_the_same_browser_may_begin_again(empty: Scene, asked: tuple[ConnectionRecord, str]) -> None:
    invitation = sharing.redeem(empty.hub, asked[1])
    begun = sharing.begin(empty.hub, invitation, BROWSER, HUB)
    with pytest.raises(ConsentProblem):
        consent.finish(empty.hub, visit(empty, begun.url, "decline"), holders=(BROWSER,))

    again = sharing.held(empty.hub, invitation.link.id)

    assert sharing.begin(empty.hub, again, BROWSER, HUB).url


def test_a_link_is_good_for_three_days(empty: Scene, asked: tuple[ConnectionRecord, str]) -> None:
    empty.clock.advance(72 * 3600)

    with pytest.raises(LinkProblem, match="72 hours"):
        sharing.redeem(empty.hub, asked[1])
    assert stage_of(empty.hub, asked[0]) is Stage.DRAFT


def test_a_link_can_be_taken_back(empty: Scene, asked: tuple[ConnectionRecord, str]) -> None:
    made, token = asked
    (link,) = links.links_of(empty.book, made.id, empty.clock.now())

    assert links.revoke(empty.book, link.id, empty.clock.now())

    with pytest.raises(LinkProblem, match="taken back"):
        sharing.redeem(empty.hub, token)
    assert stage_of(empty.hub, made) is Stage.DRAFT


def test_the_ledger_holds_no_token(empty: Scene, asked: tuple[ConnectionRecord, str]) -> None:
    assert len(asked[1]) >= 43
    assert asked[1] not in ShareLink.objects.get().token_hash


def test_a_made_up_link_leads_nowhere(empty: Scene) -> None:
    with pytest.raises(LinkProblem):
        sharing.look(empty.hub, "made-up")


def test_account_taken_never_names_a_command(scene: Scene) -> None:
    give_keys(scene)
    wish = Wish(connector="ebay", name="second", settings=scene.cart.settings, secrets=scene.secrets("ebay"))
    with pytest.raises(AccountTaken) as refused:
        connect(scene.hub, scene.book, wish)
    assert "tranter " not in str(refused.value)
