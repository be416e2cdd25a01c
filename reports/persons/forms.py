"""What the county office is asked before it hands out or erases what is held about a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from office.models import RetentionPeriod
from office.personal_data import periods


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("Whole name, telephone, register number or user name"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "class": "office-text"}),
    )


class ReasonForm(forms.Form):
    """Why; and once more that it is meant."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput({"autocomplete": "off", "class": "office-text"})
    )


class EraseForm(ReasonForm):
    sure = forms.BooleanField(
        label=_("Yes, erase it: it cannot be brought back."),
        error_messages={"required": _("Please tick that you mean it.")},
    )


class PeriodForm(forms.ModelForm):
    """A period of the office's own; only kinds of data that run out have one."""

    key = forms.ChoiceField(label=_("kind of data"))

    class Meta:
        model = RetentionPeriod
        fields = ["key", "months", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(key, one.name) for key, one in periods().items() if one.months]
