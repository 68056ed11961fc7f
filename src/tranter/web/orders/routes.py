from tranter.web.orders import deeds, finding, views
from tranter.web.rights import Right
from tranter.web.route import Route, both, route

ROUTES: list[Route] = [
    *both("orders", views.orders, name="orders", right=Right.SEE),
    *both("orders/export", views.export, name="orders-export", right=Right.SEE),
    *both("orders/many", views.many, name="orders-many", right=Right.WORK),
    *both("orders/views", views.save_view, name="orders-save-view", right=Right.SEE),
    *both("orders/columns", views.columns, name="orders-columns", right=Right.SEE),
    *both("orders/views/<int:pk>/remove", views.remove_view, name="orders-remove-view", right=Right.SEE),
    route("m/<slug:merchant>/orders/<int:pk>", deeds.order, name="order", right=Right.SEE),
    route("m/<slug:merchant>/orders/<int:pk>/do/<slug:deed>", deeds.do, name="order-do", right=Right.WORK),
    route("m/<slug:merchant>/orders/<int:pk>/combine", deeds.combine, name="order-combine", right=Right.WORK),
    route("m/<slug:merchant>/orders/<int:pk>/correct", deeds.correct, name="order-correct", right=Right.WORK),
    route("m/<slug:merchant>/orders/<int:pk>/notes", deeds.note, name="order-note", right=Right.WORK),
    route(
        "m/<slug:merchant>/orders/<int:pk>/notes/<int:note>/remove",
        deeds.remove_note,
        name="order-remove-note",
        right=Right.WORK,
    ),
    *both("search", finding.search, name="search", right=Right.SEE),
    route("m/<slug:merchant>/search/ask", finding.ask, name="search-ask", right=Right.SEE),
    route("m/<slug:merchant>/search/pull", finding.pull, name="search-pull", right=Right.WORK),
]
