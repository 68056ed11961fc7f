from django.urls import path

from tranter.web.views_health import livez, readyz
from tranter.web.views_hooks import hook
from tranter.web.views_sign_in import callback
from tranter.web.views_status import status, stylesheet

urlpatterns = [
    path("", status),
    path("tranter.css", stylesheet),
    path("livez", livez),
    path("readyz", readyz),
    path("oauth/callback", callback),
    path("hooks/<str:merchant>/<str:connection>", hook),
]
