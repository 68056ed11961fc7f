from tranter.web.connections import views
from tranter.web.rights import Right
from tranter.web.route import Route, both

ROUTES: list[Route] = [*both("connections", views.connections, name="connections", right=Right.SEE)]
