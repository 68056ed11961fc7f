"""What is sent from the Problems page."""

from django import forms
from django.http import QueryDict

from tranter.ledger.problems import Cause
from tranter.web.problems.page import STATES, Asked


class CauseForm(forms.Form):
    kind = forms.CharField(max_length=40)
    value = forms.CharField(max_length=300, required=False, strip=False)
    connection = forms.IntegerField(required=False)

    def cause(self) -> Cause:
        """Of a form that is valid. An empty value was sent too: it is one."""
        read = self.cleaned_data
        return Cause(
            kind=read["kind"],
            value=read["value"] if "value" in self.data else None,
            connection_id=read["connection"],
        )


class FixForm(CauseForm):
    """`pick` is a suggestion; what was typed as `sku` goes before it. `carrier` is the other form's."""

    pick = forms.CharField(max_length=200, required=False)
    sku = forms.CharField(max_length=200, required=False)
    carrier = forms.CharField(max_length=200, required=False)
    only = forms.BooleanField(required=False)

    def becomes(self) -> str:
        read = self.cleaned_data
        return str(read["sku"] or read["pick"] or read["carrier"]).strip()


def asked_of(query: QueryDict) -> Asked:
    """What can't be read is left out: an old address still leads to the list."""
    state = query.get("state", "open")
    after = query.get("after", "0")
    form = CauseForm(query)
    return Asked(
        state=state if state in STATES else "open",
        cause=form.cause() if query.get("kind") and form.is_valid() else None,
        merchant=query.get("of", ""),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0,
    )
