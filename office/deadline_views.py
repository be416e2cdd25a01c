"""The deadline calculator, and the page that says why a deadline is the day it is."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from office import clock, policy
from office.admin_site import may
from office.clocks import SUBJECTS
from office.deadline_screen import WEEKDAYS, shown
from office.explanation import explain
from office.forms import DeadlineForm
from office.roles import STAFF
from office.workdays import Calendar


def deadline(request):
    """``?start=&amount=&unit=&rule=``: reckon a deadline; the address of the answer can be kept and sent on."""
    calendar, today = Calendar.load(), clock.today()
    asked = request.GET if "start" in request.GET else None
    form = DeadlineForm(asked, initial={"start": today}, on=today, calendar=calendar)
    answer = shown(form.cleaned_data["reckoning"], calendar) if form.is_bound and form.is_valid() else None
    context = {"form": form, "answer": answer, "rule": answer and form.cleaned_data["rule"], "weekdays": WEEKDAYS}
    return render(request, "office/deadline.html", context)


def deadline_of(request, kind, pk):
    """Why the deadlines of one row are the days they are, for whoever may see the row."""
    if kind not in SUBJECTS:
        raise Http404
    subject, today = SUBJECTS[kind], clock.today()
    row = get_object_or_404(subject.rows.visible_to(request.user), pk=pk)
    context = {
        "name": subject.called.format(row=row),
        "deadlines": explain(kind, row, on=today),
        "weekdays": WEEKDAYS,
        "back": _page_about(request.user, subject, row),
        "extend": _page_to_extend(request.user, kind, row),
    }
    return render(request, "office/deadline_of.html", context)


def _page_about(user, subject, row):
    name, key = subject.page
    return reverse(name, args=[getattr(row, key)]) if policy.line_for(name).allows(user, "GET") else ""


def _page_to_extend(user, kind, row):
    """Only a reply that is still awaited can be given more time, and only by the congress office."""
    awaited = kind == "referral" and row.due_on and row.replied_on is None
    return reverse("constituents:referral_move", args=[row.pk, "extend"]) if awaited and may(user, STAFF) else ""
