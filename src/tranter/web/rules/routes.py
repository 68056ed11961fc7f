from tranter.web.rights import Right
from tranter.web.route import Route, route
from tranter.web.rules import views

AT = "m/<slug:merchant>/settings/rules"
ROUTES: list[Route] = [
    route(AT, views.rules, name="rules", right=Right.SEE),
    route(f"{AT}/new", views.new_rule, name="new_rule", right=Right.WORK),
    route(f"{AT}/routing", views.change_routing, name="change_routing", right=Right.WORK),
    route(f"{AT}/<int:rule>", views.rule, name="rule", right=Right.WORK),
    route(f"{AT}/<int:rule>/try", views.try_rule, name="try_rule", right=Right.SEE),
    route(f"{AT}/<int:rule>/move", views.move_rule, name="move_rule", right=Right.WORK),
    route(f"{AT}/<int:rule>/switch", views.switch_rule, name="switch_rule", right=Right.WORK),
    route(f"{AT}/<int:rule>/remove", views.remove_rule, name="remove_rule", right=Right.WORK),
]
