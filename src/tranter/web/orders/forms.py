"""Forms of an order: its corrections, a note."""

from typing import Any

from babel import Locale
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tranter.ledger.order_page import Sheet
from tranter.model import Address
from tranter.routing.address_parts import missing_parts
from tranter.routing.countries import ASSIGNED, country_code
from tranter.web.templatetags.tranter import locale

LINE = "sku-"


class AddressForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    lines = forms.CharField(
        label=_("Street, house number and what belongs to it"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line each, as they stand on the parcel."),
    )
    postal_code = forms.CharField(label=_("Postal code"), max_length=30, required=False)
    city = forms.CharField(label=_("City"), max_length=120)
    region = forms.CharField(label=_("Region or state"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"))
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)

    def __init__(self, address: Address | None, given: QueryDict | None = None) -> None:
        self.before = address or Address()
        super().__init__(given, initial=_initial(self.before))
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - made above
        field.choices = countries(self.before.country)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for part in missing_parts(self.address()):
                self.add_error(part, _("A parcel does not arrive without it."))
        return cleaned

    def address(self) -> Address:
        given = self.cleaned_data
        return Address(
            name=given.get("name", ""),
            company=given.get("company", ""),
            reference=self.before.reference,
            lines=tuple(line.strip() for line in given.get("lines", "").splitlines() if line.strip()),
            city=given.get("city", ""),
            region=given.get("region", ""),
            postal_code=given.get("postal_code", ""),
            country=given.get("country", ""),
            phone=given.get("phone", ""),
            email=self.before.email,
        )


def _initial(address: Address) -> dict[str, str]:
    return {
        "name": address.name,
        "company": address.company,
        "lines": "\n".join(address.lines),
        "postal_code": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country": country_code(address.country),
        "phone": address.phone,
    }


def countries(current: str) -> list[tuple[str, str]]:
    """By name in the reader's language; one that there is not is kept, so that it is seen."""
    territories = Locale.parse(locale()).territories
    known = sorted(((code, territories.get(code, code)) for code in ASSIGNED), key=lambda pair: pair[1].casefold())
    code = country_code(current)
    return known if code in ASSIGNED else [(code, code or "—"), *known]


class SkusForm(forms.Form):
    """A field for each line. Empty: what the cart says."""

    def __init__(self, sheet: Sheet, given: QueryDict | None = None) -> None:
        self._lines = {f"{LINE}{number}": line for number, line in enumerate(sheet.lines)}
        super().__init__(given)
        for name, line in self._lines.items():
            self.fields[name] = forms.CharField(
                label=f"{line.quantity} × {line.title or line.cart_sku or line.line_id}",
                initial=line.sku,
                max_length=200,
                required=False,
                help_text=_("The cart says %(sku)s.") % {"sku": line.cart_sku or "—"},
            )

    def changed(self) -> dict[str, str]:
        """Line id → SKU, of those that are not what they were. The cart's own takes a correction back."""
        found = {}
        for name, line in self._lines.items():
            sku = str(self.cleaned_data.get(name, "")).strip()
            if sku != line.sku:
                found[line.line_id] = "" if sku == line.cart_sku else sku
        return found
