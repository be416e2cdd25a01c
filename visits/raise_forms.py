"""The page on which a deputy registers a matter that was raised at a contact."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.forms import Words
from constituents.matter_forms import Forward
from constituents.models import Petition
from office import normalise


def _words(name, label, *, rows=0, **kwargs):
    column = Petition._meta.get_field(name)
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput({"autocomplete": "off"})
    return Words(longest=column.max_length, label=label, widget=widget, **kwargs)


class RaiseForm(forms.Form):
    """What was raised at one contact: by whom, what it is, where it is registered, to whom it is passed on."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Please open this form again.")),
    )
    visitor = _words(
        "visitor", gettext_lazy("Who raised it"), error_messages={"required": gettext_lazy("Say who raised it.")}
    )
    phone = _words("phone", gettext_lazy("Phone"), required=False)
    address = _words("address", gettext_lazy("Address or village"), required=False)
    situation = _words(
        "situation",
        gettext_lazy("Main situation (D5-三a)"),
        rows=5,
        error_messages={"required": gettext_lazy("Please write down what the person tells.")},
    )
    request = _words(
        "request",
        gettext_lazy("Problem to be solved (D5-三a)"),
        rows=3,
        error_messages={"required": gettext_lazy("Please write down what the person asks for.")},
    )
    station = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Register at which station"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the station.")},
    )
    to = forms.ChoiceField(
        label=gettext_lazy("Pass on to (D8-一b)"),
        choices=Forward.RECIPIENTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose to whom you pass it on.")},
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Urgent: to be reported to the offices at once (D3-六i)"), required=False
    )

    def __init__(self, *args, stations, **kwargs):
        kwargs["initial"] = {"key": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations

    def clean_phone(self):
        written = self.cleaned_data["phone"]
        try:
            return normalise.phones(written) if written.strip() else ""
        except normalise.NotUnderstood:
            wrong = _(
                "Please check this number: a mobile has 11 digits, a landline 7 or 8. None known: leave it empty."
            )
            raise ValidationError(wrong, code="phone") from None

    def matter(self) -> dict:
        """What was filled in, as ``actions.raise_matter`` takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return told | {"to": str(dict(Forward.RECIPIENTS)[told["to"]])}
