from tranter.web.rights import Right
from tranter.web.route import Route, both, route
from tranter.web.settings import house, journal, notices, team, views

ROUTES: list[Route] = [
    *both("settings", views.settings, name="settings", right=Right.SEE),
    route("m/<slug:merchant>/settings/merchant", views.change_merchant, name="change_merchant", right=Right.RULE),
    *both("settings/hub", views.change_hub, name="change_hub", right=Right.HOUSE),
    *both("settings/team", team.people, name="team", right=Right.RULE),
    *both("settings/team/invite", team.invite, name="invite", right=Right.RULE),
    *both("settings/team/<int:person>", team.person, name="person", right=Right.RULE),
    *both("settings/team/<int:person>/switch", team.switch, name="switch_person", right=Right.RULE),
    *both("settings/invitations/<int:invitation>/again", team.invite_again, name="invite_again", right=Right.RULE),
    *both("settings/invitations/<int:invitation>/revoke", team.revoke, name="revoke_invitation", right=Right.RULE),
    *both("settings/notices", notices.rules, name="notices", right=Right.RULE),
    *both("settings/notices/add", notices.add, name="add_notice", right=Right.RULE),
    *both("settings/notices/<int:rule>/remove", notices.remove, name="remove_notice", right=Right.RULE),
    *both("settings/notices/<int:rule>/try", notices.try_out, name="try_notice", right=Right.RULE),
    *both("settings/journal", journal.entries, name="journal", right=Right.SEE),
    route("m/<slug:merchant>/settings/journal.csv", journal.export, name="journal_export", right=Right.SEE),
    route("m/<slug:merchant>/settings/journal/verify", journal.verify, name="journal_verify", right=Right.SEE),
    *both("settings/letters", house.letters, name="letters", right=Right.HOUSE),
    *both("settings/letters/<int:letter>", house.letter, name="letter", right=Right.HOUSE),
    *both("settings/letters/<int:letter>/send", house.send_letter, name="send_letter", right=Right.HOUSE),
    *both("settings/backup", house.backup, name="backup", right=Right.HOUSE),
    *both("settings/backup/make", house.make_backup, name="make_backup", right=Right.HOUSE),
    *both("settings/backup/<str:file>", house.download_backup, name="download_backup", right=Right.HOUSE),
    *both("settings/health", house.health, name="health", right=Right.HOUSE),
    *both("settings/merchants", house.merchants, name="merchants", right=Right.HOUSE),
    *both("settings/merchants/add", house.add_merchant, name="add_merchant", right=Right.HOUSE),
]
