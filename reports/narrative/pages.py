"""The page on which the office has Word documents of deputies made: reports, or notices for publication."""

from itertools import groupby

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from constituents.verb_forms import attrs, choice
from office import clock
from reports import exports
from reports.forms import YearForm
from reports.snapshot import report_tx
from reports.subjects import KIND_NAMES, UnknownSubject, find

KINDS = [
    ("notices", _("Notices for publication (代表法 Art. 58), one page a deputy")),
    ("deputy_reports", _("Annual duty reports, one document a deputy")),
]


class PublicationForm(YearForm):
    """A year, whose deputies, and what is made of them."""

    subject = forms.ChoiceField(label=_("Subject"))
    what = choice(_("What is made"), KINDS, initial="notices")

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [
            (KIND_NAMES[kind], [(str(subject), subject.name) for subject in subjects])
            for kind, subjects in groupby(offered, key=lambda subject: subject.kind)
        ]
        for name in ("year", "subject"):
            self.fields[name].widget.attrs.update(attrs("form-select"))


def publication(request):
    """``?subject=deputy:5&year=2026``: choose, then the file is made in the background."""
    asked = request.GET.get("subject")
    try:
        with report_tx():
            chosen, offered, years = find(asked, user=request.user)
    except UnknownSubject:
        return redirect("reports:publication") if asked else render(request, "reports/publication.html", {})
    first = {"subject": str(chosen), "year": clock.today().year if clock.today().year in years else years and years[-1]}
    form = PublicationForm(request.POST or None, initial=first, offered=offered, years=years)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        params = {"subject": told["subject"], "year": told["year"]}
        job = exports.start(told["what"], params=params, by=request.user, at=clock.now())
        return redirect("reports:export", job.pk)
    return render(request, "reports/publication.html", {"form": form})
