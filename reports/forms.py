"""Which report is asked for."""

from itertools import groupby

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from reports.annual.columns import REPLIES
from reports.annual.period import BadPeriod, Period
from reports.subjects import KIND_NAMES, Kind
from reports.trends import PERIODS

YEARS = range(1949, 2101)
"""Years that a report may be asked for; those on record are few of them."""


class YearForm(forms.Form):
    """A year on record."""

    year = forms.TypedChoiceField(
        label=_("Year"),
        coerce=int,
        error_messages={"invalid_choice": _("The office has no records of %(value)s. Please choose another year.")},
    )

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in reversed(years)]


def _one_line(label, longest: int, example) -> forms.CharField:
    """A field of a letter that may be left out, and holds one line."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        validators=[RegexValidator(r"^[^\x00-\x1f\x7f]*\Z", _("Please write it in one line."))],
        widget=forms.TextInput({"class": "form-control", "placeholder": example, "autocomplete": "off"}),
    )


class LetterForm(forms.Form):
    """What the office writes on a report that leaves as a letter; each may be left out."""

    number = _one_line(_("Document number"), 60, "×人常办〔2026〕1号")
    to_office = _one_line(_("Addressed to"), 120, _("Standing committee of the people's congress"))
    signer = _one_line(_("Signed off by"), 30, _("of a report to a higher organ"))

    @property
    def faults(self) -> str:
        """Why no letter holds what was written, in words; empty where it does."""
        return "；".join(text for texts in self.errors.values() for text in texts)


class CoverageForm(YearForm):
    """A year, a town and a group in sight, and whether only those with a missed month are listed."""

    town = forms.ChoiceField(label=_("township"), required=False)
    group = forms.ChoiceField(label=_("deputy group"), required=False)
    only = forms.ChoiceField(
        label=_("deputies"),
        choices=[("", _("all deputies")), ("missed", _("only with a missed month"))],
        required=False,
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in (Kind.TOWN, Kind.GROUP):
            found = [(subject.key, subject.name) for subject in offered if subject.kind == kind]
            self.fields[kind].choices = [("", _("all")), *found]


class AnnualForm(YearForm):
    """A year on record, or the first and the last month of another period, and a subject in sight."""

    subject = forms.ChoiceField(label=_("Subject"))

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        months = {"from": _("from month"), "to": _("to month")}
        self.fields |= {
            name: forms.CharField(label=label, required=False, widget=forms.DateInput({"type": "month"}))
            for name, label in months.items()
        }
        self.by_month = any(self.data.get(name) for name in months)
        self.fields["year"].required = not self.by_month
        self.fields["subject"].choices = [
            (KIND_NAMES[kind], [(str(subject), subject.name) for subject in subjects])
            for kind, subjects in groupby(offered, key=lambda subject: subject.kind)
        ]

    def clean(self):
        """``period`` is what is asked for: the months where they are named, and otherwise the year."""
        told = super().clean()
        try:
            if self.by_month:
                told["period"] = Period.between(told.get("from", ""), told.get("to", ""))
            elif told.get("year"):
                told["period"] = Period.year(told["year"])
        except BadPeriod as bad:
            self.add_error("from", str(bad))
        return told


class TrendForm(YearForm):
    """A year, a part of it, and a township in sight."""

    period = forms.ChoiceField(
        label=_("part of the year"), required=False, choices=[(key, name) for key, (name, *_months) in PERIODS.items()]
    )
    town = forms.ChoiceField(label=_("township"), required=False)

    def __init__(self, *args, towns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [("", _("all")), *((town.key, town.name) for town in towns)]

    def clean_period(self):
        return self.cleaned_data["period"] or "year"


class RecordsForm(TrendForm):
    """Which records stand behind a figure."""

    what = forms.ChoiceField(choices=[(name, name) for name in ("contacts", "matters", "replies")])
    category = forms.CharField(max_length=30, required=False)
    unit = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    reply = forms.ChoiceField(required=False, choices=[("", ""), *((name, name) for name, _label in REPLIES.values())])
    said = forms.ChoiceField(required=False, choices=[("", ""), ("pleased", "pleased")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        months = [(f"m{n}", f"m{n}") for n in range(1, 13)]
        self.fields["period"].choices = [*self.fields["period"].choices, *months]
