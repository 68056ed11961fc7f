from tranter.web.problems import errand_views, views
from tranter.web.rights import Right
from tranter.web.route import Route, both, route

ROUTES: list[Route] = [
    *both("problems", views.problems, name="problems", right=Right.SEE),
    route("m/<slug:merchant>/problems/fix", views.fix, name="problems-fix", right=Right.WORK),
    route("m/<slug:merchant>/problems/do", views.act, name="problems-do", right=Right.WORK),
    route("m/<slug:merchant>/errands/<int:pk>", errand_views.errand, name="errand", right=Right.SEE),
    route("m/<slug:merchant>/errands/<int:pk>/stop", errand_views.stop, name="errand-stop", right=Right.WORK),
]
