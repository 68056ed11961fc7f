"""One mapping, and a file of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tranter.ledger.mappings import ALIAS, CARRIER, SHIP_METHOD
from tranter.routing.csv_rows import CsvError, decode_csv

LONGEST = 200
LARGEST_BYTES = 2_000_000
LABELS = {
    ALIAS: (_("What the cart calls it"), _("SKU at the warehouse")),
    SHIP_METHOD: (_("Shipping service at the cart"), _("Method at the warehouse")),
    CARRIER: (_("What the warehouse calls the carrier"), _("Carrier at the cart")),
}


class MappingForm(forms.Form):
    """`names` are the connections that may be chosen; an alias may count at all of them."""

    connection = forms.ChoiceField(label=_("Where"))
    word = forms.CharField(max_length=LONGEST, strip=False)
    becomes = forms.CharField(max_length=LONGEST, strip=False)

    def __init__(self, kind: str, names: list[str], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        everywhere = [("", _("Every cart"))] if kind == ALIAS else []
        choices = [*everywhere, *((name, name) for name in names)]
        self.fields["connection"] = forms.ChoiceField(label=_("Where"), choices=choices, required=kind != ALIAS)
        self.fields["word"].label, self.fields["becomes"].label = LABELS[kind]
        for name in ("word", "becomes"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_word(self) -> str:
        return self._written("word")

    def clean_becomes(self) -> str:
        return self._written("becomes")

    def _written(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if not text.strip():
            raise forms.ValidationError(_("Write something that is not blank."))
        return text


class FileForm(forms.Form):
    file = forms.FileField(label=_("CSV file"))

    def clean_file(self) -> str:
        """The file's text."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB: cut it in parts."))
        try:
            return decode_csv(given.read())
        except CsvError as error:
            raise forms.ValidationError(str(error)) from error
