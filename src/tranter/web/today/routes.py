from tranter.web.rights import Right
from tranter.web.route import Route, both
from tranter.web.today import views

ROUTES: list[Route] = [*both("today", views.today, name="today", right=Right.SEE)]
