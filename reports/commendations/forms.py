"""What is asked about commendations."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from deputies.models import CongressSession
from office.bulk import BulkForm
from reports.commendations.models import Commendation


class AskForm(forms.Form):
    """Which candidates: of which kind and year, and whether only those who meet everything."""

    kind = forms.ChoiceField(choices=Commendation.Kind.choices[:2], required=False)
    year = forms.IntegerField(min_value=2000, max_value=2100, required=False)
    every = forms.BooleanField(required=False)


class ChooseForm(forms.Form):
    """Why these were chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    ground = forms.CharField(
        label=pgettext_lazy("commendation", "on what ground"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"key": uuid4()}, **kwargs)


class DeclineForm(BulkForm):
    reason = forms.CharField(label=pgettext_lazy("commendation", "why it was declined"), max_length=300)


class TakeBackForm(BulkForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class AwardForm(BulkForm):
    """At which session, on which day, what, and by whom."""

    session = forms.ModelChoiceField(CongressSession.objects.none(), label=gettext_lazy("congress session"))
    awarded_on = forms.DateField(
        label=pgettext_lazy("commendation", "awarded on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    title = forms.CharField(label=pgettext_lazy("commendation", "title of honour"), max_length=80)
    by_whom = forms.CharField(label=pgettext_lazy("commendation", "commended by"), max_length=80)

    def __init__(self, *args, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions
