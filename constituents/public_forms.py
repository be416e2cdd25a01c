"""The two forms of the page that the visitor opens without a sign-in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from constituents import receipts
from constituents.forms import Words
from constituents.models import Satisfaction
from office import normalise

_PLAIN = {"class": "form-control", "autocomplete": "off"}


class LookUp(forms.Form):
    """The code on the receipt, and what only the visitor knows beside it."""

    code = Words(
        longest=60,
        label=_("Query code on the receipt"),
        error_messages={"required": _("Please enter the code that stands on your receipt.")},
        widget=forms.TextInput(_PLAIN | {"autocapitalize": "characters", "spellcheck": "false"}),
    )
    told = Words(
        longest=60,
        label=_("Last four digits of your phone number"),
        help_text=_("Who left no phone number enters the name that was registered."),
        error_messages={"required": _("Please enter the last four digits of your phone number.")},
        widget=forms.TextInput(_PLAIN),
    )

    def clean_code(self):
        return receipts.tidy(normalise.halved(self.cleaned_data["code"]))

    def clean_told(self):
        return normalise.halved(self.cleaned_data["told"]).strip()


class Verdict(forms.Form):
    """What the person says of the answer: of the result, of the attitude, and in their own words (D7-四4)."""

    CHOICES = Satisfaction.choices

    token = forms.CharField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label=_("Are you satisfied with the result?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    attitude = forms.ChoiceField(
        label=_("And with how you were treated?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    words = Words(
        longest=500,
        required=False,
        label=_("What you want to say (may stay empty)"),
        widget=forms.Textarea(_PLAIN | {"rows": 4}),
    )
