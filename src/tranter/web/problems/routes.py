from tranter.web.problems import views
from tranter.web.rights import Right
from tranter.web.route import Route, both

ROUTES: list[Route] = [*both("problems", views.problems, name="problems", right=Right.SEE)]
