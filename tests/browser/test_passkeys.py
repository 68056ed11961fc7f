"""Passkeys, with an authenticator that Chromium plays."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDE
from tests.browser.stage import Stage

PASSWORD = "a lamp on the harbour"


def beside(page: Page) -> None:
    """A fingerprint reader that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_made_and_signs_in_without_a_password(browser: Browser, hub: Stage) -> None:
    context = browser.new_context(base_url=hub.url.replace("127.0.0.1", "localhost"), viewport=WIDE)
    page = context.new_page()
    beside(page)
    page.goto("/welcome")
    for label, value in (
        ("Name of this hub", "Harbour"),
        ("Your name", "Ada"),
        ("Your e-mail", "ada@example.com"),
        ("Password", PASSWORD),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Make my account").click()

    page.goto("/me/passkeys/add")
    page.get_by_label("Name").fill("This laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/me/**")
    page.goto("/me/sign-in")
    expect(page.locator("strong", has_text="This laptop")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/today")
    context.close()
