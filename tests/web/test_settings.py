"""Settings: what each role sees and changes."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.flow.stage import Scene
from tests.web.house import Web, served
from tests.web.test_people import PASSWORD, hand, text
from tranter.config import Config
from tranter.engine.mailing import Message, write
from tranter.ledger import installation, invitations, journal, letters, merchants, notices, team
from tranter.ledger.backup import LEDGER, verify
from tranter.ledger.book import ensure_book, open_book
from tranter.ledger.models import JournalEntry
from tranter.ledger.team import NewPerson, Role
from tranter.testing.faultmark import fault

HERE = "/m/default/settings"
TABS = ("", "/team", "/notices", "/api-keys", "/journal", "/letters", "/backup", "/health", "/merchants")
OF_ONE_MERCHANT = ("/rules", "/webhooks")


@pytest.fixture
def house(scene: Scene, home: Path) -> Any:
    config = Config(home=home, key_file=home / "keys.json", egress_ips=("203.0.113.7",))
    with served(scene, config=config) as made:
        yield made


@pytest.fixture
def home(scene: Scene, tmp_path: Path) -> Path:
    """With a copy of the scene's ledger under its usual name."""
    home = tmp_path / "home"
    home.mkdir()
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(home / LEDGER)) as copy:
        source.backup(copy)
    return home


def statuses(web: Web, scope: str = "/m/default") -> dict[str, int]:
    tabs = TABS if scope == "/all" else (*TABS, *OF_ONE_MERCHANT)
    return {tab: web.get(f"{scope}/settings{tab}").status_code for tab in tabs}


def test_every_tab_opens_for_the_owner_of_the_house_for_one_merchant_and_for_all(house: Web) -> None:
    owner = house.as_owner()

    assert set(statuses(owner).values()) == {200}
    assert set(statuses(owner, "/all").values()) == {200}


@fault("SEC-03")
@pytest.mark.parametrize(
    ("role", "open_tabs"),
    [
        ("owner", {"", "/rules", "/team", "/notices", "/api-keys", "/webhooks", "/journal"}),
        ("operator", {"", "/rules", "/journal"}),
        ("viewer", {"", "/rules", "/journal"}),
    ],
)
def test_a_merchants_people_open_what_is_theirs_and_are_offered_nothing_else(
    house: Web, role: str, open_tabs: set[str]
) -> None:
    who = house.as_merchant_user(role)

    assert {tab for tab, status in statuses(who).items() if status == 200} == open_tabs
    nav = re.findall(rf'href="{HERE}(/[\w-]+)?"', text(who.get(HERE)))
    assert set(nav) >= open_tabs
    assert not set(nav) - open_tabs


def test_an_owner_of_the_house_who_reaches_only_some_merchants_does_not_rule_the_house(house: Web) -> None:
    some = house.signed_in("some@hub.example", merchants=("default",), role="owner", staff=True)

    found = statuses(some)
    assert {tab for tab, status in found.items() if status == 403} == {"/letters", "/backup", "/health", "/merchants"}


def general(web: Web, **changed: Any):
    form = {
        "name": "Harbour",
        "time_zone": "Europe/Berlin",
        "weekdays": ["5", "6"],
        "dates": "2026-12-25, 2026-12-26",
        "keep_days": "14",
        **changed,
    }
    return web.post(f"{HERE}/merchant", form)


def test_an_owner_sets_how_the_merchant_is_called_when_it_is_closed_and_how_long_buyers_are_kept(web: Web) -> None:
    owner = web.as_owner()

    assert general(owner).status_code == 303

    known = merchants.settings_of(web.scene.book)
    assert (known.name, known.time_zone, known.keep_days) == ("Harbour", "Europe/Berlin", 14)
    assert known.closed_days == (5, 6, "2026-12-25", "2026-12-26")
    assert journal.lines(web.scene.book)[0].what == "merchant_changed"
    assert 'value="14"' in text(owner.get(HERE))


