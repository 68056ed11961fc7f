from tranter.web.rights import Right
from tranter.web.route import Route, both
from tranter.web.settings import views

ROUTES: list[Route] = [*both("settings", views.settings, name="settings", right=Right.SEE)]
