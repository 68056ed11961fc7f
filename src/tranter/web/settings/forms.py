"""What is written in Settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tranter.ledger.notices import Channel, Topic
from tranter.ledger.team import Role
from tranter.ledger.webhooks import CARTROVER, STANDARD, Wanted
from tranter.web.people.forms import ZoneSelect, zone_choices

WEEKDAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]
ROLES = [
    (Role.OWNER.value, _("Owner: everything")),
    (Role.OPERATOR.value, _("Operator: works with orders, names and stock")),
    (Role.VIEWER.value, _("Viewer: looks")),
]
TOPICS = {
    Topic.SIGN_IN_NEEDED: _("A connection needs a new sign-in"),
    Topic.SIGN_IN_ENDS: _("A sign-in or an API key ends soon (30, 7 and 1 day before)"),
    Topic.SKU: _("An item is not clear"),
    Topic.DELIVERY: _("Orders wait"),
    Topic.STOCK: _("Stock is not in sync"),
    Topic.SILENCE: _("Nothing arrives, or far more than usual is skipped"),
    Topic.ERRORS: _("Something fails again and again"),
}
CHANNELS = [
    (Channel.MAIL.value, _("Mail")),
    (Channel.APPRISE.value, _("Another service: Slack, Teams, Telegram …")),
    (Channel.NOBODY.value, _("Nobody is told")),
]

EVENTS = {
    "order.created": _("An order came in"),
    "order.changed": _("The cart or a person changed an order"),
    "order.held": _("An order waits for a person"),
    "order.released": _("A person let an order go"),
    "order.skipped": _("An order is not ours to send"),
    "order.sent": _("The warehouse has an order"),
    "order.shipped": _("A parcel left"),
    "order.confirmed": _("The cart took a tracking number"),
    "order.canceled": _("An order will not be sent"),
    "problem.opened": _("Something waits for a person"),
    "problem.resolved": _("What waited is cured"),
    "stock.pushed": _("Listings show new quantities"),
    "connection.live": _("A connection runs"),
    "connection.paused": _("A connection is paused"),
    "connection.needs_sign_in": _("A connection waits for a sign-in"),
}


class HubForm(forms.Form):
    hub_name = forms.CharField(label=_("Name of this hub"), max_length=120)
    hub_time_zone = forms.ChoiceField(
        label=_("Time zone of this hub"),
        choices=zone_choices,
        widget=ZoneSelect,
        required=False,
        help_text=_("For whoever has no other."),
    )


class MerchantForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, widget=ZoneSelect, required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Closed on"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On these days no order is missed."),
    )
    dates = forms.CharField(
        label=_("Closed on these dates"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One after the other: 2026-12-25 2026-12-26"),
    )
    keep_days = forms.IntegerField(
        label=_("Keep buyers' data for"),
        min_value=1,
        max_value=3650,
        help_text=_("Days after an order is final. Then name, address and notes are erased; the order stays."),
    )


class PersonForm(forms.Form):
    """`may_staff`: an owner of the house writes it."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial=Role.OPERATOR.value)
    where = forms.ChoiceField(
        label=_("Reaches"),
        choices=[
            ("everywhere", _("Every merchant, as staff of the house")),
            ("staff", _("These merchants, as staff of the house")),
            ("merchants", _("These merchants, as one of their people")),
        ],
        widget=forms.RadioSelect,
        initial="everywhere",
    )
    merchants = forms.MultipleChoiceField(label=_("Merchants"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, slugs: list[tuple[str, str]], may_staff: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["merchants"].choices = slugs  # type: ignore[attr-defined]
        if not may_staff:
            del self.fields["where"]
            if len(slugs) == 1:
                del self.fields["merchants"]


class InviteForm(PersonForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    field_order = ("email", "name", "role", "where", "merchants")


class RuleForm(forms.Form):
    topic = forms.ChoiceField(label=_("What"), choices=[(one.value, text) for one, text in TOPICS.items()])
    merchant = forms.ChoiceField(label=_("Of"), required=False)
    channel = forms.ChoiceField(label=_("How"), choices=CHANNELS)
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("An e-mail, or the URL of the service as apprise writes it. It is sealed and not shown again."),
    )
    label = forms.CharField(label=_("Shown as"), required=False, max_length=120)

    def __init__(self, *given: Any, slugs: list[tuple[str, str]], may_all: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        everybody = [("", _("Every merchant"))] if may_all else []
        self.fields["merchant"].choices = [*everybody, *slugs]  # type: ignore[attr-defined]


class LendForm(forms.Form):
    warehouse = forms.ChoiceField(label=_("Warehouse"))
    merchant = forms.ChoiceField(label=_("To"))
    location = forms.CharField(
        label=_("Location"), max_length=64, help_text=_("The warehouse’s id of the place that orders leave from.")
    )
    order_prefix = forms.CharField(
        label=_("Prefix of order numbers"), max_length=32, strip=True, help_text=_("Such as ACME-. It stays theirs.")
    )
    sku_prefix = forms.CharField(
        label=_("Prefix of their SKUs there"),
        max_length=64,
        required=False,
        help_text=_("They call their goods by the rest. One merchant may have none: theirs begin with nobody’s."),
    )
    name = forms.CharField(
        label=_("What they see it called"), max_length=64, required=False, help_text=_("Blank: as it is called here.")
    )
    alone = forms.BooleanField(label=_("Nobody else is lent this location"), required=False)

    def __init__(self, *given: Any, warehouses: list[str], slugs: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["warehouse"].choices = [(one, one) for one in warehouses]  # type: ignore[attr-defined]
        self.fields["merchant"].choices = slugs  # type: ignore[attr-defined]


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://example.com/"}),
        help_text=_("What happens is posted there as JSON, and signed."),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(EVENTS.items()),
        help_text=_("Choose none to be told of everything, and of what is added later."),
    )

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(url=given["url"], events=tuple(given["events"]), style=given.get("style") or STANDARD)


class NewWebhookForm(WebhookForm):
    """The style stays as it was made."""

    style = forms.ChoiceField(
        label=_("Written as"),
        required=False,
        initial=STANDARD,
        widget=forms.RadioSelect,
        choices=[
            (STANDARD, _("Standard Webhooks: what happened and where to read more; nothing of a buyer")),
            (
                CARTROVER,
                _("CartRover's webhook: whole orders, with the buyer; new ones, where none is chosen"),
            ),
        ],
    )


class NewMerchantForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.RegexField(
        label=_("Short name"),
        regex=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        max_length=64,
        help_text=_("For addresses and commands. Lower-case letters, digits and dashes; it stays."),
    )


def level_names() -> dict[str, str]:
    return {
        "cart": str(_("One cart")),
        "merchant": str(_("One merchant")),
        "warehouse": str(_("Every merchant")),
    }


def scope_names() -> list[tuple[str, Any]]:
    return [
        ("read", _("Read")),
        ("write", _("Hand in and change orders")),
        ("manage", _("Change settings, connections and people")),
    ]


class ApiKeyForm(forms.Form):
    """`slugs` empty: the merchant is known. `carts` are its API carts."""

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("What will use it."))
    level = forms.ChoiceField(label=_("Reaches"), widget=forms.RadioSelect, initial="cart")
    merchant = forms.ChoiceField(label=_("Merchant"), required=False)
    connection = forms.ChoiceField(
        label=_("API cart"),
        required=False,
        help_text=_("For a key of one cart. A new one is called as the key."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=scope_names,
        widget=forms.CheckboxSelectMultiple,
        initial=["read", "write"],
    )
    expires = forms.DateField(
        label=_("Opens until"),
        required=False,
        help_text=_("The last day. Left blank, it opens until somebody revokes it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *given: Any, slugs: list[tuple[str, str]], carts: list[str], may_house: bool, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        levels = [
            ("cart", _("One cart: its orders; stock and products of its merchant")),
            ("merchant", _("One merchant: everything of theirs")),
            ("warehouse", _("Every merchant of this hub")),
        ]
        self.fields["level"].choices = levels if may_house else levels[:2]  # type: ignore[attr-defined]
        self.fields["merchant"].choices = slugs  # type: ignore[attr-defined]
        self.fields["connection"].choices = [("", _("A new one")), *((name, name) for name in carts)]  # type: ignore[attr-defined]
        if not slugs:
            del self.fields["merchant"]
        if not carts:
            del self.fields["connection"]