@pytest.mark.parametrize("changed", [{"dates": "christmas"}, {"keep_days": "0"}, {"name": ""}, {"time_zone": "Mars"}])
def test_what_can_not_be_set_is_told_beside_its_field(web: Web, changed: dict[str, str]) -> None:
    answer = general(web.as_owner(), **changed)

    assert answer.status_code == 400
    assert 'class="error"' in text(answer)


def test_others_read_the_general_settings_and_change_none(web: Web) -> None:
    for who in (web.as_operator(), web.as_viewer()):
        assert "disabled" in text(who.get(HERE))
        assert general(who).status_code == 403
    ours = web.as_merchant_user("owner")
    assert general(ours, name="Ours").status_code == 303
    assert ours.post(f"{HERE}/hub", {"hub_name": "Mine"}).status_code == 403
    assert web.as_owner().post(f"{HERE}/hub", {"hub_name": "Harbour Hub"}).status_code == 303
    assert installation.hub_name() == "Harbour Hub"


# team


def test_somebody_is_invited_the_link_is_shown_once_and_lies_in_the_letters(web: Web) -> None:
    owner = web.as_owner()
    form = {
        "email": "kim@example.com",
        "name": "Kim",
        "role": "operator",
        "where": "merchants",
        "merchants": ["default"],
    }

    assert owner.post(f"{HERE}/team/invite", form).status_code == 303

    page = text(owner.get(f"{HERE}/team"))
    [link] = re.findall(r"http://[^<]*/invitation/[\w-]+", page)
    assert "no mail server" in page
    assert link not in text(owner.get(f"{HERE}/team"))
    assert link in letters.letters(web.scene.vault)[0].text
    assert invitations.waiting()[0].person.merchants == ("default",)


def test_an_invitation_is_sent_again_or_revoked(web: Web) -> None:
    owner = web.as_owner()
    form = {"email": "kim@example.com", "role": "viewer", "where": "everywhere"}
    owner.post(f"{HERE}/team/invite", form)
    [first] = invitations.waiting()

    owner.post(f"{HERE}/invitations/{first.id}/again")
    [second] = invitations.waiting()
    assert second.id != first.id
    owner.post(f"{HERE}/invitations/{second.id}/revoke")
    assert invitations.waiting() == []
    assert owner.post(f"{HERE}/invitations/{second.id}/revoke").status_code == 404


def member(web: Web, email: str, *slugs: str, role: Role = Role.OPERATOR, staff: bool = False) -> team.Member:
    new = NewPerson(email=email, role=role, staff=staff, everywhere=staff and not slugs, merchants=slugs)
    return team.add(hand(web), new, PASSWORD)


def test_an_owner_changes_a_role_and_switches_an_account_off(web: Web) -> None:
    owner = web.as_owner()
    bob = member(web, "bob@example.com", "default")

    answer = owner.post(f"{HERE}/team/{bob.id}", {"role": "viewer", "where": "merchants", "merchants": ["default"]})
    assert answer.status_code == 303
    assert team.member(bob.id).role is Role.VIEWER
    owner.post(f"{HERE}/team/{bob.id}/switch", {"active": "no"})
    assert not team.member(bob.id).active
    assert "Switched off" in text(owner.get(f"{HERE}/team"))


def test_the_last_owner_can_not_step_down(web: Web) -> None:
    owner = web.as_owner()
    me = team.member("owner@hub.example")

    answer = owner.post(f"{HERE}/team/{me.id}", {"role": "viewer", "where": "everywhere"})

    assert answer.status_code == 400
    assert "last owner" in text(answer)
    owner.post(f"{HERE}/team/{me.id}/switch", {"active": "no"})
    assert team.member(me.id).active


@fault("SEC-17")
def test_a_merchants_owner_gives_nobody_more_than_they_have(web: Web) -> None:
    ensure_book(web.scene.vault, "meadow", web.scene.clock.now())
    boss = web.as_merchant_user("owner")
    bob = member(web, "bob@example.com", "default")
    greedy = {"role": "owner", "where": "everywhere", "merchants": ["meadow"], "staff": "on", "everywhere": "on"}

    boss.post(f"{HERE}/team/{bob.id}", greedy)
    boss.post(f"{HERE}/team/invite", {"email": "eve@example.com", **greedy})

    changed, [invited] = team.member(bob.id), invitations.waiting()
    for one in (changed, invited.person):
        assert (one.staff, one.everywhere, one.merchants) == (False, False, ("default",))


