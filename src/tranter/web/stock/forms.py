"""One mapping, and a file of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tranter.ledger.mappings import ALIAS, CARRIER, FILTER, KIT, SHIP_METHOD
from tranter.model.dated import BadDates, meaning
from tranter.model.kit import BadRecipe, read_recipe, write_recipe
from tranter.routing.csv_rows import CsvError, decode_csv

LONGEST = 200
LARGEST_BYTES = 2_000_000
LABELS = {
    ALIAS: (_("What the cart calls it"), _("SKU at the warehouse")),
    KIT: (_("Kit"), _("What is in it")),
    FILTER: (_("What is looked at"), _("What passes")),
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
        self.kind = kind
        everywhere = [("", _("Every cart"))] if kind == ALIAS else []
        choices = [*everywhere, *((name, name) for name in names)]
        self.fields["connection"] = forms.ChoiceField(label=_("Where"), choices=choices, required=kind != ALIAS)
        self.fields["word"].label, self.fields["becomes"].label = LABELS[kind]
        if kind == KIT:
            self._ask_recipe()
        if kind == ALIAS:
            self._ask_days()
        for name in ("word", "becomes"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def _ask_recipe(self) -> None:
        """A kit counts everywhere."""
        del self.fields["connection"]
        self.fields["becomes"] = forms.CharField(
            label=LABELS[KIT][1],
            max_length=12_000,
            widget=forms.Textarea(attrs={"rows": 3, "placeholder": "2 x LAMP + 1 x BULB"}),
            help_text=_(
                "Such as 2 x LAMP + 1 x BULB. To spread the price otherwise than unit by unit, write what one of each "
                "is worth behind it: 2 x LAMP (15) + 1 x BULB (1.50)."
            ),
        )

    def _ask_days(self) -> None:
        """A promotional code is an alias with days."""
        labels = {"since": _("From this day"), "until": _("Until this day")}
        for name, label in labels.items():
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                help_text=_("Only for a promotional code. The day of the order decides.") if name == "since" else "",
            )

    def clean(self) -> dict[str, Any]:
        """`becomes` with its days."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.kind != ALIAS or "becomes" not in given:
            return given
        days = [str(given[name]) if given.get(name) else "" for name in ("since", "until")]
        try:
            return {**given, "becomes": meaning(given["becomes"], *days).text()}
        except BadDates:
            self.add_error("until", _("It ends before it begins."))
            return given

    def clean_word(self) -> str:
        return self._written("word")

    def clean_becomes(self) -> str:
        if self.kind != KIT:
            return self._written("becomes")
        try:
            return write_recipe(read_recipe(self.cleaned_data["becomes"]))
        except BadRecipe as error:
            raise forms.ValidationError(str(error)) from error

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
