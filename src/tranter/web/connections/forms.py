"""Forms of the connection pages; those of a connector come from its settings."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from tranter.sdk.forms import FieldKind, FieldSheet, SettingsError

RADIOS = 4
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class SheetForm(forms.Form):
    """One field for each sheet. `values` are those that are set; secrets are never among them."""

    def __init__(
        self,
        sheets: Iterable[FieldSheet],
        values: Mapping[str, object],
        sent: Any = None,
        *,
        needed: Iterable[str] = (),
        read_only: bool = False,
    ) -> None:
        super().__init__(sent)
        self.sheets = tuple(sheets)
        for sheet in self.sheets:
            self.fields[sheet.name] = _field(sheet)
            self.fields[sheet.name].disabled = read_only
            self.fields[sheet.name].required |= sheet.name in needed
            if sheet.kind is not FieldKind.SECRET:
                self.initial[sheet.name] = _initial(sheet, values)

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """(heading, its fields), in the order in which the connector names them."""
        found: dict[str, list[BoundField]] = {}
        for sheet in self.sheets:
            found.setdefault(sheet.group, []).append(self[sheet.name])
        return list(found.items())

    def plain(self) -> dict[str, object]:
        """As `Settings.read` takes them, without secrets."""
        return {
            sheet.name: _given(self.cleaned_data.get(sheet.name))
            for sheet in self.sheets
            if sheet.kind is not FieldKind.SECRET
        }

    def secrets(self) -> dict[str, str]:
        """Those that were typed in; an empty field leaves what is known."""
        names = [sheet.name for sheet in self.sheets if sheet.kind is FieldKind.SECRET]
        return {name: self.cleaned_data[name].strip() for name in names if self.cleaned_data.get(name)}

    def blame(self, error: SettingsError) -> None:
        """Each complaint stands beside its field."""
        for name, said in error.fields.items():
            self.add_error(name if name in self.fields else None, said[:1].upper() + said[1:])
        if not error.fields:
            self.add_error(None, str(error))


def _field(sheet: FieldSheet) -> forms.Field:
    asked: dict[str, Any] = {"label": sheet.label, "help_text": sheet.help, "required": False}
    options = [(choice.value, choice.label) for choice in sheet.choices]
    match sheet.kind:
        case FieldKind.SWITCH:
            return forms.BooleanField(**asked)
        case FieldKind.NUMBER:
            return forms.IntegerField(**{**asked, "required": sheet.default is not None})
        case FieldKind.CHOICE:
            few = len(options) <= RADIOS
            return forms.ChoiceField(
                **{**asked, "required": True}, choices=options, widget=forms.RadioSelect if few else forms.Select
            )
        case FieldKind.CHOICES:
            return forms.MultipleChoiceField(
                **{**asked, "required": True}, choices=options, widget=forms.CheckboxSelectMultiple
            )
        case FieldKind.DATE:
            return forms.DateField(**asked, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        case FieldKind.SECRET:
            widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
            return forms.CharField(**asked, widget=widget)
        case FieldKind.TEXT | FieldKind.LIST:
            return forms.CharField(**{**asked, "required": sheet.default is None})


def _initial(sheet: FieldSheet, values: Mapping[str, object]) -> object:
    value = values.get(sheet.name, sheet.default)
    if sheet.kind is FieldKind.LIST and isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return list(value) if isinstance(value, tuple) else value


def _given(value: Any) -> object:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value


class NameForm(forms.Form):
    """What a connection will be called."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("What you call it here: letters, digits, dots, dashes. It can't be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not NAME.fullmatch(name) or name == "new":
            raise forms.ValidationError(_("Use letters, digits, dots, dashes and underscores, without blanks."))
        return name


class ShareForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail of the account's owner"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class PastedForm(forms.Form):
    address = forms.CharField(
        label=_("Address that the browser ended at"),
        help_text=_("The whole line from the address bar, with everything behind the question mark."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