@fault("SEC-02")
def test_other_peoples_people_are_not_there(web: Web) -> None:
    ensure_book(web.scene.vault, "meadow", web.scene.clock.now())
    boss = web.as_merchant_user("owner")
    far = member(web, "far@meadow.example", "meadow")
    both = member(web, "both@example.com", "default", "meadow")
    staff = member(web, "staff@hub.example", staff=True)

    page = text(boss.get(f"{HERE}/team"))
    assert ("far@meadow.example" in page, "staff@hub.example" in page) == (False, False)
    for one in (far, both, staff):
        assert boss.get(f"{HERE}/team/{one.id}").status_code == 404
        assert boss.post(f"{HERE}/team/{one.id}/switch", {"active": "no"}).status_code == 404
        assert team.member(one.id).active


# notices


def test_a_rule_is_made_tried_and_removed_and_its_address_is_not_shown_again(web: Web) -> None:
    owner = web.as_owner()
    secret = "slack://TokenA/TokenB/TokenC"
    form = {"topic": "sku", "channel": "apprise", "address": secret, "merchant": "default", "label": "Our channel"}

    assert owner.post(f"{HERE}/notices/add", form).status_code == 303

    page = text(owner.get(f"{HERE}/notices"))
    assert "Our channel" in page
    assert "TokenA" not in page
    [rule] = notices.rules(web.scene.vault)
    owner.post(f"{HERE}/notices/{rule.id}/remove")
    assert notices.rules(web.scene.vault) == []


def test_a_rule_that_can_not_be_is_told_beside_its_address(web: Web) -> None:
    form = {"topic": "sku", "channel": "mail", "address": "nobody", "merchant": "default"}

    answer = web.as_owner().post(f"{HERE}/notices/add", form)

    assert answer.status_code == 400
    assert "no e-mail address" in text(answer)


def test_a_test_without_a_mail_server_says_so(web: Web) -> None:
    owner = web.as_owner()
    owner.post(f"{HERE}/notices/add", {"topic": "sku", "channel": "mail", "address": "a@b.co", "merchant": ""})
    [rule] = notices.rules(web.scene.vault)

    owner.post(f"{HERE}/notices/{rule.id}/try")

    assert "no mail server" in text(owner.get(f"{HERE}/notices"))


def test_a_merchants_owner_sees_and_removes_no_rule_of_another(web: Web) -> None:
    ensure_book(web.scene.vault, "meadow", web.scene.clock.now())
    owner, boss = web.as_owner(), web.as_merchant_user("owner")
    for merchant in ("", "meadow"):
        form = {"topic": "sku", "channel": "mail", "address": "far@meadow.example", "merchant": merchant}
        owner.post(f"{HERE}/notices/add", form)
    assert "far@meadow.example" not in text(boss.get(f"{HERE}/notices"))

    for rule in notices.rules(web.scene.vault):
        boss.post(f"{HERE}/notices/{rule.id}/remove")
    assert len(notices.rules(web.scene.vault)) == 2


# journal


def test_the_journal_is_filtered_paged_and_exported(web: Web) -> None:
    for number in range(60):
        entry = journal.Entry(what="order_taken", subject=f"14-{number}", actor="hub")
        journal.append(web.scene.book, [entry], web.scene.clock.now())
    viewer = web.as_viewer()

    page = text(viewer.get(f"{HERE}/journal?what=order_taken"))
    assert page.count('<th scope="row">Order taken') == 50
    older = re.findall(r'href="([^"]*before=\d+)" rel="next"', page)[0].replace("&amp;", "&")
    assert 'rel="next"' not in text(viewer.get(older))
    assert "14-0" in text(viewer.get(older))
    assert text(viewer.get(f"{HERE}/journal?subject=14-59")).count("Order taken<") == 1
    lines = b"".join(viewer.get(f"{HERE}/journal.csv?what=order_taken").streaming_content).decode().splitlines()
    assert len(lines) == 61


