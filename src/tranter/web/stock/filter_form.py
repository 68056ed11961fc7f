"""One filter: what is looked at, and what becomes of orders, items and listings that do not pass."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tranter.routing.filters import BadFilter, Field, Level, Match, Mode, Rule, checked, read_rule, write_rule

FIELDS = {
    Field.COUNTRY: _("Country"),
    Field.REGION: _("State or region"),
    Field.POSTAL_CODE: _("Postcode"),
    Field.MARKETPLACE: _("Marketplace"),
    Field.SHIP_METHOD: _("Ship method"),
    Field.CURRENCY: _("Currency"),
    Field.ITEM_SKU: _("Item code (SKU)"),
}
MODES = {Mode.REQUIRED: _("Only these are sent"), Mode.RESTRICTED: _("These are not sent")}
MATCHES = {Match.FULL: _("is exactly"), Match.STARTS: _("begins with"), Match.ENDS: _("ends with")}
LEVELS = {Level.ITEM: _("Only the item stays out"), Level.ORDER: _("The whole order stays out")}


def _choices(words: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(one.value, label) for one, label in words.items()]


class FilterForm(forms.Form):
    """`word` is the field, `becomes` its rule as it is kept."""

    connection = forms.ChoiceField(label=_("Where"), required=False)
    word = forms.ChoiceField(label=_("What is looked at"), choices=_choices(FIELDS))
    mode = forms.ChoiceField(label=_("What passes"), choices=_choices(MODES), widget=forms.RadioSelect)
    match = forms.ChoiceField(label=_("It counts when it"), choices=_choices(MATCHES))
    values = forms.CharField(
        label=_("One of these"),
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_('One in each line, or parted by commas. Capitals don\'t matter. "" stands for a blank one.'),
    )
    level = forms.ChoiceField(label=_("An item that does not pass"), choices=_choices(LEVELS), required=False)
    stock = forms.BooleanField(
        label=_("Its listings get no stock"), required=False, help_text=_("Both of these: for item codes only.")
    )

    def __init__(self, names: list[str], given: Any = None, before: tuple[str, str, str] = ("", "", "")) -> None:
        super().__init__(given, initial=_initial(before))
        choices = [("", _("Every cart")), *((name, name) for name in names)]
        self.fields["connection"] = forms.ChoiceField(label=_("Where"), choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"word", "mode", "match", "values"} <= set(given):
            return given
        field = Field(given["word"])
        text = given["values"].replace("\r", "").replace("\n", ",")
        items = field is Field.ITEM_SKU
        try:
            rule = Rule(
                mode=Mode(given["mode"]),
                match=Match(given["match"]),
                values=read_rule(field, f"required: {text}").values,
                level=Level(given["level"] or "item") if items else Level.ITEM,
                stock=bool(given["stock"]) and items,
            )
            return {**given, "becomes": write_rule(field, checked(field, rule))}
        except BadFilter as error:
            self.add_error("values", str(error))
            return given


def _initial(before: tuple[str, str, str]) -> dict[str, Any]:
    connection, word, text = before
    first = {"connection": connection, "mode": "restricted", "match": "full", "level": "item"}
    if not text:
        return {**first, "word": word or "item_sku"}
    rule = read_rule(Field(word), text)
    quoted = ['""' if not one else f'"{one}"' if "," in one else one for one in rule.values]
    return {
        "connection": connection,
        "word": word,
        "mode": rule.mode.value,
        "match": rule.match.value,
        "level": rule.level.value,
        "stock": rule.stock,
        "values": "\n".join(quoted),
    }
