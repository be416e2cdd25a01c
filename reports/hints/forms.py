"""What is asked of the list of questions, and the answer to some of them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import HintAnswer

TABS = {"open": gettext_lazy("to ask"), "closed": gettext_lazy("answered"), "late": gettext_lazy("written down late")}


class AskForm(forms.Form):
    """What is asked of the list; the address of a page of it is this form."""

    tab = forms.ChoiceField(choices=TABS.items(), required=False)
    kind = forms.ChoiceField(choices=HintAnswer.Kind.choices, required=False)
    town = forms.IntegerField(label=gettext_lazy("township"), required=False, min_value=1, max_value=2**63 - 1)
    q = forms.CharField(label=gettext_lazy("deputy"), max_length=50, required=False)

    def clean_tab(self):
        return self.cleaned_data["tab"] or "open"


class AnswerForm(forms.Form):
    """What the deputy said when asked."""

    finding = forms.ChoiceField(
        label=gettext_lazy("answer"),
        choices=HintAnswer.Finding.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose what was found.")),
    )
    note = forms.CharField(
        label=gettext_lazy("note"),
        max_length=HintAnswer._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def clean(self):
        given = super().clean()
        if given.get("finding") == HintAnswer.Finding.OTHER and not given.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say in a few words what was found."))
        return given
