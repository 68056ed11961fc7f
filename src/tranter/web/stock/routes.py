from tranter.web.rights import Right
from tranter.web.route import Route, route
from tranter.web.stock import views

ROUTES: list[Route] = [route("m/<slug:merchant>/stock", views.stock, name="stock", right=Right.SEE)]
