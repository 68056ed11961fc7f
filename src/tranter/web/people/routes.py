from allauth.account import views as allauth
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import register_converter
from django.urls.converters import StringConverter

from tranter.web.people import account, doors, entering, views
from tranter.web.rights import Right
from tranter.web.route import Route, plain, route

SELF = Right.SELF


class PlainWord(StringConverter):
    """Without a dash: allauth's links join who it is and the key by one."""

    regex = "[0-9A-Za-z]+"


register_converter(PlainWord, "plainword")

SIGN_IN: list[Route] = [
    plain("sign-in", doors.SignIn.as_view(), name="account_login"),
    plain("sign-in/passkey", passkeys.login_webauthn, name="mfa_login_webauthn"),
    plain("sign-in/code", second.authenticate, name="mfa_authenticate"),
    plain("sign-in/off", doors.inactive, name="account_inactive"),
    plain("sign-in/again", allauth.reauthenticate, name="account_reauthenticate", right=SELF),
    plain("sign-in/again/code", second.reauthenticate, name="mfa_reauthenticate", right=SELF),
    plain("sign-in/again/passkey", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn", right=SELF),
    plain("sign-out", allauth.logout, name="account_logout"),
    plain("forgotten", doors.Forgotten.as_view(), name="account_reset_password"),
    plain("forgotten/sent", allauth.password_reset_done, name="account_reset_password_done"),
    plain("forgotten/done", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    plain(
        "forgotten/<plainword:uidb36>-<key>", allauth.password_reset_from_key, name="account_reset_password_from_key"
    ),
]
MEANS: list[Route] = [
    route("me/sign-in", account.sign_in_means, name="mfa_index", right=SELF),
    route("me/visits/end", account.end_visits, name="end_visits", right=SELF),
    plain("me/password", allauth.password_change, name="account_change_password", right=SELF),
    plain("me/app/add", totp.activate_totp, name="mfa_activate_totp", right=SELF),
    plain("me/app/remove", totp.deactivate_totp, name="mfa_deactivate_totp", right=SELF),
    plain("me/codes", codes.view_recovery_codes, name="mfa_view_recovery_codes", right=SELF),
    plain("me/codes/new", codes.generate_recovery_codes, name="mfa_generate_recovery_codes", right=SELF),
    plain("me/codes/file", codes.download_recovery_codes, name="mfa_download_recovery_codes", right=SELF),
    route("me/passkeys", account.sign_in_means, name="mfa_list_webauthn", right=SELF),
    plain("me/passkeys/add", passkeys.add_webauthn, name="mfa_add_webauthn", right=SELF),
    plain("me/passkeys/<int:pk>/name", passkeys.edit_webauthn, name="mfa_edit_webauthn", right=SELF),
    plain("me/passkeys/<int:pk>/remove", passkeys.remove_webauthn, name="mfa_remove_webauthn", right=SELF),
]
ROUTES: list[Route] = [
    route("", views.home, name="home", right=Right.OPEN),
    route("welcome", views.welcome, name="welcome", right=Right.OPEN),
    route("invitation/<str:token>", views.invitation, name="invitation", right=Right.OPEN),
    route("enter/<str:token>", entering.enter, name="enter", right=Right.OPEN),
    route("me", account.account, name="account", right=SELF),
    *SIGN_IN,
    *MEANS,
]
