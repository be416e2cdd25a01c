"""What is asked before an export begins; each form says what its maker is given."""

from itertools import groupby

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from liaison_stations.forms import KeyedForm
from reports import annual_export
from reports.forms import YEARS
from reports.subjects import KIND_NAMES, UnknownSubject, find

_CHOSEN = {"class": "form-select"}


def _day():
    return forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class _OfSubject(KeyedForm):
    """About a subject in sight."""

    subject = forms.ChoiceField(label=_("Subject"), widget=forms.Select(_CHOSEN))

    def __init__(self, data=None, *, user, **kwargs):
        super().__init__(data, **kwargs)
        try:
            _first, offered, self.years = find(None, user=user)
        except UnknownSubject:
            offered, self.years = [], []
        self.fields["subject"].choices = [
            (KIND_NAMES[kind], [(str(subject), subject.name) for subject in subjects])
            for kind, subjects in groupby(offered, key=lambda subject: subject.kind)
        ]

    def params(self) -> dict:
        return self.said()


class AnnualExportForm(_OfSubject):
    """The annual report of a subject and a year, in one of the formats."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, widget=forms.Select(_CHOSEN))
    format = forms.ChoiceField(label=_("Format"), widget=forms.Select(_CHOSEN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in reversed(self.years)]
        self.fields["format"].choices = annual_export.choices()


class ContactsExportForm(_OfSubject):
    """All contacts of a subject from one day to another."""

    first = forms.DateField(label=_("From"), widget=_day())
    last = forms.DateField(label=_("Until"), widget=_day())

    def clean(self):
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first."))
        for name in ("first", "last"):
            day = self.cleaned_data.get(name)
            if day and day.year not in YEARS:
                self.add_error(name, _("Please choose a day between 1949 and 2100."))

    def params(self) -> dict:
        said = self.said()
        return {**said, "first": said["first"].isoformat(), "last": said["last"].isoformat()}


class ListExportForm(KeyedForm):
    """A list of the admin site as it was narrowed."""

    list = forms.ChoiceField(widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(self, data=None, *, user, **kwargs):
        super().__init__(data, **kwargs)
        exported = [page.opts for page in admin.site._registry.values() if page.exports]
        self.fields["list"].choices = [(opts.label_lower, opts.verbose_name_plural) for opts in exported]

    def params(self) -> dict:
        return self.said()


FORMS = {"annual": AnnualExportForm, "contacts": ContactsExportForm, "list": ListExportForm}
