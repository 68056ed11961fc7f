"""Every address of the hub, place by place."""

from itertools import chain

from django.urls import register_converter
from django.urls.converters import PathConverter

from tranter.web.api.front import urlpatterns as api
from tranter.web.cartrover.serve import serve
from tranter.web.connections.routes import ROUTES as CONNECTIONS
from tranter.web.live import live
from tranter.web.orders.routes import ROUTES as ORDERS
from tranter.web.palette.routes import ROUTES as PALETTE
from tranter.web.people.routes import ROUTES as PEOPLE
from tranter.web.problems.routes import ROUTES as PROBLEMS
from tranter.web.rights import Right
from tranter.web.route import Route, both, patterns, plain
from tranter.web.rules.routes import ROUTES as RULES
from tranter.web.settings.routes import ROUTES as SETTINGS
from tranter.web.stock.routes import ROUTES as STOCK
from tranter.web.today.routes import ROUTES as TODAY
from tranter.web.views_health import livez, readyz
from tranter.web.views_hooks import hook
from tranter.web.views_metrics import metrics
from tranter.web.views_sign_in import callback


class Anything(PathConverter):
    """Line breaks too: who asks for nonsense there is answered as the service answers."""

    regex = "(?s:.+)"


register_converter(Anything, "anything")
OUTSIDE = [
    plain("livez", livez, name="livez"),
    plain("readyz", readyz, name="readyz"),
    plain("metrics", metrics, name="metrics"),
    plain("oauth/callback", callback, name="oauth_callback"),
    plain("v1/<anything:path>", serve, name="cartrover", any_method=True),
    plain("hooks/<str:merchant>/<str:connection>", hook, name="hook"),
]
LIVE = both("live", live, name="live", right=Right.SEE)
ROUTES: list[Route] = list(
    chain(OUTSIDE, LIVE, PALETTE, TODAY, ORDERS, PROBLEMS, STOCK, CONNECTIONS, RULES, SETTINGS, PEOPLE)
)

urlpatterns = [*patterns(ROUTES), *api()]