@fault("SEC-10")
def test_an_exported_cell_is_no_formula(web: Web) -> None:
    evil = journal.Entry(what="order_taken", subject='=HYPERLINK("https://evil.example")')
    journal.append(web.scene.book, [evil], web.scene.clock.now())

    body = b"".join(web.as_viewer().get(f"{HERE}/journal.csv").streaming_content).decode()

    assert "\"'=HYPERLINK" in body


def test_the_journal_says_who_did_it_and_holds_no_name_itself(web: Web) -> None:
    owner = web.as_owner()
    team_member = team.member("owner@hub.example")
    general(owner)

    assert "owner@hub.example" in text(owner.get(f"{HERE}/journal?by=people"))
    assert JournalEntry.objects.get(what="merchant_changed").actor == f"user:{team_member.id}"


def test_a_changed_journal_is_found_out(web: Web) -> None:
    owner = web.as_owner()
    owner.post(f"{HERE}/journal/verify")
    assert "is whole" in text(owner.get(f"{HERE}/journal"))

    JournalEntry.objects.filter(number=1).update(subject="nothing")
    owner.post(f"{HERE}/journal/verify")
    assert "Entry 1 does not follow" in text(owner.get(f"{HERE}/journal"))


# letters, backup, health, merchants


def test_a_letter_is_read_until_it_is_sent(web: Web) -> None:
    owner, now = web.as_owner(), web.scene.clock.now()
    number = write(web.scene.vault, Message(key="1", to="kim@example.com", subject="Come in", text="the link"), now)
    hidden = write(web.scene.vault, Message(key="2", to="a@b.co", subject="Reset", text="hush", secret=True), now)

    assert "Come in" in text(owner.get(f"{HERE}/letters"))
    assert "the link" in text(owner.get(f"{HERE}/letters/{number}"))
    assert "hush" not in text(owner.get(f"{HERE}/letters/{hidden}"))
    assert owner.get(f"{HERE}/letters/999").status_code == 404
    letters.sent(web.scene.vault, number, now)
    assert "the link" not in text(owner.get(f"{HERE}/letters/{number}"))


def test_a_backup_is_made_listed_and_downloaded_whole(house: Web, tmp_path: Path, home: Path) -> None:
    owner = house.as_owner()
    assert owner.post(f"{HERE}/backup/make").status_code == 303

    [name] = re.findall(r"tranter-[\dTZ-]+\.tar(?=</th>)", text(owner.get(f"{HERE}/backup")))
    answer = owner.get(f"{HERE}/backup/{name}")
    copy = tmp_path / "b.tar"
    copy.write_bytes(b"".join(answer.streaming_content))
    assert not verify(copy).with_key


@fault("SEC-13")
@pytest.mark.parametrize("name", ["keys.json", "..%2Fkeys.json", "..", "%2Fetc%2Fpasswd", "tranter.sqlite3"])
def test_nothing_but_a_backup_is_downloaded(house: Web, name: str) -> None:
    assert house.as_owner().get(f"{HERE}/backup/{name}").status_code == 404


def test_health_tells_the_addresses_that_calls_come_from_and_looks_when_asked(house: Web, home: Path) -> None:
    owner = house.as_owner()
    (home / LEDGER).unlink()
    assert "203.0.113.7" in text(owner.get(f"{HERE}/health"))
    assert "What was seen" not in text(owner.get(f"{HERE}/health"))

    assert "What was seen" in text(owner.get(f"{HERE}/health?look=1"))


def test_a_merchant_is_added_and_has_its_own_pages(web: Web) -> None:
    owner = web.as_owner()

    assert owner.post(f"{HERE}/merchants/add", {"name": "Meadow", "slug": "meadow"}).status_code == 303

    assert owner.get("/m/meadow/settings").status_code == 200
    assert merchants.settings_of(open_book(web.scene.vault, "meadow")).name == "Meadow"
    for wrong in ({"name": "Again", "slug": "meadow"}, {"name": "Bad", "slug": "Bad Slug"}):
        assert owner.post(f"{HERE}/merchants/add", wrong).status_code == 400
