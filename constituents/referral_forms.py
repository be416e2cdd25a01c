"""The forms of what the office and the desk do about one referral: its clock, its unit, a reply that came on paper."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from constituents import task_forms
from constituents.models import ExtensionRequest
from constituents.task_forms import TaskForm
from constituents.verb_forms import attrs, paragraphs

_WITHOUT_A_DAY, _AFTER_THE_DAY = timedelta(days=30), timedelta(days=10)
"""A link is good until some days after the reply is due; so long it runs where no day is set."""


class Extend(task_forms.AskTime):
    """How much more time; a unit's open wish stands in it already (L2-34)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.referral.requests.filter(state=ExtensionRequest.State.ASKED).first()
        if asked:
            self.initial |= {"amount": asked.amount, "unit": asked.unit, "reason": asked.reason}


class RefuseTime(TaskForm):
    answer = paragraphs(
        _("Answer to the unit"), longest=200, error_messages={"required": _("Please tell the unit why.")}
    )


class Because(TaskForm):
    reason = paragraphs(_("Reason"), longest=300, error_messages={"required": _("Please give the reason.")})


class Urge(TaskForm):
    words = paragraphs(
        _("Words to the unit"),
        longest=500,
        required=False,
        help_text=_("They stand in the letter; without them it names the matter and the day."),
    )


class GiveLink(TaskForm):
    until = forms.DateField(
        label=_("Good until"),
        widget=forms.DateInput(attrs(type="date"), format="%Y-%m-%d"),
        help_text=_("It ends earlier when the unit returns the matter, when you take it back, or when you end it."),
        error_messages=dict.fromkeys(("required", "invalid"), _("Until which day is the link to be good?")),
    )

    def __init__(self, *args, referral, on, **kwargs):
        ends = max(referral.due_on or on + _WITHOUT_A_DAY, on) + _AFTER_THE_DAY
        super().__init__(*args, referral=referral, initial={"until": ends}, **kwargs)


class PaperReply(task_forms.Reply):
    """A reply or an opinion that came on paper, typed in by the office or the desk."""

    received_on = forms.DateField(
        label=_("Came in on"),
        widget=forms.DateInput(attrs(type="date"), format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _("On which day did it come in?")),
    )
    field_order = ["received_on"]

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on, self.initial["received_on"] = on, on

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if not self.referral.routed_on <= day <= self.on:
            words = _("The day lies between %(first)s, when it was routed, and today.")
            raise forms.ValidationError(words % {"first": self.referral.routed_on})
        return day

    def told(self):
        told = super().told()
        return told | {"on": told.pop("received_on")}
