from tranter.web.orders import views
from tranter.web.rights import Right
from tranter.web.route import Route, both

ROUTES: list[Route] = [*both("orders", views.orders, name="orders", right=Right.SEE)]
