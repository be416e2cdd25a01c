"""What the steps of a change of term ask for."""

import re
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deputies.models import Term
from visits.import_forms import MAX_MEGABYTES, _fault
from visits.terms import draft

GONE = "无"
"""What is written where nothing of an old district is left."""


class StepForm(forms.Form):
    """Carries its own key, by which sending it twice writes once, and the version of the draft it was opened with."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, change=None, **kwargs):
        told = {"key": uuid4(), "seen": change.version if change else 0}
        super().__init__(*args, **{**kwargs, "initial": {**told, **kwargs.get("initial", {})}})
        self.change = change


class UndoForm(StepForm):
    """The question before a change is taken back as a whole."""

    read = forms.BooleanField(
        label=gettext_lazy("Take all of it back."),
        error_messages={"required": gettext_lazy("Please tick that all of it is to be taken back.")},
    )


class NextTermForm(StepForm):
    """The next term: which, from when, and since when records are kept."""

    term = forms.ModelChoiceField(Term.objects.none(), label=gettext_lazy("Term that ends"))
    ordinal = forms.IntegerField(label=gettext_lazy("Number of the new term"), min_value=1, max_value=99)
    first_day = forms.DateField(
        label=gettext_lazy("First day of the new term"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy(
            "As a rule the day on which the first session of the new congress opens; the day before ends the old term."
        ),
    )
    records_since = forms.DateField(
        label=gettext_lazy("records since"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: from the first day of the term."),
    )

    def __init__(self, *args, terms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["term"].queryset = terms
        if self.change:
            self.fields["term"].disabled = True

    def clean(self):
        told = super().clean()
        term, first, since = told.get("term"), told.get("first_day"), told.get("records_since")
        if term and told.get("ordinal") and term.ordinal and told["ordinal"] <= term.ordinal:
            self.add_error("ordinal", _("The new term has a higher number than the old one."))
        if first and since and since < first:
            self.add_error("records_since", _("The records of the new term do not begin before it."))
        if term and first and term.began_on and first <= term.began_on:
            self.add_error("first_day", _("The new term begins before the old one."))
        return told

    def told(self) -> dict:
        days = {name: self.cleaned_data[name] for name in ("first_day", "records_since")}
        return {
            "ordinal": self.cleaned_data["ordinal"],
            **{name: day and day.isoformat() for name, day in days.items()},
        }


class DistrictsForm(StepForm):
    """The new districts, one a line; and for each old one the names of those that follow it."""

    lines = forms.CharField(
        label=gettext_lazy("New districts, one a line: number, name, township"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        max_length=60_000,
    )

    def __init__(self, *args, found, congress, **kwargs):
        super().__init__(*args, **kwargs)
        self.found, self.congress = found, congress
        for one in found.districts:
            self.fields[f"old_{one.pk}"] = forms.CharField(label=str(one), required=False, max_length=600)

    def rows(self) -> list[tuple]:
        """The old districts, each with its field."""
        return [(one, self[f"old_{one.pk}"]) for one in self.found.districts]

    def clean(self):
        told = super().clean()
        towns = draft.towns_below(self.congress)
        try:
            told["districts"] = draft.read_districts(told.get("lines", ""), self.congress, towns)
        except draft.NotUnderstood as reason:
            self.add_error("lines", str(reason))
            return told
        names = {one["name"] for one in told["districts"]}
        told["map"] = {}
        for one in self.found.districts:
            self._follow(told, one, names)
        return told

    def _follow(self, told, one, names):
        """What was written beside an old district; nothing beside one whose name there still is: that one."""
        said = [part for part in re.split(r"[、,，;；\s]+", told.get(f"old_{one.pk}", "")) if part]
        if said == [GONE]:
            told["map"][str(one.pk)] = []
        elif unknown := [name for name in said if name not in names]:
            self.add_error(f"old_{one.pk}", _("There is no new district %s.") % "、".join(unknown))
        elif said or one.name in names:
            told["map"][str(one.pk)] = list(dict.fromkeys(said)) or [one.name]

    def told(self) -> dict:
        return {"districts": self.cleaned_data["districts"], "map": self.cleaned_data["map"]}


class RosterForm(StepForm):
    """The roster of the new term as a workbook, and what becomes of the groups."""

    file = forms.FileField(label=gettext_lazy("Roster of the new term (.xlsx, .xls, .ods)"), required=False)
    groups = forms.ChoiceField(
        label=gettext_lazy("Deputy groups"),
        choices=[
            ("roster", gettext_lazy("as the roster says")),
            ("kept", gettext_lazy("as the roster says; where it says nothing, the group of before")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.change.plan.get("roster")
        self.fields["file"].error_messages["required"] = _("Choose the roster (at most %d MB).") % MAX_MEGABYTES

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and (fault := _fault(file)):
            raise forms.ValidationError(fault)
        return file


class AgainForm(StepForm):
    """Of each who may have been elected again: whether it is the same person."""

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.found, told = found, found.plan.get("again", {})
        choices = [("yes", _("the same person")), ("no", _("somebody else"))]
        for n, one in enumerate(found.alike):
            answered = told.get(one.seat.key)
            said = ("yes" if answered else "no") if answered is not None else "yes" if one.sure else None
            self.fields[f"again_{n}"] = forms.ChoiceField(
                label=one.seat.label, choices=choices, initial=said, widget=forms.RadioSelect, required=False
            )

    def rows(self) -> list[tuple]:
        return [(one, self[f"again_{n}"]) for n, one in enumerate(self.found.alike)]

    def told(self) -> dict:
        """Each answer by the key of the mandate; what was left open stays so."""
        said = ((one, self.cleaned_data[f"again_{n}"]) for n, one in enumerate(self.found.alike))
        return {"again": {one.seat.key: one.deputy.pk if answer == "yes" else 0 for one, answer in said if answer}}

    def clean(self):
        told = super().clean()
        taken = [one.deputy.pk for n, one in enumerate(self.found.alike) if told.get(f"again_{n}") == "yes"]
        if len(taken) != len(set(taken)):
            raise forms.ValidationError(_("The same person was chosen for two mandates."))
        return told


class PassOnForm(StepForm):
    """For each thing of one page: to whom it goes."""

    def __init__(self, *args, page, mark="", **kwargs):
        super().__init__(*args, **kwargs)
        self.page, self.mark = page, mark
        for one in page:
            offered = {seat.key: seat.label for seat in one.choices} | ({one.to: one.to} if one.to else {})
            labels = {seat.key: seat.label for seat in one.choices}
            choices = [("", _("without a deputy"))] + [(key, labels.get(key, key)) for key in offered]
            self.fields[f"to_{one.pk}"] = forms.ChoiceField(choices=choices, initial=one.to, required=False)

    def rows(self) -> list[tuple]:
        return [(one, self[f"to_{one.pk}"]) for one in self.page]

    def chosen(self) -> dict[str, str]:
        """What was chosen otherwise than proposed; of a row that came up only now nothing was chosen."""
        said = ((one, self.cleaned_data[f"to_{one.pk}"]) for one in self.page if f"to_{one.pk}" in self.data)
        return {f"{self.mark}{one.pk}": to for one, to in said if to != one.to}


class ConfirmForm(StepForm):
    """The last question, with the fingerprint of what was shown."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label=gettext_lazy("I have read what will be written."))
