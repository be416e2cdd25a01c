"""Which report is asked for."""

from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.subjects import KIND_NAMES

YEARS = range(1949, 2101)
"""Years that a report may be asked for; those on record are few of them."""


class AnnualForm(forms.Form):
    """A year on record, and a subject in sight."""

    year = forms.TypedChoiceField(
        label=_("Year"),
        coerce=int,
        error_messages={"invalid_choice": _("The office has no records of %(value)s. Please choose another year.")},
    )
    subject = forms.ChoiceField(label=_("Subject"))

    def __init__(self, *args, offered, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in reversed(years)]
        self.fields["subject"].choices = [
            (KIND_NAMES[kind], [(str(subject), subject.name) for subject in subjects])
            for kind, subjects in groupby(offered, key=lambda subject: subject.kind)
        ]
