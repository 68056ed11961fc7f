from tranter.web.palette import views
from tranter.web.rights import Right
from tranter.web.route import Route, both

ROUTES: list[Route] = [*both("palette", views.palette, name="palette", right=Right.SEE)]
