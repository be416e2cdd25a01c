"""What a handling unit writes about what was handed to it."""

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.forms import Files, FilesInput
from constituents.models import Extension, Referral, ResultClass
from constituents.verb_forms import VerbForm, attrs, line, paragraphs


class ClassChoice(forms.ModelChoiceField):
    """A class of result, with what it counts as."""

    def label_from_instance(self, one):
        counts = _t("counts as solved") if one.counts_as_solved else _t("does not count as solved")
        return f"{one}（{counts}）"


class TaskForm(VerbForm):
    """A form about one referral; its matter is the row."""

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, **kwargs)
        self.referral = referral


class Accept(TaskForm):
    person = line(
        _("Responsible person"),
        longest=50,
        help_text=_("Who answers for it in your unit, and can be called about it."),
        error_messages={"required": _("Who answers for it? Please enter a name.")},
    )

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, referral=referral, initial={"person": referral.person}, **kwargs)


class GiveBack(TaskForm):
    reason = paragraphs(
        _("Why it is not your unit's business"),
        longest=450,
        help_text=_("Name the unit that is responsible, if you know it."),
        error_messages={"required": _("Please say why it is not your unit's business.")},
    )


class Reply(TaskForm):
    text = paragraphs(
        pgettext_lazy("unit", "Reply"),
        longest=8000,
        rows=9,
        help_text=_("What was found, what was done, what will be done and by when. It is brought back to the person."),
        error_messages={"required": _("Please write down the reply.")},
    )
    result = ClassChoice(
        None,
        label=_("Class of result"),
        empty_label=None,
        widget=forms.RadioSelect(attrs("form-check-input")),
        error_messages={
            "required": _("Please say which class of result it is."),
            "invalid_choice": _("This cannot be chosen any more. Please look at the list anew."),
        },
    )
    files = Files(
        label=_("Files"),
        required=False,
        widget=FilesInput(attrs()),
        help_text=_("Pictures, PDF, Word or Excel, 10 MB each at most."),
    )

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, referral=referral, **kwargs)
        self.fields["result"].queryset = ResultClass.objects.filter(active=True)
        if referral.part == Referral.Part.ASSISTING:
            del self.fields["result"]
            self.fields["text"].label = _("Opinion")
            self.fields["text"].help_text = _("For the lead unit's reply: what your unit has found, and what it does.")
        if referral.petition_id is None:
            del self.fields["files"]

    def clean(self):
        if self.errors and self.files:
            self.add_error(None, _("A browser does not keep files: please choose them once more."))
        return super().clean()


class AskTime(TaskForm):
    amount = forms.IntegerField(
        label=_("How much more time"),
        min_value=1,
        max_value=366,
        widget=forms.TextInput(attrs(inputmode="numeric")),
        error_messages={
            **dict.fromkeys(("required", "invalid", "min_value"), _("A whole number, e.g. 10.")),
            "max_value": _("That is more than a year. Please enter less."),
        },
    )
    unit = forms.ChoiceField(
        label=_("unit of time"), choices=Extension.Unit.choices, widget=forms.Select(attrs("form-select"))
    )
    reason = paragraphs(_("Reason"), longest=200, error_messages={"required": _("Please say why more time is needed.")})

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, referral=referral, initial={"unit": Extension.Unit.WORKING_DAYS}, **kwargs)
        if referral.kind == Referral.Kind.LETTERS:
            self.fields["amount"].help_text = _(
                "A letters-and-visits matter can be extended by 30 days at most, all its extensions together (L2-34)."
            )
