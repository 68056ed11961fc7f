from allauth.account import views as account
from allauth.mfa.base import views as mfa

from tranter.web.people import entering, views
from tranter.web.rights import Right
from tranter.web.route import Route, plain, route

ROUTES: list[Route] = [
    route("", views.home, name="home", right=Right.OPEN),
    route("welcome", views.welcome, name="welcome", right=Right.OPEN),
    route("enter/<str:token>", entering.enter, name="enter", right=Right.OPEN),
    plain("sign-in", account.login, name="account_login"),
    plain("sign-out", account.logout, name="account_logout"),
    plain("forgotten", account.password_reset, name="account_reset_password"),
    plain("forgotten/sent", account.password_reset_done, name="account_reset_password_done"),
    plain("forgotten/<uidb36>/<key>", account.password_reset_from_key, name="account_reset_password_from_key"),
    plain("forgotten/done", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    plain("me/password", account.password_change, name="account_change_password", right=Right.SELF),
    plain("sign-in/code", mfa.authenticate, name="mfa_authenticate"),
    plain("sign-in/again", account.reauthenticate, name="account_reauthenticate", right=Right.SELF),
    plain("sign-in/again/code", mfa.reauthenticate, name="mfa_reauthenticate", right=Right.SELF),
]
