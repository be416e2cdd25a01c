"""What the archive of a year will hold and what is missing from it; and the states of all filings of a year."""

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.files.storage import default_storage
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deputies.models import DeputyGroup
from liaison_stations.forms import KeyedForm
from office import clock, password_again, submissions, typed
from office.admin_site import THEME
from office.roles import STAFF, Role
from reports import exports
from reports.archive import making, states
from reports.archive.folders import ANNUAL, FOLDERS
from reports.snapshot import report_tx
from reports.subjects import UnknownSubject, find

YEARS = 6
_READING = STAFF | {Role.LEADER, Role.GROUP_LEADER}


class ArchiveForm(KeyedForm):
    """Whose archive, and of which year or term."""

    subject = forms.ChoiceField(label=gettext_lazy("congress office"), widget=forms.Select({"class": "form-select"}))
    year = forms.TypedChoiceField(
        label=gettext_lazy("Year or term"), coerce=str, widget=forms.Select({"class": "form-select"})
    )

    def __init__(self, *args, offered, times, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(str(one), one.name) for one in offered]
        self.fields["year"].choices = times


@THEME
def archive(request):
    """``?year=&subject=``: the folders with their numbers, what is missing; sent, it is made by the worker.

    ``year`` may be ``term-`` with the key of a term of the subject's congress.
    """
    on, user = clock.today(), request.user
    offered = _offered(user)
    first = {"year": str(on.year), "subject": str(offered[0]) if offered else ""}
    given = {name: request.GET.get(name) or value for name, value in first.items()}
    chosen = next((one for one in offered if str(one) == (request.POST.get("subject") or given["subject"])), None)
    times = _times(chosen, on)
    form = ArchiveForm(request.POST or None, offered=offered, times=times, initial=given)
    if request.method == "POST" and form.is_valid():
        if answer := password_again.ask(request):
            return answer
        at, params = clock.now(), form.said()

        def act():
            job = exports.start("archive", params=params, by=user, at=at)
            return reverse("reports:export", args=[job.pk])

        return redirect(submissions.once(user=user, key=form.cleaned_data["key"], at=at, act=act))
    context = {**admin.site.each_context(request), "title": _("Annual archive"), "form": form}
    if (chosen is None and offered) or given["year"] not in dict(times):
        raise Http404
    if chosen:
        with report_tx():
            scope = making.scope_of({"subject": str(chosen), "year": given["year"]}, user, on)
            context |= {**_held(scope), "scope": scope}
    return render(request, "admin/archive.html", {**context, "year": given["year"], "subject": chosen})


def _times(subject, on) -> list[tuple[str, str]]:
    """The years of which there is an archive, and the terms of the subject's congress."""
    years = [(str(year), str(year)) for year in range(on.year, on.year - YEARS, -1)]
    terms = making.terms_of(subject) if subject else ()
    return years + [(f"{making.TERM}{term.pk}", str(term)) for term in terms]


def _offered(user):
    try:
        _first, offered, _years = find(None, user=user)
    except UnknownSubject:
        return []
    return [one for one in offered if making.is_office_of(user, one)]


def _year(text, years) -> int:
    year = typed.number(text)
    if year not in years:
        raise Http404
    return year


def _held(scope) -> dict:
    counted = making.counts(scope)
    lines = [
        (f"{one.number:02d}", one.title, [(_name(label), counted.get(label, 0)) for label in one.rows])
        for one in FOLDERS
    ]
    unfiled = [*_not_filed(scope.activities()), *_not_filed(scope.filings())]
    lost = [name for name, path in states.stored(scope) if not default_storage.exists(path)]
    return {
        "lines": [("01", ANNUAL, []), *lines],
        "unfiled": unfiled[:50],
        "n_unfiled": len(unfiled),
        "lost": lost[:50],
        "n_lost": len(lost),
    }


def _name(label) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)


def _not_filed(rows):
    return list(rows.filter(reported_on=None).select_related("group").order_by("pk"))


def filings(request):
    """``?year=&group=&state=``: every record that a group files (D9-3, D1-3a), overdue first, and the sums by group."""
    on, asked, user = clock.today(), request.GET, request.user
    years = range(on.year, on.year - YEARS, -1)
    year = _year(asked.get("year") or on.year, years)
    groups = list(DeputyGroup.objects.visible_to(user, roles=_READING).order_by("name", "pk"))
    chosen = next((one for one in groups if str(one.pk) == asked.get("group")), None)
    if asked.get("group") and chosen is None:
        raise Http404
    lines = states.lines(user, year, roles=_READING, on=on, group=chosen)
    state = asked.get("state") if asked.get("state") in states.NAMES else ""
    shown = [one for one in lines if not state or one.state == state]
    context = {
        "lines": shown[:200],
        "n": len(shown),
        "sums": states.sums(lines),
        "names": states.NAMES.items(),
        "state": state,
        "group": chosen,
        "groups": groups,
        "year": year,
        "years": years,
    }
    return render(request, "reports/filings.html", context)
